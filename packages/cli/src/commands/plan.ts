import { FettleError, presetNames, presetPlan, presetSummaries } from '@fettle/model';
import type { Command } from 'commander';
import { readPlan } from '../parse/plan.ts';
import { toWire } from '../parse/plan-wire.ts';
import { planLines } from '../rollout/plan-picture.ts';
import { addCommand, addNoun, type Shell, textArgument } from '../shell.ts';

/** `fettle rollout plan`: plan files and presets; asks no server. */
export function addPlanCommands(rollout: Command, shell: Shell): void {
  const plan = addNoun(rollout, 'plan', 'plan files and presets');
  addCommand(plan, shell, {
    usage: 'check <file>',
    summary: 'say everything that is wrong with a plan file, with line and column, or what it does',
    run: async (context, _, args) => {
      const file = textArgument(args, 0);
      const read = await readPlan({ plan: file });
      context.say(read, (style) => planLines(read, style).join('\n'));
      context.note(`next: fettle rollout start --version V --plan ${file}`);
      return undefined;
    },
  });
  addCommand(plan, shell, {
    usage: 'show [preset]',
    summary: `show a preset (${presetNames.join(', ')}), or what each is for`,
    run: async (context, _, args) => {
      const wanted = textArgument(args, 0);
      if (wanted === '') {
        const width = Math.max(...presetNames.map((name) => name.length));
        context.say(presetSummaries, (style) =>
          presetNames.map((name) => `${style.strong(name.padEnd(width))}  ${presetSummaries[name]}`).join('\n'),
        );
        return undefined;
      }
      const name = presetNames.find((known) => known === wanted);
      if (!name) {
        throw new FettleError('invalid-input', `Expected a preset (${presetNames.join(', ')}), found "${wanted}".`);
      }
      const preset = toWire(presetPlan(name));
      context.say(preset, (style) => planLines(preset, style).join('\n'));
      return undefined;
    },
  });
}
