import type { ReleasePolicyView, TriedPolicyView } from '@fettle/api';
import { policyPresetSummaries, policyPresets } from '@fettle/model';
import type { Command } from 'commander';
import { stageLines } from '../check/verdict-table.ts';
import type { Context } from '../context.ts';
import { counted } from '../output/format.ts';
import type { Style } from '../output/style.ts';
import { table } from '../output/table.ts';
import { readPolicyFile } from '../parse/policy-file.ts';
import { addCommand, addNoun, type Shell, textArgument } from '../shell.ts';

/** `fettle policy`: what releases of a fleet have to show before any device is offered one. */
export function addPolicyCommands(program: Command, shell: Shell): void {
  const policy = addNoun(program, 'policy', 'what releases have to show before any device is offered one');
  addCommand(policy, shell, {
    usage: 'set <policy>',
    summary: `demand what a file or a preset (${policyPresets.join(', ')}) says; releases are judged anew`,
    run: async (context, _, args) => {
      const wanted = await readPolicyFile(textArgument(args, 0));
      const fleet = await context.fleet();
      const { policy: kept } = await (await context.client()).setReleasePolicy({ fleet, policy: wanted });
      sayPolicy(context, kept);
      return undefined;
    },
  });
  addCommand(policy, shell, {
    usage: 'show [policy]',
    summary: 'show what the fleet demands, or what a file or a preset would',
    run: async (context, _, args) => {
      const name = textArgument(args, 0);
      const shown =
        name === ''
          ? (await (await context.client()).getReleasePolicy({ fleet: await context.fleet() })).policy
          : await readPolicyFile(name);
      sayPolicy(context, shown);
      return undefined;
    },
  });
  addCommand(policy, shell, {
    usage: 'try <policy>',
    summary: 'what a file or a preset would make of the newest releases; changes nothing',
    run: async (context, _, args) => {
      const wanted = await readPolicyFile(textArgument(args, 0));
      const fleet = await context.fleet();
      const tried = await (await context.client()).tryReleasePolicy({ fleet, policy: wanted });
      context.say(tried, (style) => triedTable(tried, style));
      return undefined;
    },
  });
  addCommand(policy, shell, {
    usage: 'presets',
    summary: 'what each preset is for',
    run: async (context) => {
      context.say(policyPresetSummaries, (style) =>
        policyPresets.map((name) => `${style.strong(name.padEnd(10))} ${policyPresetSummaries[name]}`).join('\n'),
      );
      return undefined;
    },
  });
  addCommand(policy, shell, {
    usage: 'clear',
    summary: 'demand nothing any more',
    run: async (context) => {
      const fleet = await context.fleet();
      const answer = await (await context.client()).setReleasePolicy({ fleet, policy: null });
      context.say(answer, (style) => `${style.bad('nothing')} is demanded of releases of ${fleet} any more`);
      return undefined;
    },
  });
}

function sayPolicy(context: Context, policy: ReleasePolicyView | null): void {
  context.say({ policy }, (style) => (policy ? describePolicy(policy, style) : 'Nothing is demanded of releases.'));
  if (!policy) context.note('next: fettle policy set standard');
}

function describePolicy({ stages, waivers, dataSets, onNewFindings }: ReleasePolicyView, style: Style): string {
  const last = stages.at(-1);
  const blocks = stages.map((stage) => {
    const groups = stage === last ? [...stage.groups, 'every other group'] : stage.groups;
    const rows = stage.demands.map(({ gate, when }) => [`  ${gate}`, when]);
    const people = stage.approvals.map(({ meaning, role, count }) => [`  ${meaning}`, `${count} × ${role}`]);
    const head = `${style.strong(stage.stage)} (${groups.join(', ') || 'no group'})`;
    return [head, table(['  what', 'has to'], [...rows, ...people])].join('\n');
  });
  const signers = waivers.keys.length === 0 ? 'nobody' : `${waivers.threshold} of ${waivers.keys.length} keys`;
  const data = dataSets
    ? `when ${dataSets.threshold} of ${dataSets.keys.length} keys signed them`
    : 'whoever brings them';
  return [
    `${blocks.join('\n\n')}\n`,
    `waivers are signed by ${signers}; new findings: ${onNewFindings}`,
    `vulnerability data count ${data}`,
  ].join('\n');
}

function triedTable({ tried, neverChecked }: TriedPolicyView, style: Style): string {
  const rows = tried.map(({ version, before, after }) => [
    version,
    clearedWords(before, style),
    clearedWords(after, style),
  ]);
  const reasons = tried.flatMap(({ version, after }) => {
    const held = after.filter(({ verdict }) => verdict !== 'pass');
    return held.length === 0 ? [] : [`\n${style.strong(version)}\n${stageLines(held, style)}`];
  });
  const left =
    neverChecked === 0 ? [] : [`\n${counted(neverChecked, 'release')} never checked: fettle release check VERSION`];
  return [table(['release', 'cleared today', 'cleared then'], rows), ...reasons, ...left].join('\n');
}

function clearedWords(stages: TriedPolicyView['tried'][number]['after'], style: Style): string {
  return stages
    .map(({ stage, verdict }) => (verdict === 'pass' ? style.good(stage) : style.bad(`not ${stage}`)))
    .join(', ');
}
