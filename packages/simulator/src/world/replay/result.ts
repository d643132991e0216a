import type { PlanInput } from '@fettle/control';
import type { Rollout } from '@fettle/model';
import type { RecordedDecision, Recording } from './recording.ts';

export interface ReplayResult {
  /** What was decided, in order. */
  readonly decisions: readonly RecordedDecision[];
  /** Where it first differs from what was decided in the recording; null when it is the same, line by line. */
  readonly difference: DecisionDifference | null;
  readonly exposure: Exposure;
  /** The same of the recording. */
  readonly recorded: Exposure;
  /** Attempts whose outcome was drawn by lot, as nobody made them in the recording. */
  readonly guessedAttempts: number;
  /** Check-ins and reports that were really dealt with. */
  readonly handled: number;
  readonly assumptions: readonly string[];
}

export interface DecisionDifference {
  /** The number of the line, from 0. */
  readonly line: number;
  readonly recorded: string | null;
  readonly replayed: string | null;
}

export interface Exposure {
  readonly status: Rollout['status'];
  readonly because: string;
  readonly devices: number;
  /** Devices that were offered the release. */
  readonly exposed: number;
  readonly succeeded: number;
  /** Devices whose last attempt failed, was rolled back or fell silent. */
  readonly harmed: number;
  /** When the rollout completed or was stopped for good, from its start; null when it still went on at the end. */
  readonly endedAfterMs: number | null;
  /** When the last device started, from the start of the rollout. */
  readonly lastStartAfterMs: number | null;
  /** Steps of the rollout, in words, with their time from its start. */
  readonly steps: readonly { readonly afterMs: number; readonly what: string }[];
}

export function summarise(
  recording: Recording,
  decisions: readonly RecordedDecision[],
  about: { readonly guessed: number; readonly handled: number; readonly plan: PlanInput | undefined },
): ReplayResult {
  return {
    decisions,
    difference: findDifference(recording.decisions, decisions),
    exposure: exposureOf(recording, decisions),
    recorded: exposureOf(recording, recording.decisions),
    guessedAttempts: about.guessed,
    handled: about.handled,
    assumptions: assumptionsOf(recording, about),
  };
}

function assumptionsOf(
  { header }: Recording,
  { guessed, plan }: { readonly guessed: number; readonly plan: PlanInput | undefined },
): string[] {
  const assumptions = [...header.assumptions];
  if (guessed > 0) {
    assumptions.push(
      `${guessed} attempts that nobody made in the recording go as one that was made there on a device alike: of the ` +
        'same type and hardware revision, else of the same type, else of any; drawn by lot.',
    );
  }
  if (plan) {
    assumptions.push(
      'What people did to the rollout is left out, as they answered another plan; phases that wait for a person, by their plan or as their gate cannot learn more, go on.',
    );
  }
  return assumptions;
}

const harms: ReadonlySet<string> = new Set(['failed', 'rolledBack', 'timedOut']);

/** What became of the rollout and of the devices that it reached, told by what was decided. */
export function exposureOf(
  { devices, fleet: { startedAt, rollout } }: Pick<Recording, 'devices' | 'fleet'>,
  decisions: readonly RecordedDecision[],
): Exposure {
  const last = new Map<string, string>();
  const steps: { afterMs: number; what: string }[] = [];
  let [status, because]: readonly [Rollout['status'], string] = ['running', rollout.statusReason];
  let endedAfterMs: number | null = null;
  let lastStartAfterMs: number | null = null;
  for (const { at, what, isReturn } of decisions) {
    if (isReturn) continue;
    const afterMs = at - startedAt;
    const [verb, text] = splitOnce(what, ' ');
    if (verb === 'deployment.offered') {
      last.set(deviceOf(text), 'offered');
      lastStartAfterMs = afterMs;
    } else if (verb === 'deployment.ended') {
      last.set(deviceOf(text), /^\S+: (\w+)/.exec(text)?.[1] ?? '');
    } else {
      steps.push({ afterMs, what: `${verb.slice('rollout.'.length)} ${text}`.trim() });
      const next = statusAfter(verb);
      if (next === undefined) continue;
      [status, because] = [next, text];
      endedAfterMs = next === 'running' ? null : afterMs;
    }
  }
  const ends = [...last.values()];
  return {
    status,
    because,
    devices: devices.length,
    exposed: last.size,
    succeeded: ends.filter((end) => end === 'succeeded').length,
    harmed: ends.filter((end) => harms.has(end)).length,
    endedAfterMs,
    lastStartAfterMs,
    steps,
  };
}

function splitOnce(text: string, by: string): readonly [string, string] {
  const place = text.indexOf(by);
  return place < 0 ? [text, ''] : [text.slice(0, place), text.slice(place + by.length)];
}

/** The device that a decision about a deployment names. */
export function deviceOf(text: string): string {
  return text.slice(0, text.indexOf(': '));
}

function statusAfter(verb: string): Rollout['status'] | undefined {
  if (verb === 'rollout.paused') return 'paused';
  if (verb === 'rollout.aborted') return 'aborted';
  if (verb === 'rollout.completed') return 'completed';
  return verb === 'rollout.resumed' ? 'running' : undefined;
}

function findDifference(
  recorded: readonly RecordedDecision[],
  replayed: readonly RecordedDecision[],
): DecisionDifference | null {
  const lines = Math.max(recorded.length, replayed.length);
  for (let line = 0; line < lines; line++) {
    const [a, b] = [lineOf(recorded[line]), lineOf(replayed[line])];
    if (a !== b) return { line, recorded: a, replayed: b };
  }
  return null;
}

function lineOf(decision: RecordedDecision | undefined): string | null {
  return decision ? `${decision.at} ${decision.what}` : null;
}
