import { hash } from 'node:crypto';
import { type DeploymentStatus, type DeviceId, limits, type RolloutId } from '@fettle/model';
import type { Clock, Reads } from '../../ports.ts';
import type { Traits } from './condition.ts';
import type { ExposedDevice } from './sample.ts';
import { traitsAtOffer } from './traits.ts';

/** What a search starts from. */
export interface Exposed {
  readonly devices: readonly ExposedDevice[];
  /** How many devices each of those that failed and that did not stands for: 1 unless there were too many to read. */
  readonly weight: { readonly failed: number; readonly sound: number };
  /** Devices held back that failed in the same time, as far as the gate saw them. */
  readonly usual: readonly Traits[];
  /** Share of the failures that came after the commit, as those of devices held back do. */
  readonly usualShare: number;
}

interface World {
  readonly reads: Reads;
  readonly clock: Clock;
}

/** Deployments and pieces of a gate's evidence looked through. */
const mostDeployments = 100_000;
const mostEvents = 20_000;
/** Failed devices without the release that are read. */
const mostUsual = 1_000;
/** Devices read between two turns for others. */
const devicesPerTurn = 50;

/**
 * Reads the devices that a rollout has reached and what became of each: a deployment under way has not failed, one that
 * was called off says nothing. Goes page by page in turns with others; the newest 100,000 deployments count.
 * @param most devices read; when there are more, failed ones have at most half of the room and both are drawn by a hash
 */
export async function readExposed(world: World, rollout: RolloutId, most: number): Promise<Exposed> {
  const outcomes = await readOutcomes(world, rollout);
  const { late, control } = await readEvents(world, rollout);
  for (const id of late) if (outcomes.has(id)) outcomes.set(id, 'failed');
  const { failed, sound } = partOutcomes(outcomes);
  const chosenFailed = draw(failed, Math.max(Math.ceil(most / 2), most - sound.length));
  const chosenSound = draw(sound, most - chosenFailed.length);
  const failedTraits = await readTraits(world, rollout, chosenFailed);
  const soundTraits = await readTraits(world, rollout, chosenSound);
  return {
    devices: [
      ...failedTraits.map((one): ExposedDevice => ({ ...one, failed: true })),
      ...soundTraits.map((one): ExposedDevice => ({ ...one, failed: false })),
    ],
    weight: {
      failed: failed.length / Math.max(1, failedTraits.length),
      sound: sound.length / Math.max(1, soundTraits.length),
    },
    usual: (await readTraits(world, rollout, draw(control, mostUsual))).map((one) => one.traits),
    usualShare: failed.length === 0 ? 0 : failed.filter((id) => late.has(id)).length / failed.length,
  };
}

type Outcome = 'failed' | 'sound' | 'none';

async function readOutcomes({ reads, clock }: World, rollout: RolloutId): Promise<Map<DeviceId, Outcome>> {
  const outcomes = new Map<DeviceId, Outcome>();
  let after: string | undefined;
  let seen = 0;
  do {
    const page = await reads.deploymentsOfRollout(rollout, { after, limit: limits.pageSize });
    for (const { device, status } of page.items) {
      // Newest first: an earlier attempt of the same device no longer counts.
      if (!outcomes.has(device)) outcomes.set(device, outcomeOf(status));
    }
    seen += page.items.length;
    after = page.next ?? undefined;
    await clock.turn();
  } while (after !== undefined && seen < mostDeployments);
  return outcomes;
}

/** What a gate that compares with devices held back has noted: failures after the commit, and those of the others. */
async function readEvents(
  { reads, clock }: World,
  rollout: RolloutId,
): Promise<{ late: ReadonlySet<DeviceId>; control: readonly DeviceId[] }> {
  const late = new Set<DeviceId>();
  const control: DeviceId[] = [];
  let after = 0;
  for (let seen = 0; seen < mostEvents; seen += limits.pageSize) {
    const events = await reads.gateEvents(rollout, { after, limit: limits.pageSize });
    for (const { metric, side, committedAt, device } of events) {
      if (metric !== '') continue;
      if (side === 'control') control.push(device);
      else if (committedAt !== null) late.add(device);
    }
    after = events.at(-1)?.sequence ?? after;
    if (events.length < limits.pageSize) break;
    await clock.turn();
  }
  return { late, control };
}

async function readTraits(
  { reads, clock }: World,
  rollout: RolloutId,
  ids: readonly DeviceId[],
): Promise<{ id: DeviceId; traits: Traits }[]> {
  const found: { id: DeviceId; traits: Traits }[] = [];
  for (const [i, id] of ids.entries()) {
    const device = await reads.device(id);
    if (device) found.push({ id, traits: traitsAtOffer(device, rollout) });
    if (i % devicesPerTurn === 0) await clock.turn();
  }
  return found;
}

function partOutcomes(outcomes: ReadonlyMap<DeviceId, Outcome>): { failed: DeviceId[]; sound: DeviceId[] } {
  const { failed = [], sound = [] } = Object.groupBy(outcomes, ([, outcome]) => outcome);
  return { failed: failed.map(([id]) => id), sound: sound.map(([id]) => id) };
}

function outcomeOf(status: DeploymentStatus): Outcome {
  if (status === 'failed' || status === 'rolledBack' || status === 'timedOut') return 'failed';
  return status === 'skipped' || status === 'aborted' ? 'none' : 'sound';
}

function draw(ids: readonly DeviceId[], most: number): readonly DeviceId[] {
  if (ids.length <= most) return ids;
  const placed = ids.map((id) => ({ id, place: hash('sha256', id, 'hex') }));
  placed.sort((a, b) => (a.place < b.place ? -1 : 1));
  return placed.slice(0, most).map(({ id }) => id);
}
