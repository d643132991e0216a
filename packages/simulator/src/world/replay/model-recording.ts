import { nextCheckInSeconds, phasesOf, policyOf } from '@fettle/control';
import {
  type Attributes,
  type CurrentArtifacts,
  type DeploymentStatus,
  type Device,
  FettleError,
  groupName,
  makeId,
  type Release,
  type Rollout,
  rolloutId,
} from '@fettle/model';
import { errors, type Fate, fateOf } from '../device/truth.ts';
import { createBytes, createDice } from '../kernel/dice.ts';
import { furnitureOf } from '../setup.ts';
import type { DevicePlan, ReleasePlan, WorldPlan } from '../world-plan.ts';
import { Contacts } from './contacts.ts';
import type { ContactRun, RecordedAttempt, RecordedDevice, Recording, Tell } from './recording.ts';
import { Sharing } from './sharing.ts';

/** How often an active device calls. */
const activeMs = 60_000;
const revertsAfterMs = 2 * 3_600_000;

/**
 * The recording of a fleet that keeps its slots and never loses a message: every device, every attempt that it might
 * make, straight from a plan, without letting any of it happen. For fleets that are too large to be played out, and for
 * questions about a fleet that nobody has yet. What is decided is not in it: the first replay of it decides.
 */
export function modelRecording(plan: WorldPlan): Recording {
  const { fleet, groups, releases, devices } = furnitureOf(plan);
  const [start] = plan.rollouts;
  if (!start) throw new FettleError('invalid-input', 'A model recording needs a rollout.');
  const bytes = createBytes(`${plan.seed}/rollout`);
  const startedAt = plan.startAt + start.afterMs;
  const release = releases.find(({ version }) => version === start.version) as Release;
  const { phases, policy, ...rest } = start.plan;
  const rollout: Rollout = {
    ...rest,
    id: rolloutId(makeId('rol', startedAt, bytes.bytes(10))),
    fleet: fleet.id,
    release: release.id,
    group: groupName(start.group),
    status: 'running',
    statusReason: `Started: ${start.reason}`,
    salt: Buffer.from(bytes.bytes(12)).toString('base64url'),
    phases: phasesOf({ ...rest, phases }),
    policy: policyOf(policy),
    returns: null,
    createdBy: 'operator:model',
    approvedBy: [],
    createdAt: startedAt,
    startedAt,
    endedAt: null,
    revision: 1,
  };
  const sharing = new Sharing();
  const ticks: ContactRun = [1, plan.tickEveryMs, Math.floor((plan.durationMs - 1) / plan.tickEveryMs)];
  return {
    header: {
      format: 'fettle-recording',
      version: 1,
      source: 'simulation',
      from: plan.startAt,
      until: plan.startAt + plan.durationMs,
      ticks: [ticks],
      assumptions: ['Every device keeps its slot, loses no message and does in every attempt what the model says.'],
    },
    fleet: { fleet, groups, holds: [], releases, rollout, startedAt: start.afterMs },
    acts: [],
    devices: plan.devices.map((device, index) =>
      sharing.device(deviceOf(plan, { device, record: devices[index] as Device, release })),
    ),
    decisions: [],
  };
}

interface About {
  readonly device: DevicePlan;
  readonly record: Device;
  readonly release: Release;
}

function deviceOf(plan: WorldPlan, { device, record, release }: About): RecordedDevice {
  const factory = plan.releases.find(({ counter }) => counter === device.factoryCounter) as ReleasePlan;
  const brought = plan.releases.find(({ version }) => version === release.version) as ReleasePlan;
  const current = currentOf(furnitureRelease(plan, factory), record);
  const { publicKey: _, ...known } = record;
  const mostAttempts = plan.rollouts[0]?.plan.maxAttempts ?? 1;
  const revision: Attributes =
    device.hardwareRevision === undefined ? {} : { 'hardware-revision': device.hardwareRevision };
  return {
    device: known,
    skewSeconds: 0,
    says: [{ at: 0, attributes: { ...device.attributes, ...revision }, current }],
    contacts: new Contacts(slotsOf(plan, device)),
    attempts: Array.from({ length: mostAttempts }, (_, index) => attemptOf(plan, device, brought, index + 1)),
  };
}

const furniture = new WeakMap<WorldPlan, readonly Release[]>();

function furnitureRelease(plan: WorldPlan, { version }: ReleasePlan): Release {
  let releases = furniture.get(plan);
  if (!releases) {
    releases = furnitureOf({ ...plan, devices: [] }).releases;
    furniture.set(plan, releases);
  }
  return releases.find((release) => release.version === version) as Release;
}

function currentOf({ artifacts, version, counter }: Release, { type }: Device): CurrentArtifacts {
  const fitting = artifacts.filter(({ deviceType }) => deviceType === type);
  return Object.fromEntries(fitting.map(({ component, digest }) => [component, { version, counter, digest }]));
}

/** A device keeps its slot from its second check-in on. */
function slotsOf(plan: WorldPlan, { id, habits }: DevicePlan): ContactRun[] {
  const intervalMs = plan.fleet.checkInIntervalMs;
  const first = Math.max(0, Math.floor(habits.startsAfterMs));
  const wait = (at: number) => nextCheckInSeconds(id, { intervalMs, isActive: false, now: plan.startAt + at }) * 1_000;
  const second = first + wait(first);
  const until = Math.min(plan.durationMs, habits.darkAfterMs ?? plan.durationMs);
  if (first >= until) return [];
  const count = Math.floor((until - second) / intervalMs) + 1;
  return count > 0
    ? [
        [first, 0, 1],
        [second, intervalMs, count],
      ]
    : [[first, 0, 1]];
}

function attemptOf(plan: WorldPlan, device: DevicePlan, release: ReleasePlan, number: number): RecordedAttempt {
  const fate = fateOf(plan.seed, device, release, number);
  const dice = createDice(plan.seed, 'pace', device.id, release.version, number);
  const { downloadMs, installMs, rebootMs, checkMs } = device.habits;
  const took = [1_000, downloadMs, installMs, rebootMs, checkMs].map((ms) => Math.ceil(ms * dice.between(0.5, 1.5)));
  const statuses = statusesOf(fate);
  let ms = 0;
  const tells = statuses.map((status, index): Tell => {
    ms += took[index] ?? 0;
    const error = errorOf(fate, status);
    const report = { back: 0, sequence: index + 1, status, ...(error ? { error } : {}) };
    return { ms, isCheckIn: false, reports: [report] };
  });
  const end = statuses.at(-1) as DeploymentStatus;
  const runsMs = end === 'succeeded' ? ms : null;
  // One that hangs goes on calling until it is given up.
  const activeUntilMs = fate === 'hangs' ? 6 * 3_600_000 : ms;
  return {
    version: release.version,
    number,
    offeredAt: 0,
    contacts: callsUntil(activeUntilMs),
    tells,
    runsMs,
    revertsMs: fate === 'revertsLater' ? ms + revertsAfterMs : null,
    end: fate === 'hangs' ? 'timedOut' : end,
    isAborted: false,
  };
}

const calls = new Map<number, readonly number[]>();
const mostShared = 1_000;

/** Check-ins of an active device; the same list for all that are active for as long. */
function callsUntil(ms: number): readonly number[] {
  const count = Math.floor(ms / activeMs);
  const known = calls.get(count) ?? Array.from({ length: count }, (_, index) => (index + 1) * activeMs);
  if (count < mostShared) calls.set(count, known);
  return known;
}

function statusesOf(fate: Fate): readonly DeploymentStatus[] {
  switch (fate) {
    case 'failsTransiently':
      return ['downloading', 'failed'];
    case 'fails':
      return ['downloading', 'installing', 'failed'];
    case 'hangs':
      return ['downloading', 'installing'];
    case 'rollsBack':
      return ['downloading', 'installing', 'rebooting', 'checking', 'rolledBack'];
    default:
      return ['downloading', 'installing', 'rebooting', 'checking', 'succeeded'];
  }
}

function errorOf(fate: Fate, status: DeploymentStatus) {
  if (status === 'rolledBack') return errors.health;
  if (status !== 'failed') return undefined;
  return fate === 'failsTransiently' ? errors.download : errors.refused;
}
