import { createWriteStream } from 'node:fs';
import { text as readAll } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import type { PlanInput } from '@fettle/control';
import { FettleError, presetNames, presetPlan } from '@fettle/model';
import { readRecording } from './file.ts';
import type { RecordedDecision, Recording } from './recording.ts';
import { replay } from './replay.ts';

/** Exit codes: a replay of the plan that ran which decided otherwise says so. */
const exitCodes = { ok: 0, differs: 1, usage: 2 } as const;

const usage = `Decides a recorded fleet anew. Prints what came of it as JSON.

  RECORDING                the recorded fleet
  --plan -                 another plan than the one that ran: JSON on standard input
  --preset NAME            another plan than the one that ran: a preset
  --seed TEXT              what is drawn by lot depends on it alone (1)
  --promote-after-ms N     how long phases wait for the person who promotes them (0)
  --duration-ms N          how long another plan may take, from the beginning of the recording
  --decisions FILE         writes every decision, one a line
`;

/**
 * Runs a replay; the result goes to standard output as one line of JSON.
 * @returns the exit code
 */
export async function runProgram(args: readonly string[]): Promise<number> {
  try {
    return await run(args);
  } catch (error) {
    const expected = error instanceof FettleError && error.code !== 'internal';
    process.stderr.write(`fettle-replay: ${expected ? error.message : `the recording cannot be replayed: ${error}`}\n`);
    return exitCodes.usage;
  }
}

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(args);
  const [file] = positionals;
  if (values.help || file === undefined) {
    process.stdout.write(usage);
    return values.help ? exitCodes.ok : exitCodes.usage;
  }
  const recording = await readRecording(file);
  const plan = await planOf(values, recording);
  const begun = performance.now();
  const { decisions, ...result } = await replay(recording, {
    plan,
    seed: values.seed,
    durationMs: values['duration-ms'] === undefined ? undefined : Number(values['duration-ms']),
    promoteAfterMs: values['promote-after-ms'] === undefined ? undefined : Number(values['promote-after-ms']),
  });
  if (values.decisions !== undefined) await writeDecisions(values.decisions, decisions);
  const seconds = Math.round((performance.now() - begun) / 10) / 100;
  process.stdout.write(`${JSON.stringify({ ...result, decisions: decisions.length, seconds })}\n`);
  return plan === undefined && result.difference !== null ? exitCodes.differs : exitCodes.ok;
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        plan: text,
        preset: text,
        seed: text,
        'promote-after-ms': text,
        'duration-ms': text,
        decisions: text,
        help: { type: 'boolean' },
      },
    });
  } catch (cause) {
    throw new FettleError('invalid-input', `${(cause as Error).message} Run with --help to see every flag.`, { cause });
  }
}

async function planOf(
  { plan, preset }: { readonly plan?: string | undefined; readonly preset?: string | undefined },
  { devices }: Recording,
): Promise<PlanInput | undefined> {
  if (preset !== undefined) {
    const name = presetNames.find((known) => known === preset);
    if (!name)
      throw new FettleError('invalid-input', `There is no preset ${preset}; there are ${presetNames.join(', ')}.`);
    return presetPlan(name, devices.length);
  }
  if (plan === undefined) return undefined;
  try {
    return JSON.parse(await readAll(process.stdin)) as PlanInput;
  } catch (cause) {
    throw new FettleError('invalid-input', 'Expected a plan as JSON on standard input.', { cause });
  }
}

async function writeDecisions(file: string, decisions: readonly RecordedDecision[]): Promise<void> {
  const lines = function* () {
    for (const { at, what } of decisions) yield `${at} ${what}\n`;
  };
  await pipeline(lines, createWriteStream(file, { mode: 0o600 }));
}
