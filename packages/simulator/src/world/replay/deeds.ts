import type { Release } from '@fettle/model';
import type { Offset, RecordedAttempt, Tell } from './recording.ts';

/** Something that a device does in the course of an attempt. */
export type Deed =
  | { readonly kind: 'contact' }
  | { readonly kind: 'tell'; readonly tell: Tell }
  | { readonly kind: 'runs' | 'reverts' };

export interface Planned {
  readonly at: Offset;
  readonly deed: Deed;
}

/** An attempt as it goes on now. */
export interface Running {
  /** The number of the device that makes it. */
  readonly device: number;
  /** Which one it is of all that the device made here. */
  readonly turn: number;
  readonly attempt: RecordedAttempt;
  readonly deployment: string;
  readonly release: Release;
  /** In order of time; those before `done` are done. */
  readonly deeds: Planned[];
  done: number;
  /** Check-ins of it that are still to come. */
  contactsLeft: number;
  /** Whether the device gave it up here, other than in the recording. */
  isGivenUp: boolean;
  hasRebooted: boolean;
  lastSequence: number;
  /** Which state of the fleet its last check-in saw. */
  lookedAt: number;
}

const contact: Deed = { kind: 'contact' };
const runs: Deed = { kind: 'runs' };
const reverts: Deed = { kind: 'reverts' };

/** Everything that a device does with an offer that it gets at a moment, in order. */
export function deedsOf(attempt: RecordedAttempt, offeredAt: Offset): Planned[] {
  const deeds: Planned[] = [];
  const plan = (ms: number, deed: Deed) => deeds.push({ at: offeredAt + ms, deed });
  // Of what happens at the same moment this comes first: a check-in at which the release runs says so.
  if (attempt.runsMs !== null) plan(attempt.runsMs, runs);
  if (attempt.revertsMs !== null) plan(attempt.revertsMs, reverts);
  for (const ms of attempt.contacts) plan(ms, contact);
  for (const tell of attempt.tells) plan(tell.ms, { kind: 'tell', tell });
  return deeds.sort((a, b) => a.at - b.at);
}

/** Puts in one deed more, after all that is to be done until then. */
export function addDeed({ deeds, done }: Running, planned: Planned): void {
  let place = deeds.length;
  while (place > done && (deeds[place - 1] as Planned).at > planned.at) place--;
  deeds.splice(place, 0, planned);
}
