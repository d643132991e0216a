import {
  type Attributes,
  type AttributeValue,
  artifactsFor,
  type CurrentArtifact,
  type CurrentArtifacts,
  componentName,
  type Deployment,
  type Device,
  digest,
  limits,
  type Report,
} from '@fettle/model';
import { nextCheckInSeconds } from '../../devices/check-in-time.ts';
import type { Page, PageRequest, Reads } from '../../ports.ts';
import { attemptsOf, type KeptDeployment } from './attempts.ts';
import type { KeptDevice, RecordingLine, Run } from './line.ts';
import { isOf, type Recorded } from './recorded.ts';

/** Deployments of one device that are looked through: more than any plan gives it. */
const mostDeployments = 200;
/** Of what came with the device and was never published. */
const unknownDigest = digest('0'.repeat(64));
const skewAttribute = 'clock-skew-seconds';

/** Devices in order of their ids, each with what it did with the rollout. Cost: some look-ups a device. */
export async function recordDevices(reads: Reads, recorded: Recorded, page: PageRequest): Promise<Page<RecordingLine>> {
  const { items, next } = await reads.devices({ fleet: recorded.rollout.fleet, ...page });
  const lines: RecordingLine[] = [];
  for (const device of items) {
    if (device.status === 'pending' || device.enrolledAt > recorded.until) continue;
    const kept = await keptOf(reads, recorded, device);
    lines.push({ kind: 'device', ...kept });
    const at = device.enrolledAt - recorded.from;
    // One that enrolled late was not among those that were counted before.
    const act = { kind: 'accept', at, actor: 'server', reason: 'it enrolled', device: device.id } as const;
    if (at > 0) lines.push({ kind: 'act', act });
  }
  return { items: lines, next };
}

async function keptOf(reads: Reads, recorded: Recorded, device: Device): Promise<KeptDevice> {
  const deployments = await deploymentsOf(reads, recorded, device);
  const kept: KeptDeployment[] = [];
  for (const deployment of deployments) {
    const release = await reads.release(deployment.release);
    if (!release) continue;
    const reports: readonly (Report & { receivedAt: number })[] = await reads.reports(deployment.id);
    kept.push({ deployment, release, reports: reports.filter(({ receivedAt }) => receivedAt <= recorded.until) });
  }
  const attempts = attemptsOf(kept);
  const [first] = deployments;
  const before = first ? await currentBefore(reads, device, first) : device.current;
  const attributes = first ? attributesBefore(device, first) : spoken(device.attributes);
  const changed = attempts.find(({ runsMs }) => runsMs !== null);
  const changedAt = changed ? changed.offeredAt + (changed.runsMs ?? 0) - recorded.from : null;
  const { publicKey: _, ...record } = device;
  const skew = device.attributes[skewAttribute];
  const isLate = device.enrolledAt > recorded.from;
  return {
    device: {
      ...record,
      status: isLate ? 'pending' : record.status === 'quarantined' ? 'accepted' : record.status,
      attributes,
      current: before,
      openDeployment: null,
      attempts: device.attempts.filter((attempt) => !isOf(recorded, attempt.rollout)),
      lastSeenAt: null,
    },
    skewSeconds: typeof skew === 'number' ? skew : 0,
    says: [
      { at: 0, attributes, current: before },
      ...(changedAt === null ? [] : [{ at: Math.max(1, changedAt), attributes: spoken(device.attributes) }]),
    ],
    contacts: contactsOf(recorded, device, first),
    attempts: attempts.map((attempt) => ({ ...attempt, offeredAt: attempt.offeredAt - recorded.from })),
  };
}

/** Oldest first. */
async function deploymentsOf(reads: Reads, recorded: Recorded, { id, attempts }: Device): Promise<Deployment[]> {
  if (!attempts.some(({ rollout }) => isOf(recorded, rollout)) && attempts.length < limits.attemptsPerDevice) return [];
  const { items } = await reads.deploymentsOfDevice(id, { limit: mostDeployments });
  return items
    .filter(({ rollout, createdAt }) => isOf(recorded, rollout) && createdAt <= recorded.until)
    .sort((a, b) => a.createdAt - b.createdAt || a.attempt - b.attempt);
}

/** What ran before the first offer; a component that was not there then is left out. */
async function currentBefore(reads: Reads, device: Device, first: Deployment): Promise<CurrentArtifacts> {
  const counter = first.counterBefore;
  const changed = changedSince(device, first);
  const release = counter === 0 ? undefined : await reads.releaseByCounter(device.fleet, counter);
  const known = new Map(release ? artifactsFor(release, device.type).map((one) => [one.component, one.digest]) : []);
  const before: Record<string, CurrentArtifact> = {};
  for (const [component, now] of Object.entries(device.current)) {
    const version = changed[`version.${component}`];
    if (version === null) continue;
    if (version === undefined) before[component] = now;
    else {
      const sha256 = known.get(componentName(component)) ?? unknownDigest;
      before[component] = { version: String(version), counter, digest: sha256 };
    }
  }
  return before;
}

/** What it said before the first offer, as far as what changed since then was kept. */
function attributesBefore(device: Device, first: Deployment): Attributes {
  const before: Record<string, AttributeValue> = { ...spoken(device.attributes) };
  for (const [name, value] of Object.entries(changedSince(device, first))) {
    if (!name.startsWith('attribute.')) continue;
    if (value === null) delete before[name.slice('attribute.'.length)];
    else before[name.slice('attribute.'.length)] = value;
  }
  return before;
}

/** Traits that changed since the first offer, as they were then; null for absent. */
function changedSince({ attempts }: Device, { rollout }: Deployment): Readonly<Record<string, AttributeValue | null>> {
  const own = attempts.findIndex((attempt) => attempt.rollout === rollout);
  // Newest first: each attempt leads back to the time of the one before.
  return Object.assign({}, ...attempts.slice(0, own + 1).map(({ traitsBefore }) => traitsBefore ?? {}));
}

/** What it says itself: how far its clock is off was seen by the server. */
function spoken({ [skewAttribute]: _, ...attributes }: Attributes): Attributes {
  return attributes;
}

/** Once in an interval, at the distance of its first offer or in its slot, for as long as it was heard of. */
function contactsOf(recorded: Recorded, device: Device, first: Deployment | undefined): Run[] {
  const { from, until, checkInIntervalMs } = recorded;
  const slot = () =>
    nextCheckInSeconds(device.id, { intervalMs: checkInIntervalMs, isActive: false, now: from }) * 1_000;
  const phase = (first ? first.createdAt - from : slot()) % checkInIntervalMs;
  const begin = Math.max(0, device.enrolledAt - from);
  const start = phase + Math.ceil((begin - phase) / checkInIntervalMs) * checkInIntervalMs;
  const end = Math.min(until, device.lastSeenAt ?? device.enrolledAt) - from;
  if (end < start) return end < 0 ? [] : [[begin, 0, 1]];
  const count = Math.floor((end - start) / checkInIntervalMs) + 1;
  return [[start, count > 1 ? checkInIntervalMs : 0, count]];
}
