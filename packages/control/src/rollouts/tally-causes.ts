import {
  artifactsFor,
  currentCounter,
  type Device,
  type DeviceId,
  type Instant,
  type Reason,
  type ReasonCode,
  type ReasonOwner,
  type Release,
  reasonTable,
} from '@fettle/model';
import type { Survey } from '../ports.ts';
import type { DecisionContext, Surroundings } from './context.ts';
import { decide } from './decide.ts';
import { runs } from './predicates/fit.ts';

/** Devices that are behind for the same reason. `eligible`: nothing holds them, they only have to call. */
export interface Cause {
  readonly code: ReasonCode | 'eligible';
  readonly owner: ReasonOwner;
  readonly summary: string;
  readonly devices: number;
  /** Of them: not heard of for three check-in intervals or never. */
  readonly silent: number;
  /** The first few, in order of id. */
  readonly examples: readonly DeviceId[];
  readonly remedy: string;
  readonly earliestChangeAt: Instant | null;
}

/** Why devices of a fleet do not run a release; the causes add up to `behind`. */
export interface FleetExplanation {
  readonly version: string;
  /** running + newer + behind */
  readonly total: number;
  readonly running: number;
  /** Run a release of a higher counter. */
  readonly newer: number;
  readonly behind: number;
  /** Most devices first. */
  readonly causes: readonly Cause[];
}

interface Tally {
  devices: number;
  silent: number;
  examples: DeviceId[];
  first: Reason | undefined;
  earliest: Instant | null;
}

const mostExamples = 5;
const silentIntervals = 3;
const rank = new Map(Object.keys(reasonTable).map((code, place) => [code, place] as const));

/**
 * Counts devices one by one under the one reason that has to go first. Memory: one entry a reason code.
 * @param release the release that is asked about
 */
export class CauseTally {
  readonly #release: Release;
  readonly #context: DecisionContext;
  readonly #now: Instant;
  readonly #causes = new Map<ReasonCode | 'eligible', Tally>();
  #running = 0;
  #newer = 0;
  #behind = 0;

  constructor(release: Release, context: DecisionContext, now: Instant) {
    this.#release = release;
    // The other rollouts are not asked about: what they hold or serve is not why this release is missing.
    const rollouts = context.rollouts.filter((one) => one.release.id === release.id);
    this.#context = { ...context, rollouts };
    this.#now = now;
  }

  add(device: Device, surroundings?: Surroundings): void {
    const artifacts = artifactsFor(this.#release, device.type);
    if (artifacts.length > 0 && runs(device, artifacts)) this.#running++;
    else if (currentCounter(device.current) > this.#release.counter) this.#newer++;
    else {
      this.#behind++;
      const decision = decide(device, this.#context, this.#now, surroundings);
      this.#count(device, decision.kind === 'offer' ? undefined : firstToGo(decision.reasons));
    }
  }

  result(): FleetExplanation {
    const causes = [...this.#causes].map(([code, tally]): Cause => {
      const { devices, silent, examples, first, earliest } = tally;
      const about = { devices, silent, examples, earliestChangeAt: earliest };
      if (!first || code === 'eligible') return { code: 'eligible', ...eligible, ...about };
      return { code, owner: first.owner, summary: first.summary, remedy: first.remedy, ...about };
    });
    return {
      version: this.#release.version,
      total: this.#running + this.#newer + this.#behind,
      running: this.#running,
      newer: this.#newer,
      behind: this.#behind,
      causes: causes.sort((a, b) => b.devices - a.devices),
    };
  }

  #count(device: Device, reason: Reason | undefined): void {
    const code = reason?.code ?? 'eligible';
    let tally = this.#causes.get(code);
    if (!tally) {
      tally = { devices: 0, silent: 0, examples: [], first: reason, earliest: reason?.earliestChangeAt ?? null };
      this.#causes.set(code, tally);
    }
    tally.devices++;
    if (this.#isSilent(device)) tally.silent++;
    if (tally.examples.length < mostExamples) tally.examples.push(device.id);
    const earliest = reason?.earliestChangeAt ?? null;
    if (earliest !== null && (tally.earliest === null || earliest < tally.earliest)) tally.earliest = earliest;
  }

  #isSilent({ lastSeenAt }: Device): boolean {
    return lastSeenAt === null || this.#now - lastSeenAt > silentIntervals * this.#context.fleet.checkInIntervalMs;
  }
}

/** Of what release, in what surroundings of the fleet. */
export interface CauseOrder {
  readonly release: Release;
  readonly context: DecisionContext;
  readonly now: Instant;
}

export const causeSurvey: Survey<CauseOrder, FleetExplanation> = {
  name: 'causes',
  begin: ({ release, context, now }) => new CauseTally(release, context, now),
};

const eligible = {
  owner: 'device',
  summary: 'Nothing holds them back: they are offered the release when they call.',
  remedy: 'Wait for their next check-in.',
} as const;

/** Of the rollout that is nearest to serving the device: the reason that has to go before all others. */
function firstToGo(reasons: readonly Reason[]): Reason | undefined {
  const ofRollout = new Map<string | null, Reason>();
  for (const reason of reasons) {
    const known = ofRollout.get(reason.rollout);
    if (!known || order(reason) < order(known)) ofRollout.set(reason.rollout, reason);
  }
  const ofDevice = ofRollout.get(null);
  if (ofDevice) return ofDevice;
  let nearest: Reason | undefined;
  for (const reason of ofRollout.values()) if (!nearest || order(reason) > order(nearest)) nearest = reason;
  return nearest;
}

const order = (reason: Reason): number => rank.get(reason.code) ?? 0;
