import { isFinal } from '@fettle/model';
import { Contacts, never } from './contacts.ts';
import type { Offset, RecordedAct, RecordedAttempt, RecordedDecision, RecordedDevice, Recording } from './recording.ts';
import { deviceOf } from './result.ts';

/** Moments within a millisecond are told apart by so much: what is decided carries whole milliseconds all the same. */
const grain = 1 / 1_024;
const mostInOne = 1_022;

/** The moments that a recording of a server tells, and no others. */
export interface Told {
  readonly recording: Recording;
  readonly ticks: Contacts;
  /** Ticks that found a phase measured, which an earlier one had begun to measure. */
  readonly openings: ReadonlySet<Offset>;
}

interface Placed extends RecordedDecision {
  readonly place: Offset;
}

/**
 * Puts devices, acts and ticks at the very moments of the decisions that they brought about, in the order of the audit
 * list. Whatever else was asked of the server there came to nothing, so that leaving it out changes nothing.
 */
export function tell(recording: Recording): Told {
  const placed = placesOf(recording.decisions);
  const byDevice = Map.groupBy(
    placed.filter(({ by }) => by === 'device'),
    ({ what }) => deviceOf(what.slice(what.indexOf(' ') + 1)),
  );
  const devices = recording.devices.map((device) => tellDevice(device, byDevice.get(device.device.id) ?? []));
  const acts = recording.acts.map((act) => tellAct(act, placed));
  const openings = placed.filter(({ what, by }) => by === 'tick' && what.startsWith('rollout.phase-opened'));
  return {
    recording: { ...recording, devices, acts, decisions: placed.map(({ place: _, ...decision }) => decision) },
    ticks: Contacts.of(ticksOf(placed, recording.header.steps ?? [])),
    openings: new Set(openings.map(({ place }) => place)),
  };
}

function placesOf(decisions: readonly RecordedDecision[]): Placed[] {
  let [moment, rank] = [-1, 0];
  return decisions
    .toSorted((a, b) => a.at - b.at)
    .map((decision) => {
      rank = decision.at === moment ? Math.min(rank + 1, mostInOne) : 1;
      moment = decision.at;
      return { ...decision, place: decision.at + rank * grain };
    });
}

function ticksOf(placed: readonly Placed[], steps: readonly Offset[]): Offset[] {
  const ticks: Offset[] = [];
  placed.forEach(({ by, at, place }, index) => {
    const before = placed[index - 1];
    // What one tick decided within a millisecond is one tick.
    if (by === 'tick' && !(before?.by === 'tick' && before.at === at)) ticks.push(place);
  });
  const known = new Set(ticks.map(Math.floor));
  const silent = steps.filter((at) => !known.has(at)).map((at) => at + (mostInOne + 1) * grain);
  return [...ticks, ...silent].sort((a, b) => a - b);
}

function tellAct(act: RecordedAct, placed: readonly Placed[]): RecordedAct {
  const verb = verbs[act.kind];
  const decided = placed.find(({ at, by, what }) => at === act.at && by === 'person' && what.startsWith(`${verb} `));
  return decided ? { ...act, at: decided.place } : act;
}

const verbs: Readonly<Partial<Record<RecordedAct['kind'], string>>> = {
  pause: 'rollout.paused',
  resume: 'rollout.resumed',
  abort: 'rollout.aborted',
  promote: 'rollout.promoted',
  hold: 'rollout.held',
};

function tellDevice(device: RecordedDevice, decided: readonly Placed[]): RecordedDevice {
  const offers = decided.filter(({ what }) => what.startsWith('deployment.offered'));
  const endings = new Set(decided.filter(({ what }) => what.startsWith('deployment.ended')));
  const attempts = device.attempts.map((attempt) => tellAttempt(attempt, offers, endings));
  // An end that no report told of was seen at a check-in, by what runs.
  const contacts = [...offers, ...endings].map(({ place }) => place).sort((a, b) => a - b);
  return { ...device, attempts, contacts: Contacts.of(contacts) };
}

function tellAttempt(attempt: RecordedAttempt, offers: readonly Placed[], endings: Set<Placed>): RecordedAttempt {
  const { offeredAt, runsMs, revertsMs } = attempt;
  const begin = offers.find(({ at }) => at === offeredAt)?.place ?? offeredAt;
  const since = (at: Offset) => Math.max(grain / 4, at - begin);
  const tells = attempt.tells.map((tell) => {
    const at = offeredAt + tell.ms;
    const ends = tell.reports.filter(({ status }) => isFinal(status)).map(({ status }) => status);
    const ending = [...endings].find((one) => one.at === at && ends.some((status) => one.what.includes(`: ${status}`)));
    if (ending) endings.delete(ending);
    return { ...tell, ms: since(ending?.place ?? at) };
  });
  const runs = runsMs === null ? null : since(offeredAt + runsMs);
  return {
    ...attempt,
    tells,
    runsMs: runs,
    revertsMs: revertsMs === null ? null : since(offeredAt + revertsMs),
    // The server hears what it runs while it still has it under way.
    contacts: runs === null ? [] : [runs],
  };
}

/** The moment after another, however close. */
export function justAfter(at: Offset): Offset {
  return at === never ? never : at + grain / 8;
}
