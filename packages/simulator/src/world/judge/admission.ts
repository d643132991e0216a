import { createHash } from 'node:crypto';
import type { Deployment, Device, DeviceId, Instant, Phase, Release, Rollout } from '@fettle/model';
import type { DevicePlan, WorldPlan } from '../world-plan.ts';
import { isOver, type Mirror } from './mirror.ts';
import type { Accuse } from './violation.ts';
import { isInWindow } from './windows.ts';

export interface Born {
  readonly deployment: Deployment;
  readonly rollout: Rollout;
  readonly release: Release;
  readonly device: Device;
  /** What the device really is. */
  readonly plan: DevicePlan;
}

/** Looks at a deployment at the moment of its birth, with everything that was committed before. */
export function judgeAdmission(world: WorldPlan, mirror: Mirror, born: Born, accuse: Accuse): void {
  judgeFit(mirror, born, accuse);
  judgeStanding(world, mirror, born, accuse);
  judgeTime(mirror, born, accuse);
  judgeNeighbours(world, mirror, born, accuse);
  judgeAttempts(world, mirror, born, accuse);
  judgeReadiness(born, accuse);
}

function judgeFit(mirror: Mirror, { deployment, release, plan, device }: Born, accuse: Accuse): void {
  const fitting = release.artifacts.filter((artifact) => artifact.deviceType === plan.type);
  const misfit = fitting.find(({ hardware }) => hardware.length > 0 && !hardware.includes(plan.hardwareRevision ?? ''));
  if (fitting.length === 0 || misfit) {
    accuse('wrong-type', `${plan.id} (${plan.type}, ${plan.hardwareRevision}) is offered ${release.version}`);
  }
  if (release.counter < mirror.fleet.securityFloor) {
    accuse('floor', `${plan.id} is offered ${release.version} below the floor ${mirror.fleet.securityFloor}`);
  }
  const runs = Math.max(0, ...Object.values(device.current).map(({ counter }) => counter));
  if (release.counter < runs && !release.allowDowngrade) {
    accuse('floor', `${plan.id} runs ${runs} and is offered ${release.counter} (${deployment.id})`);
  }
}

function judgeStanding(world: WorldPlan, mirror: Mirror, born: Born, accuse: Accuse): void {
  const { deployment, rollout, release, plan, device } = born;
  if (rollout.status !== 'running' && rollout.status !== 'completed') {
    accuse('stopped', `${plan.id} is offered ${rollout.id}, which is ${rollout.status}`);
  }
  if (release.status !== 'published') accuse('stopped', `${plan.id} is offered ${release.version}, which was revoked`);
  if (device.status !== 'accepted') accuse('membership', `${plan.id} is ${device.status}`);
  const group = world.fleet.groups.find(({ name }) => name === rollout.group);
  if (rollout.group !== 'all' && (!group || device.tags[group.tag] !== group.value)) {
    accuse('membership', `${plan.id} is not in the group ${rollout.group}`);
  }
  const phase = rollout.phases[deployment.phase] as Phase;
  if (phase.status === 'waiting' || phase.status === 'measuring') {
    accuse('phase-order', `${plan.id} is admitted by phase ${phase.name}, which is ${phase.status}`);
  }
  if (!('group' in phase.size) && bucket(rollout.salt, device.id) >= phase.bucketLimit) {
    accuse('membership', `${plan.id} lies beyond ${phase.bucketLimit} of phase ${phase.name}`);
  }
  if ('count' in phase.size) judgeCount(mirror, born, phase.size.count, accuse);
}

function judgeCount(mirror: Mirror, { rollout, deployment }: Born, most: number, accuse: Accuse): void {
  let started = 0;
  for (const [first] of mirror.attemptsAt(rollout.id)) if (first && first.phase <= deployment.phase) started++;
  if (started > most) accuse('phase-count', `${started} devices of ${most} started (${deployment.id})`);
}

function judgeTime(mirror: Mirror, { deployment, rollout, device }: Born, accuse: Accuse): void {
  const at = deployment.createdAt;
  const { startAt, endAt, windows, ignoreFreezes } = rollout.policy;
  if ((startAt !== null && at < startAt) || (endAt !== null && at >= endAt)) {
    accuse('time', `${deployment.id} is born outside its schedule`);
  }
  const freeze = mirror.fleet.freezes.find(({ from, until }) => from <= at && at < until);
  if (freeze && !ignoreFreezes) accuse('time', `${deployment.id} is born in the freeze ${freeze.name}`);
  const zone = String(device.tags['time-zone'] ?? device.attributes['time-zone'] ?? 'UTC');
  if (windows.length > 0 && !windows.some((window) => isInWindow(window, zone, at))) {
    accuse('time', `${deployment.id} is born outside its windows (${zone}, ${new Date(at).toISOString()})`);
  }
}

/** How much is under way at once: around the device and in the rollout. */
function judgeNeighbours(world: WorldPlan, mirror: Mirror, born: Born, accuse: Accuse): void {
  const { deployment, rollout, plan, device } = born;
  const { perSite, onePerPair, unproven } = rollout.policy.budgets;
  const place = (id: DeviceId, name: string) => {
    const known = mirror.devices.get(id);
    return known?.tags[name] ?? known?.attributes[name];
  };
  const site = place(device.id, 'site');
  const pair = place(device.id, 'pair');
  let ofRollout = 0;
  let atSite = 0;
  for (const open of mirror.open()) {
    if (open.rollout === rollout.id) ofRollout++;
    if (site !== undefined && place(open.device, 'site') === site) atSite++;
    if (open.device === device.id) {
      if (open.id !== deployment.id) accuse('one-open', `${plan.id} has ${open.id} and ${deployment.id}`);
    } else if (onePerPair && pair !== undefined && place(open.device, 'pair') === pair) {
      accuse('pair', `${plan.id} and ${open.device} of pair ${pair} are under way at once`);
    }
  }
  const watched = rollout.phases.findLast(({ status }) => status !== 'waiting' && status !== 'measuring');
  if (watched && ofRollout > watched.maxInFlight) {
    accuse('in-flight', `${ofRollout} open, ${watched.maxInFlight} allowed (${deployment.id})`);
  }
  if (perSite !== null && atSite > perSite) accuse('site', `${atSite} open at ${site}, ${perSite} allowed`);
  if (unproven !== null) {
    const found = countUnproven(mirror, rollout, deployment.createdAt + clockSpread(world));
    if (found > unproven) accuse('unproven', `${found} unproven, ${unproven} allowed (${deployment.id})`);
  }
}

function countUnproven(mirror: Mirror, { id, policy: { gate } }: Rollout, now: Instant): number {
  const observeMs = gate.kind === 'sequential' ? gate.observeMs : 0;
  let unproven = 0;
  for (const attempts of mirror.attemptsAt(id)) {
    const newest = attempts.at(-1);
    if (!newest) continue;
    const watched = newest.status === 'succeeded' && now - newest.changedAt >= observeMs;
    if (!isOver(newest.status) || (newest.status === 'succeeded' && !watched)) unproven++;
  }
  return unproven;
}

function judgeAttempts(world: WorldPlan, mirror: Mirror, born: Born, accuse: Accuse): void {
  const { deployment, rollout, plan } = born;
  const attempts = mirror.attemptsOf(rollout.id, deployment.device);
  if (attempts.length > rollout.maxAttempts) {
    accuse('attempts', `${plan.id} tries ${rollout.id} ${attempts.length} times, ${rollout.maxAttempts} allowed`);
  }
  if (deployment.attempt !== attempts.length) {
    accuse('attempts', `attempt ${deployment.attempt} of ${plan.id} is its number ${attempts.length}`);
  }
  for (const earlier of mirror.deployments.values()) {
    if (earlier.device !== deployment.device || earlier.release !== deployment.release || earlier === deployment)
      continue;
    const forGood =
      earlier.status === 'rolledBack' || (earlier.status === 'failed' && earlier.error?.class === 'permanent');
    if (forGood) accuse('attempts', `${plan.id} gets a release again on which it ended ${earlier.status} for good`);
  }
  const before = attempts.at(-2);
  if (!before || (before.status !== 'failed' && before.status !== 'timedOut')) return;
  const waitMs = Math.min(86_400_000, rollout.retryBackoffMs * 2 ** (before.attempt - 1));
  // Two servers with different clocks may see the same wait end at different moments.
  if (deployment.createdAt < before.changedAt + waitMs - clockSpread(world)) {
    accuse('attempts', `${plan.id} tries again ${deployment.createdAt - before.changedAt} ms after it failed`);
  }
}

/** How far the clocks of two servers may be apart. */
export function clockSpread(world: WorldPlan): number {
  const skews = world.faults.flatMap((fault) => (fault.kind === 'clock' ? [fault.skewMs] : []));
  return Math.max(0, ...skews) - Math.min(0, ...skews);
}

function judgeReadiness({ rollout, device, plan }: Born, accuse: Accuse): void {
  const { notInUse, minBatteryPercent, mainsPower } = rollout.policy.demands;
  const said = device.attributes;
  if (notInUse && said['in-use'] === true) accuse('readiness', `${plan.id} is in use`);
  const battery = said['battery-percent'];
  if (minBatteryPercent !== null && typeof battery === 'number' && battery < minBatteryPercent) {
    accuse('readiness', `${plan.id} has ${battery} % of battery, ${minBatteryPercent} % are asked for`);
  }
  if (mainsPower && said['power-source'] === 'battery') accuse('readiness', `${plan.id} runs on its battery`);
}

/** @source design §3: hash(rollout salt, device id), as docs/architecture.md gives it */
function bucket(salt: string, device: DeviceId): number {
  const digest = createHash('sha256').update(`${salt}\n${device}`).digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}
