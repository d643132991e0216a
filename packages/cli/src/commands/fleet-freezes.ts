import type { Command } from 'commander';
import { parseInstant } from '../parse/instant.ts';
import { addCommand, addNoun, type Shell, textArgument } from '../shell.ts';

/** `fettle fleet freeze`: times in which a fleet gets nothing new. */
export function addFreezeCommands(fleet: Command, shell: Shell): void {
  const freeze = addNoun(fleet, 'freeze', 'times in which the fleet gets nothing new');
  addCommand<{ from: string; until: string; reason: string }>(freeze, shell, {
    usage: 'set <name>',
    summary: 'freeze the fleet from --from until --until; emergency rollouts may ignore it',
    options: (command) =>
      command
        .requiredOption('--from <time>', 'RFC 3339, e.g. 2026-11-27T00:00:00+01:00')
        .requiredOption('--until <time>', 'RFC 3339')
        .requiredOption('--reason <text>', 'shown to everybody who asks why; kept in the audit log'),
    run: async (context, { from, until, reason }, args) => {
      const body = { from: instantOf(from, '--from'), until: instantOf(until, '--until'), reason };
      const input = { fleet: await context.fleet(), freeze: textArgument(args, 0), ...body };
      const changed = await (await context.client()).saveFreeze(input);
      context.say(changed, (style) => `${style.strong(changed.id)}: frozen ${body.from} to ${body.until}`);
      return undefined;
    },
  });
  addCommand(freeze, shell, {
    usage: 'lift <name>',
    summary: 'lift a freeze period',
    run: async (context, _, args) => {
      const input = { fleet: await context.fleet(), freeze: textArgument(args, 0) };
      const changed = await (await context.client()).deleteFreeze(input);
      context.say(changed, (style) => `${style.strong(changed.id)}: ${changed.freezes.length} freeze periods left`);
      return undefined;
    },
  });
  addCommand(freeze, shell, {
    usage: 'list',
    summary: 'list freeze periods',
    run: async (context) => {
      const { freezes } = await (await context.client()).getFleet({ fleet: await context.fleet() });
      const lines = freezes.map(({ name, from, until, reason }) => `${name}  ${from} to ${until}  ${reason}`);
      context.say(freezes, () => (lines.length === 0 ? 'no freeze period' : lines.join('\n')));
      return undefined;
    },
  });
}

function instantOf(text: string, option: string): string {
  return new Date(parseInstant(text, option)).toISOString();
}
