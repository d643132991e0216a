import type { HoldView } from '@fettle/api';
import { FettleError } from '@fettle/model';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { withCaret } from '../output/caret.ts';
import { formatAge } from '../output/format.ts';
import { type Style, safeText } from '../output/style.ts';
import { table } from '../output/table.ts';
import { parseDuration } from '../parse/duration.ts';
import { parseInstant } from '../parse/instant.ts';
import { wholeNumber } from '../parse/plan.ts';
import { segmentLines } from '../rollout/segments.ts';
import { addCommand, type CommandArguments, type Shell, textArgument } from '../shell.ts';

interface HoldOptions {
  readonly segment?: string;
  readonly where?: string;
  readonly allowUnknown?: boolean;
  readonly until?: string;
  readonly for?: string;
  readonly reason?: string;
}

/** Which rollout an act is meant for: the one that was named, else the only one that fits. */
export type ChooseRollout = (
  context: Context,
  args: CommandArguments,
  wanted: 'newest' | readonly ('paused' | 'running')[],
) => Promise<string>;

/** `fettle rollout segments|hold|holds|unhold`: what failing devices share, and keeping such devices back. */
export function addHoldCommands(rollout: Command, shell: Shell, choose: ChooseRollout): void {
  addCommand(rollout, shell, {
    usage: 'segments [rollout]',
    summary: 'show what the failing devices of a rollout share (default: the newest of the fleet)',
    run: async (context, _, args) => {
      const id = await choose(context, args, 'newest');
      const { search } = await (await context.client()).rolloutSegments({ rollout: id });
      context.say(search, (style) => segmentLines(search, id, style).join('\n'));
      return undefined;
    },
  });
  addCommand<HoldOptions>(rollout, shell, {
    usage: 'hold [rollout]',
    summary: 'hold a --segment that was found and let the rest go on, or hold the devices of --where',
    options: (command) =>
      command
        .option('--segment <n>', 'which of `fettle rollout segments`; a paused rollout goes on without it')
        .option('--where <expression>', 'the devices to hold, e.g. \'attribute.hw == "C"\'')
        .option('--allow-unknown', 'let --where name attributes and tags that no device has had yet')
        .option('--until <time>', 'when it ends, e.g. "2026-12-01 02:00 Europe/Berlin"')
        .option('--for <duration>', 'how long it lasts, e.g. 14d (default: 30d)')
        .option('--reason <text>', 'kept in the audit log and told to who asks why'),
    run: hold,
  });
  addCommand(rollout, shell, {
    usage: 'holds',
    summary: 'list the holds of the fleet',
    run: async (context) => {
      const { items } = await (await context.client()).listHolds({ fleet: await context.fleet() });
      context.say(items, () => holdTable(items, Date.now()));
      return undefined;
    },
  });
  addCommand<{ reason?: string }>(rollout, shell, {
    usage: 'unhold <hold>',
    summary: 'end a hold before its time',
    options: (command) => command.option('--reason <text>', 'kept in the audit log'),
    run: async (context, { reason }, args) => {
      const input = { fleet: await context.fleet(), hold: textArgument(args, 0) };
      await (await context.client()).liftHold({ ...input, ...(reason === undefined ? {} : { reason }) });
      context.say(input, () => `hold ${input.hold} lifted`);
      return undefined;
    },
  });

  async function hold(context: Context, options: HoldOptions, args: CommandArguments): Promise<undefined> {
    const { segment, where, allowUnknown } = options;
    if ((segment === undefined) === (where === undefined)) {
      throw new FettleError('invalid-input', 'Expected either --segment or --where.', {
        details: { next: 'fettle rollout segments' },
      });
    }
    const common = { ...untilOf(options), ...(options.reason === undefined ? {} : { reason: options.reason }) };
    const client = await context.client();
    if (where === undefined) {
      const id = await choose(context, args, ['paused']);
      const number = wholeNumber(segment ?? '', '--segment');
      const held = await client.holdSegment({ rollout: id, segment: number, ...common });
      context.say(held, (style) => `${holdText(held, style)}\nrollout ${held.rollout} goes on`);
      return undefined;
    }
    const named = textArgument(args, 0);
    const input = {
      fleet: await context.fleet(),
      rollout: named === '' ? null : named,
      expression: where,
      ...(allowUnknown === undefined ? {} : { allowUnknown }),
      ...common,
    };
    const held = await withCaret('--where', where, () => client.createHold(input));
    context.say(held, (style) => holdText(held, style));
    return undefined;
  }
}

function untilOf({ until, for: lasts }: HoldOptions): { until?: string } {
  if (until !== undefined && lasts !== undefined) {
    throw new FettleError('invalid-input', 'Expected --until or --for, not both.');
  }
  if (until !== undefined) return { until: new Date(parseInstant(until, '--until')).toISOString() };
  return lasts === undefined ? {} : { until: new Date(Date.now() + parseDuration(lasts, '--for')).toISOString() };
}

function holdText(held: HoldView, style: Style): string {
  return `${style.strong(held.id)} holds ${safeText(held.expression)} until ${held.expiresAt}`;
}

function holdTable(holds: readonly HoldView[], now: number): string {
  if (holds.length === 0) return 'nothing is held';
  const rows = holds.map((one) => [
    one.id,
    safeText(one.expression),
    one.rollout ?? 'all rollouts',
    Date.parse(one.expiresAt) <= now ? 'over' : formatAge(one.expiresAt, now),
    safeText(one.heldBy),
    safeText(one.reason),
  ]);
  return table(['hold', 'devices', 'rollout', 'ends', 'held by', 'reason'], rows);
}
