import { text as readAll } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { FettleError } from '@fettle/model';
import { parseShare } from '../fleet/share.ts';
import { type Blueprint, blueprintOf, type PublicFiles, usualBlueprint } from './blueprint.ts';
import { runDrill } from './drill.ts';
import { type DrillOptions, usualOptions } from './drill-options.ts';
import { readRotatable, rotatable } from './rotations.ts';

/** Exit codes: a drill that strands devices, or in which one believed a revoked key, says so. */
const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;
const mostInputBytes = 16_777_216;

const usage = `Plays rotations of keys against a simulated copy of a fleet in virtual time. Prints what came of it as JSON.

  KEY…                     in the order of their rotation: ${rotatable.join(', ')}
  --devices N              how many devices (${usualOptions.devices})
  --days N                 how long it takes (${usualOptions.days})
  --laggards SHARE         asleep from before the first rotation until the end (10%)
  --at-1970 SHARE          with a clock at 1970 (5%)
  --at-2099 SHARE          with a clock at 2099 (1%)
  --jumping SHARE          with a clock that jumps (1%)
  --lost N                 officers of a rotated root who lost their keys before (0)
  --seed TEXT              which devices these are depends on it alone (1)
  --files -                public metadata of a server to start from, as JSON on standard input:
                           {"imageRoot", "imageTargets", "directorRoot"}, each the text of the newest file
`;

/**
 * Runs a drill; the result goes to standard output as one line of JSON.
 * @returns the exit code
 */
export async function runProgram(args: readonly string[]): Promise<number> {
  try {
    return await run(args);
  } catch (error) {
    const expected = error instanceof FettleError && error.code !== 'internal';
    process.stderr.write(`fettle-drill: ${expected ? error.message : `the drill broke off: ${error}`}\n`);
    return exitCodes.usage;
  }
}

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(args);
  if (values.help || positionals.length === 0) {
    process.stdout.write(usage);
    return values.help ? exitCodes.ok : exitCodes.usage;
  }
  const share = (text: string | undefined, usual: number) => (text === undefined ? usual : parseShare(text));
  const { shares } = usualOptions;
  const options: DrillOptions = {
    keys: positionals.map(readRotatable),
    devices: Number(values.devices ?? usualOptions.devices),
    days: Number(values.days ?? usualOptions.days),
    lost: Number(values.lost ?? usualOptions.lost),
    seed: values.seed ?? usualOptions.seed,
    shares: {
      laggards: share(values.laggards, shares.laggards),
      at1970: share(values['at-1970'], shares.at1970),
      at2099: share(values['at-2099'], shares.at2099),
      jumping: share(values.jumping, shares.jumping),
    },
    blueprint: values.files === undefined ? usualBlueprint : await readBlueprint(),
  };
  const begun = performance.now();
  const result = await runDrill(options);
  const seconds = Math.round((performance.now() - begun) / 10) / 100;
  process.stdout.write(`${JSON.stringify({ ...result, seconds })}\n`);
  return result.stranded.length > 0 || result.acceptedRevoked > 0 ? exitCodes.failed : exitCodes.ok;
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const names = ['devices', 'days', 'laggards', 'at-1970', 'at-2099', 'jumping', 'lost', 'seed', 'files'] as const;
  type Texts = Record<(typeof names)[number], typeof text>;
  const texts = Object.fromEntries(names.map((name) => [name, text])) as Texts;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...texts, help: { type: 'boolean' } },
    });
  } catch (cause) {
    throw new FettleError('invalid-input', `${(cause as Error).message} Run with --help to see every flag.`, { cause });
  }
}

async function readBlueprint(): Promise<Blueprint> {
  const input = await readAll(process.stdin);
  if (input.length > mostInputBytes) {
    throw new FettleError('invalid-input', `Expected at most ${mostInputBytes} characters of metadata.`);
  }
  return blueprintOf(readFiles(input));
}

function readFiles(input: string): PublicFiles {
  const names = ['imageRoot', 'imageTargets', 'directorRoot'] as const;
  let files: Partial<Record<string, unknown>>;
  try {
    files = JSON.parse(input) as Partial<Record<string, unknown>>;
  } catch (cause) {
    throw new FettleError('invalid-input', 'Expected metadata files as JSON on standard input.', { cause });
  }
  const [imageRoot, imageTargets, directorRoot] = names.map((name) => {
    const text = files?.[name];
    if (typeof text === 'string') return text;
    throw new FettleError('invalid-input', `Expected the text of ${name} on standard input, found none.`);
  });
  if (imageRoot === undefined || imageTargets === undefined || directorRoot === undefined) {
    throw new FettleError('internal', 'A file that was read is gone.');
  }
  return { imageRoot, imageTargets, directorRoot };
}
