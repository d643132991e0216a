import {
  type CurrentArtifacts,
  deploymentStatuses,
  errorClasses,
  FettleError,
  type Fleet,
  type Group,
  type Hold,
  limits,
  type Rollout,
} from '@fettle/model';
import { Contacts } from './contacts.ts';
import {
  type ContactRun,
  type RecordedAct,
  type RecordedDecision,
  type RecordedDevice,
  type RecordedFleet,
  type RecordingHeader,
  recordingLimits,
} from './recording.ts';
import {
  count,
  fail,
  flag,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  record,
  type Shape,
  text,
  trusted,
} from './shapes.ts';

/** The lines of a recording, one JSON object each: header, fleet, then acts, devices, decisions, and the end. */
export type Line =
  | { readonly kind: 'fleet'; readonly fleet: RecordedFleet }
  | { readonly kind: 'act'; readonly act: RecordedAct }
  | { readonly kind: 'device'; readonly device: RecordedDevice }
  | { readonly kind: 'decision'; readonly decision: RecordedDecision }
  | { readonly kind: 'assumption'; readonly text: string }
  | { readonly kind: 'end'; readonly devices: number; readonly decisions: number };

const most = recordingLimits;
const longestMs = most.days * 86_400_000;
const offset = count(longestMs);
const run: Shape<ContactRun> = (value, place) => {
  const [first, step, moments, ...more] = list(count(), 3)(value, place);
  if (first === undefined || step === undefined || moments === undefined || more.length > 0 || moments < 1) {
    return fail(place, 'first, step and count');
  }
  if (moments > 1 && step < 1) return fail(place, 'a step of 1 or more');
  if (first + step * (moments - 1) > longestMs) return fail(place, `moments of the first ${most.days} days`);
  return [first, step, moments];
};
const runs: Shape<ContactRun[]> = (value, place) => {
  const found = list(run, most.runsPerDevice)(value, place);
  found.forEach(([first], index) => {
    const [last, step, moments] = found[index - 1] ?? [-1, 0, 1];
    if (first <= last + step * (moments - 1)) fail(`${place}[${index}]`, 'a moment after the one before');
  });
  return found;
};
const attributes = record((value, place) => {
  if (typeof value === 'boolean' || typeof value === 'number') return value;
  return text(limits.attributeValueLength)(value, place);
}, limits.attributesPerDevice + 1);
const current = record(
  object({ version: text(64), counter: count(), digest: text(64) }),
  limits.componentsPerDevice,
) as Shape<CurrentArtifacts>;
const report = object({
  back: count(most.attemptsPerDevice),
  sequence: count(),
  status: oneOf(...deploymentStatuses),
  error: optional(object({ code: text(64), class: oneOf(...errorClasses), message: text(limits.reportDetailLength) })),
  detail: optional(text(limits.reportDetailLength)),
});
const attempt = object({
  version: text(64),
  number: count(),
  offeredAt: offset,
  contacts: list(offset, most.eventsPerAttempt),
  tells: list(
    object({ ms: offset, isCheckIn: flag, reports: list(report, limits.reportsPerCheckIn) }),
    most.eventsPerAttempt,
  ),
  runsMs: nullable(offset),
  revertsMs: nullable(offset),
  end: oneOf(...deploymentStatuses),
  isAborted: flag,
});
const device = object({
  device: trusted<RecordedDevice['device']>(),
  skewSeconds: number,
  says: list(object({ at: offset, attributes, current: optional(current) }), most.saysPerDevice),
  contacts: ((value, place) => new Contacts(runs(value, place))) as Shape<Contacts>,
  attempts: list(attempt, most.attemptsPerDevice),
});
const fleet = object({
  fleet: trusted<Fleet>(),
  groups: list(trusted<Group>(), limits.groupsPerFleet),
  holds: list(trusted<Hold>(), limits.holdsPerFleet),
  releases: list(trusted<RecordedFleet['releases'][number]>(), 10_000),
  rollout: trusted<Rollout>(),
  startedAt: offset,
});
const decision = object({
  at: offset,
  what: text(8_000),
  isReturn: optional(flag),
  by: optional(oneOf('tick', 'device', 'person')),
});
const header = object({
  format: oneOf('fettle-recording'),
  version: oneOf(1),
  source: oneOf('simulation', 'server'),
  from: count(),
  until: count(),
  ticks: runs,
  steps: optional(list(offset, 10_000)),
  assumptions: list(text(), 100),
});

/** @throws FettleError `invalid-input` with what was expected and where */
export function readHeader(line: string): RecordingHeader {
  const found = header(parse(line, 'line 1'), 'header');
  if (found.until < found.from || found.until - found.from > longestMs) {
    fail('header.until', `a moment at most ${most.days} days after header.from`);
  }
  return found;
}

/** @throws FettleError `invalid-input` with what was expected and where */
export function readLine(line: string, lineNumber: number): Line {
  const place = `line ${lineNumber}`;
  const value = parse(line, place);
  const { kind } = object({ kind: oneOf('fleet', 'act', 'device', 'decision', 'assumption', 'end') })(value, place);
  switch (kind) {
    case 'fleet':
      return { kind: 'fleet', fleet: fleet(value, place) };
    case 'act':
      return { kind: 'act', act: trusted<{ act: RecordedAct }>()(value, place).act };
    case 'device':
      return { kind: 'device', device: device(value, place) };
    case 'decision': {
      const { isReturn, ...said } = decision(value, place);
      return { kind: 'decision', decision: isReturn ? { ...said, isReturn: true } : said };
    }
    case 'assumption':
      return { kind: 'assumption', ...object({ text: text() })(value, place) };
    case 'end':
      return { kind: 'end', ...object({ devices: count(), decisions: count() })(value, place) };
  }
}

export function writeLine(line: Line): string {
  switch (line.kind) {
    case 'fleet':
      return JSON.stringify({ kind: 'fleet', ...line.fleet });
    case 'device':
      return JSON.stringify({ kind: 'device', ...line.device, contacts: line.device.contacts.runs });
    case 'decision':
      return JSON.stringify({ kind: 'decision', ...line.decision });
    default:
      return JSON.stringify(line);
  }
}

function parse(line: string, place: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new FettleError('invalid-input', `${place}: expected JSON, found "${line.slice(0, 60)}".`, { cause });
  }
}
