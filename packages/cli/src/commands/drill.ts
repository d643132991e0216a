import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text as readAll } from 'node:stream/consumers';
import { FettleError } from '@fettle/model';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { type Style, safeText } from '../output/style.ts';
import { facts, table } from '../output/table.ts';
import { locateProgram, nodeArguments } from '../programs.ts';
import { addCommand, addNoun, listArgument, type Shell } from '../shell.ts';

interface DrillCommandOptions {
  readonly devices: string;
  readonly laggards: string;
  readonly days: string;
  readonly lost: string;
  readonly seed: string;
  readonly usual?: boolean;
}

/** What the drill program prints; the fields that are shown. */
interface Drilled {
  readonly devices: number;
  readonly asleep: number;
  readonly days: number;
  readonly recovered: number;
  readonly rotations: readonly {
    readonly key: string;
    readonly day: number;
    readonly imageRoot: number;
    readonly directorRoot: number;
    readonly unaware: number;
  }[];
  readonly stranded: readonly {
    readonly code: string;
    readonly message: string;
    readonly devices: number;
    readonly example: string;
  }[];
  readonly attempts: { readonly made: number; readonly stoppedBy: Readonly<Record<string, number>> };
  readonly acceptedRevoked: number;
  readonly accepted: readonly string[];
  readonly seconds: number;
}

/** `fettle drill rotate`: who would be stranded by a rotation of keys, before anybody rotates. */
export function addDrillCommands(program: Command, shell: Shell): void {
  const drill = addNoun(program, 'drill', 'play what may happen to keys, on a simulated copy of a fleet');
  addCommand<DrillCommandOptions>(drill, shell, {
    usage: 'rotate <keys...>',
    summary: 'rotate keys in virtual time: image-root, director-root, image-targets, online, fleet, in any order',
    options: (command) =>
      command
        .option('--devices <n>', 'how many devices', '1000')
        .option('--laggards <share>', 'how many of them sleep from the first rotation to the end', '10%')
        .option('--days <n>', 'how long it takes', '400')
        .option('--lost <n>', 'officers of a rotated root who lost their keys before', '0')
        .option('--seed <text>', 'which devices these are depends on it alone', '1')
        .option('--usual', 'repositories as `root init` makes them, not those of the server'),
    run: (context, options, args) => runRotate(context, options, listArgument(args, 0)),
  });
}

async function runRotate(
  context: Context,
  options: DrillCommandOptions,
  keys: readonly string[],
): Promise<ExitCode | undefined> {
  const { devices, laggards, days, lost, seed } = options;
  const flags = [...keys, '--devices', devices, '--laggards', laggards, '--days', days, '--lost', lost, '--seed', seed];
  const files = options.usual ? undefined : await filesOfServer(context);
  if (files) flags.push('--files', '-');
  const drilled = await runProgram(flags, files && JSON.stringify(files));
  context.say(drilled, (style) => [...lines(drilled, style)].join('\n'));
  const isGood = drilled.stranded.length === 0 && drilled.acceptedRevoked === 0;
  return isGood ? undefined : exitCodes.badOutcome;
}

/** The newest public files; undefined, and said so, where there is no server or it has no roots. */
async function filesOfServer(context: Context) {
  const { server, token } = await context.settings();
  if (!server || !token) {
    context.note('no server: played with repositories as `fettle root init` makes them');
    return undefined;
  }
  const client = await context.client();
  const file = async (repository: 'image' | 'director', name: string) =>
    (await client.trustMetadata({ repository, name })).text;
  try {
    return {
      imageRoot: await file('image', 'root.json'),
      imageTargets: await file('image', 'targets.json'),
      directorRoot: await file('director', 'root.json'),
    };
  } catch (error) {
    if (!(error instanceof FettleError) || error.code !== 'not-found') throw error;
    context.note('the server has no roots yet: played with repositories as `fettle root init` makes them');
    return undefined;
  }
}

async function runProgram(flags: readonly string[], input: string | undefined): Promise<Drilled> {
  const line = nodeArguments(locateProgram('drill'), flags);
  const child = spawn(process.execPath, line, { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(input ?? '');
  const [output, complaints] = await Promise.all([readAll(child.stdout), readAll(child.stderr), once(child, 'close')]);
  try {
    return JSON.parse(output) as Drilled;
  } catch (cause) {
    const message = complaints.trim().replace(/^fettle-drill: /, '') || 'The drill ended without a result.';
    throw new FettleError('invalid-input', message, { cause });
  }
}

function* lines(drilled: Drilled, style: Style): Generator<string> {
  const { devices, recovered, stranded, acceptedRevoked, attempts } = drilled;
  yield table(
    ['rotated', 'day', 'image root', 'director root', 'not heard of it'],
    drilled.rotations.map(({ key, day, imageRoot, directorRoot, unaware }) => [
      key,
      String(day),
      String(imageRoot),
      String(directorRoot),
      `${unaware} of ${devices}`,
    ]),
  );
  yield '';
  const all = `${recovered} of ${devices} devices have the newest roots and release (${drilled.asleep} of them slept)`;
  yield recovered === devices ? style.good(all) : style.bad(all);
  for (const { code, message, devices: many, example } of stranded) {
    yield style.bad(`  ${many} stranded: ${code}, ${safeText(message)} (${example})`);
  }
  const tried = `${attempts.made} attempts with revoked keys, ${acceptedRevoked} believed`;
  yield acceptedRevoked === 0 ? style.good(tried) : style.bad(tried);
  for (const what of drilled.accepted) yield style.bad(`  ${safeText(what)}`);
  yield facts(Object.entries(attempts.stoppedBy).map(([code, count]) => [`  ${code}`, String(count)]));
  yield style.dim(`${drilled.days} days played in ${drilled.seconds} s`);
}
