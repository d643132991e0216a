import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text as readAll } from 'node:stream/consumers';
import { FettleError, limits, presetNames } from '@fettle/model';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { type Style, safeText } from '../output/style.ts';
import { table } from '../output/table.ts';
import { parseDuration } from '../parse/duration.ts';
import { readPlan } from '../parse/plan.ts';
import { toModel } from '../parse/plan-wire.ts';
import { locateProgram, nodeArguments } from '../programs.ts';
import { writeRecording } from '../rollout/write-recording.ts';
import { addCommand, type Shell, textArgument } from '../shell.ts';

interface ReplayOptions {
  readonly over: string;
  readonly seed: string;
  readonly promoteAfter: string;
  readonly days: string;
  readonly decisions?: string;
}

interface RecordOptions {
  readonly out: string;
}

/** What the replay program prints. */
interface Replayed {
  readonly difference: {
    readonly line: number;
    readonly recorded: string | null;
    readonly replayed: string | null;
  } | null;
  readonly exposure: Exposure;
  readonly recorded: Exposure;
  readonly assumptions: readonly string[];
  readonly decisions: number;
  readonly seconds: number;
}
interface Exposure {
  readonly status: string;
  readonly because: string;
  readonly devices: number;
  readonly exposed: number;
  readonly succeeded: number;
  readonly harmed: number;
  readonly endedAfterMs: number | null;
  readonly steps: readonly { readonly afterMs: number; readonly what: string }[];
}

/** `fettle rollout record` and `replay`: a rollout that ran, decided anew. Replaying asks no server: it decides a recorded fleet anew; asks no server. */
export function addReplayCommands(rollout: Command, shell: Shell): void {
  addCommand<RecordOptions>(rollout, shell, {
    usage: 'record <rollout>',
    summary: 'write down a rollout as it ran, with its fleet, to be replayed',
    options: (command) =>
      command.requiredOption('--out <file>', 'a new file: packed with gzip if it ends in .gz, else zstd'),
    run: (context, { out }, args) => runRecord(context, textArgument(args, 0), out),
  });
  addCommand<ReplayOptions>(rollout, shell, {
    usage: 'replay [plan]',
    summary: 'decide a recorded rollout anew, by another plan (a file or preset) or by the one that ran',
    options: (command) =>
      command
        .requiredOption('--over <recording>', 'the recorded fleet')
        .option('--seed <text>', 'what is drawn by lot depends on it alone', '1')
        .option('--days <n>', 'how long another plan may take', '30')
        .option('--promote-after <duration>', 'how long phases wait for the person who promotes them', '0s')
        .option('--decisions <file>', 'write every decision, one a line'),
    run: (context, options, args) => runReplay(context, options, textArgument(args, 0)),
  });
}

async function runRecord(context: Context, rollout: string, file: string): Promise<undefined> {
  const client = await context.client();
  const { devices, decisions } = await writeRecording(
    client.all('recordRollout', { rollout, limit: limits.pageSize }),
    file,
  );
  const text = `${devices} devices and ${decisions} decisions in ${file}`;
  context.say({ file, devices, decisions }, () => text);
  context.note(`next: fettle rollout replay --over ${file}`);
  return undefined;
}

/** @throws FettleError `invalid-input` */
function daysOf(text: string): number {
  const days = Number(text);
  if (Number.isFinite(days) && days > 0 && days <= 90) return days;
  throw new FettleError('invalid-input', `--days: expected a number of days up to 90, found ${text}.`);
}

async function runReplay(context: Context, options: ReplayOptions, plan: string): Promise<ExitCode | undefined> {
  const durationMs = daysOf(options.days) * 86_400_000;
  const promoteAfterMs = parseDuration(options.promoteAfter, '--promote-after');
  const flags = [options.over, '--seed', options.seed, '--promote-after-ms', String(promoteAfterMs)];
  flags.push('--duration-ms', String(durationMs));
  if (options.decisions !== undefined) flags.push('--decisions', options.decisions);
  const isPreset = presetNames.some((name) => name === plan);
  if (isPreset) flags.push('--preset', plan);
  const input = plan === '' || isPreset ? undefined : JSON.stringify(toModel(await readPlan({ plan })));
  if (input !== undefined) flags.push('--plan', '-');
  const replayed = await runProgram(flags, input);
  const isSame = plan === '';
  context.say(replayed, (style) => [...(isSame ? sameLines(replayed, style) : otherLines(replayed, style))].join('\n'));
  return isSame && replayed.difference ? exitCodes.badOutcome : undefined;
}

async function runProgram(flags: readonly string[], input: string | undefined): Promise<Replayed> {
  const line = nodeArguments(locateProgram('replay'), flags);
  const child = spawn(process.execPath, line, { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(input ?? '');
  const [output, complaints] = await Promise.all([readAll(child.stdout), readAll(child.stderr), once(child, 'close')]);
  try {
    return JSON.parse(output) as Replayed;
  } catch (cause) {
    const message = complaints.trim().replace(/^fettle-replay: /, '') || 'The replay ended without a result.';
    throw new FettleError('invalid-input', message, { cause });
  }
}

function* sameLines({ difference, decisions, recorded, assumptions }: Replayed, style: Style): Generator<string> {
  if (difference) {
    yield style.bad(`decision ${difference.line + 1} differs from what was decided`);
    yield `  recorded  ${safeText(difference.recorded ?? '(nothing)')}`;
    yield `  replayed  ${safeText(difference.replayed ?? '(nothing)')}`;
  } else {
    yield style.good(`all ${decisions} decisions are the same as those that were made`);
    yield `${recorded.exposed} of ${recorded.devices} devices exposed, ${recorded.harmed} harmed, ${endOf(recorded)}`;
  }
  for (const assumption of assumptions) yield style.dim(safeText(assumption));
}

function* otherLines({ exposure, recorded, assumptions, seconds }: Replayed, style: Style): Generator<string> {
  const row = (name: string, of: (exposure: Exposure) => string | number) => [
    name,
    String(of(recorded)),
    String(of(exposure)),
  ];
  yield table(
    ['', 'as it ran', 'this plan'],
    [
      row('devices exposed', ({ exposed, devices }) => `${exposed} of ${devices}`),
      row('devices harmed', ({ harmed }) => harmed),
      row('devices succeeded', ({ succeeded }) => succeeded),
      row('ended', endOf),
    ],
  );
  yield '';
  for (const { afterMs, what } of exposure.steps) yield `${ageOf(afterMs).padStart(8)}  ${safeText(what)}`;
  for (const assumption of assumptions) yield style.dim(safeText(assumption));
  yield style.dim(`replayed in ${seconds} s`);
}

function endOf({ status, endedAfterMs }: Exposure): string {
  return endedAfterMs === null ? `still ${status}` : `${status} after ${ageOf(endedAfterMs)}`;
}

/** A stretch of time as people say it. */
function ageOf(ms: number): string {
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 48 * 3_600_000) return `${(ms / 3_600_000).toFixed(1)} h`;
  return `${(ms / 86_400_000).toFixed(1)} days`;
}
