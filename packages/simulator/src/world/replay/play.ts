import { type DeviceScope, deviceScope } from '@fettle/control';
import type { Instant } from '@fettle/model';
import { Actor } from './actor.ts';
import { Agenda } from './agenda.ts';
import { Contacts, ContactTable } from './contacts.ts';
import { Donors } from './donors.ts';
import { prolong } from './prolong.ts';
import type { Offset, Recording } from './recording.ts';
import type { ReplayOptions } from './replay-options.ts';
import { ReplaySeen } from './seen-times.ts';
import { recordedKey, type Stage } from './stage.ts';
import { type Told, tell } from './told.ts';

/** A recorded fleet with everything that it is about to do: what is the same for everybody in a replay. */
export interface Play extends Told {
  readonly options: ReplayOptions;
  readonly seed: string;
  /** By the number of the device, as all that is below. */
  readonly actors: readonly Actor[];
  readonly scopes: readonly DeviceScope[];
  readonly contacts: ContactTable;
  readonly agenda: Agenda;
  readonly clock: { now: Instant };
  readonly seen: ReplaySeen;
  readonly donors: Donors;
  /** How often something of the fleet changed but counts. */
  changes: number;
  /** Attempts whose outcome was drawn by lot. */
  guessed: number;
  /** Check-ins and reports that went all the way through a server. */
  handled: number;
}

/** A play on its stage. */
export interface Staged extends Play {
  readonly stage: Stage;
}

export function createPlay(given: Recording, options: ReplayOptions): Play {
  const { fleet, header } = given;
  const isTold = header.source === 'server' && options.plan === undefined;
  const told = isTold ? tell(given) : asRecorded(given, options);
  const { devices } = told.recording;
  const clock = { now: header.from };
  const seed = options.seed ?? '1';
  return {
    ...told,
    options,
    seed,
    clock,
    actors: devices.map((device) => new Actor(device)),
    scopes: devices.map(({ device }) => deviceScope(fleet.fleet.tenant, device.id, recordedKey)),
    contacts: new ContactTable(devices.map(({ contacts }) => contacts)),
    agenda: new Agenda(devices.length),
    donors: new Donors(devices, seed),
    seen: new ReplaySeen(
      (isTold ? given : told.recording).devices.map(({ device, contacts }) => ({ id: device.id, contacts })),
      { from: header.from, now: () => clock.now, shortMs: 1.6 * fleet.fleet.checkInIntervalMs },
    ),
    changes: 0,
    guessed: 0,
    handled: 0,
  };
}

/** Every moment that was recorded, and what comes after them when another plan takes longer. */
function asRecorded(given: Recording, { plan, durationMs = 0 }: ReplayOptions): Told {
  const recording = plan ? prolong(given, durationMs) : given;
  return { recording, ticks: new Contacts(recording.header.ticks), openings: new Set() };
}

export function actorOf({ actors }: Play, device: number): Actor {
  return actors[device] as Actor;
}

/** When a device next checks in by itself, as it was recorded, from a moment on. */
export function nextContact({ contacts }: Play, device: number, from: Offset): Offset {
  return contacts.next(device, from);
}
