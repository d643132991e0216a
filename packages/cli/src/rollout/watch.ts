import { setTimeout as delay } from 'node:timers/promises';
import type { Client, RolloutView } from '@fettle/api';
import { FettleError } from '@fettle/model';
import type { Context } from '../context.ts';
import { rolloutLines } from './picture.ts';

const mostSilences = 30;

/**
 * Shows a rollout until it stands still: completed, aborted, paused, or waiting for a person.
 * On a terminal one picture that changes, in a log one now and then, under --json a line for every change.
 * @returns the rollout as it stood in the end
 */
export async function watchRollout(
  context: Context,
  id: string,
  options: { readonly everyMs: number },
): Promise<RolloutView> {
  const client = await context.client();
  const screen = createScreen(context);
  for (;;) {
    const rollout = await askPatiently(client, id, context);
    screen.show(rollout);
    if (standsStill(rollout)) return rollout;
    await delay(options.everyMs, undefined, { signal: context.io.signal });
  }
}

/** Nothing more happens by itself. */
export function standsStill({ status, phases }: RolloutView): boolean {
  if (status !== 'running') return true;
  const place = phases.findIndex((phase) => phase.status !== 'passed');
  const before = phases[place - 1];
  return place > 0 && phases[place]?.status === 'waiting' && before?.promote === 'manual';
}

/** A server that restarts must not end the watch; one that stays away does. */
async function askPatiently(client: Client, rollout: string, context: Context): Promise<RolloutView> {
  for (let silences = 1; ; silences++) {
    try {
      return await client.getRollout({ rollout }, { signal: context.io.signal });
    } catch (error) {
      if (!(error instanceof FettleError) || !error.retryable || silences >= mostSilences) throw error;
      context.note(`${error.message} Asking again (${silences} of ${mostSilences}).`);
      await delay(Math.random() * Math.min(5_000, 500 * silences), undefined, { signal: context.io.signal });
    }
  }
}

interface Screen {
  readonly show: (rollout: RolloutView) => void;
}

function createScreen(context: Context): Screen {
  const { stdout, env } = context.io;
  if (context.json) return jsonLines(context);
  return stdout.isTTY === true && env.TERM !== 'dumb' ? livePicture(context) : pictureLog(context);
}

function jsonLines({ io }: Context): Screen {
  let before = '';
  return {
    show: (rollout) => {
      const line = JSON.stringify(rollout);
      if (line !== before) io.stdout.write(`${line}\n`);
      before = line;
    },
  };
}

/** One picture that is drawn over and over. */
function livePicture({ io: { stdout }, style }: Context): Screen {
  let height = 0;
  return {
    show: (rollout) => {
      const lines = rolloutLines(rollout, style, Date.now());
      // Up to where the last picture began, and clear from there down.
      stdout.write(`${height > 0 ? `\u001b[${height}A\u001b[0J` : ''}${lines.join('\n')}\n`);
      height = lines.reduce((rows, line) => rows + rowsOf(line, stdout.columns ?? 80), 0);
    },
  };
}

const logEveryMs = 5_000;

/** In a log: a picture when a status changes, and now and then in between. */
function pictureLog({ io: { stdout }, style }: Context): Screen {
  let told = '';
  let toldAt = Number.NEGATIVE_INFINITY;
  let picture = '';
  return {
    show: (rollout) => {
      const holds = rollout.holds.map(({ waitsFor }) => waitsFor);
      const statuses = [rollout.status, ...rollout.phases.map((phase) => phase.status), ...holds].join(' ');
      const text = rolloutLines(rollout, style, Date.now()).join('\n');
      const isDue = performance.now() - toldAt >= logEveryMs && text !== picture;
      if (statuses === told && !isDue && !standsStill(rollout)) return;
      stdout.write(`${text}\n`);
      [told, toldAt, picture] = [statuses, performance.now(), text];
    },
  };
}

function rowsOf(line: string, columns: number): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour sequences take no room on the screen
  const visible = line.replace(/\u001b\[[0-9;]*m/g, '').length;
  return Math.max(1, Math.ceil(visible / Math.max(1, columns)));
}
