import {
  type Attributes,
  type CurrentArtifact,
  type CurrentArtifacts,
  type Deployment,
  type Device,
  digest,
  FettleError,
  type Instant,
} from '@fettle/model';
import type { native } from '@fettle/protocol';
import { type Brain, fleetChanged } from '../brain.ts';
import type { Writes } from '../ports.ts';
import { admit } from '../rollouts/admit.ts';
import { refreshRollout } from '../rollouts/context-cache.ts';
import { type DecisionContext, decide } from '../rollouts/decide.ts';
import { isActive, nextCheckInSeconds } from './check-in-time.ts';
import type { DeviceScope } from './device-scope.ts';
import { isUnproven, noteReversion } from './note-reversion.ts';
import { offerMessage } from './offer-message.ts';
import { requireDevice } from './require-device.ts';
import { abortedDeployment, applyReports, type TakenReports } from './take-reports.ts';

/**
 * The hot call: a device says what it runs and gets what to do and when to come back.
 * With nothing new it costs one indexed read and no write.
 * @throws FettleError `not-authenticated`, `device-pending`, `device-rejected`
 */
export async function checkIn(
  scope: DeviceScope,
  brain: Brain,
  message: native.CheckInRequest,
): Promise<native.CheckInResponse> {
  const device = requireDevice(scope, await brain.store.reads(scope).device(scope.device));
  const now = brain.clock.now();
  brain.store.seen(scope, device.id, now);
  const { tenant } = scope;
  const context = brain.contexts.peek(tenant, device.fleet) ?? (await brain.contexts.get(tenant, device.fleet));
  const isQuiet = device.openDeployment === null && !message.reports?.length && saysNothingNew(device, message);
  if (isQuiet && !isUnproven(device) && decide(device, context, now).kind === 'hold') {
    return answer(device, context, now);
  }
  return checkInWithNews(scope, brain, message, context);
}

/** Everything that writes: reports, what the device says of itself, an admission; one transaction. */
async function checkInWithNews(
  scope: DeviceScope,
  brain: Brain,
  message: native.CheckInRequest,
  context: DecisionContext,
): Promise<native.CheckInResponse> {
  const now = brain.clock.now();
  const result = await brain.store.transact(scope, async (tx) => {
    const found = requireDevice(scope, await tx.device(scope.device));
    const taken = await applyReports(tx, brain, found, message.reports ?? []);
    const observed = await observe(tx, taken.device, message, now);
    const abort = await abortedDeployment(tx, observed.device);
    const next = await openOrAdmit(tx, brain, observed.device, context);
    return { ...next, taken, abort, countsChanged: taken.changed || observed.reverted || next.admitted };
  });
  if (result.countsChanged) fleetChanged(brain, scope.tenant, result.device.fleet);
  return answerWithNews(context, result, now);
}

interface News {
  readonly device: Device;
  readonly deployment: Deployment | undefined;
  readonly offer: native.OfferMessage | undefined;
  readonly taken: TakenReports;
  readonly abort: string | undefined;
}

function answerWithNews(context: DecisionContext, news: News, now: Instant): native.CheckInResponse {
  const base = answer(news.device, context, now);
  const acknowledged = news.taken.acknowledged.length === 0 ? {} : { acknowledged: news.taken.acknowledged };
  if (news.abort !== undefined) return { ...base, abort: news.abort, ...acknowledged };
  return { ...base, ...(news.offer ? { offer: news.offer } : {}), ...acknowledged };
}

/** The deployment that the device has open, told again; or a new one, decided on counts read inside the transaction. */
async function openOrAdmit(
  tx: Writes,
  brain: Brain,
  device: Device,
  context: DecisionContext,
): Promise<Pick<News, 'device' | 'deployment' | 'offer'> & { admitted: boolean }> {
  if (device.openDeployment !== null) {
    const deployment = await tx.deployment(device.openDeployment);
    const release = deployment && (await tx.release(deployment.release));
    if (!deployment || !release)
      throw new FettleError('internal', `Deployment ${device.openDeployment} is incomplete.`);
    return { device, deployment, offer: offerMessage(deployment, release, device.type), admitted: false };
  }
  const nothing = { device, deployment: undefined, offer: undefined, admitted: false };
  const now = brain.clock.now();
  const wished = decide(device, context, now);
  if (wished.kind === 'hold') return nothing;
  const fresh = await refreshRollout(tx, wished.context);
  const fleet = await tx.fleet(device.fleet);
  if (!fresh || !fleet) return nothing;
  const decided = decide(device, { fleet, rollouts: [fresh] }, now);
  if (decided.kind === 'hold') return nothing;
  const admitted = await admit(tx, device, decided, { now, random: brain.random });
  const offer = offerMessage(admitted.deployment, fresh.release, device.type);
  return { ...admitted, offer, admitted: true };
}

/** Keeps what the device says of itself, and notices when it went back by itself. */
async function observe(
  tx: Writes,
  device: Device,
  message: native.CheckInRequest,
  now: Instant,
): Promise<{ device: Device; reverted: boolean }> {
  let told = device;
  if (!saysNothingNew(device, message)) {
    told = { ...device, attributes: message.attributes, current: toCurrent(message.current) };
    await tx.updateDevice(told);
  }
  if (sameCurrent(device.current, message.current) && !isUnproven(told)) return { device: told, reverted: false };
  return noteReversion(tx, told, now);
}

function answer(device: Device, context: DecisionContext, now: Instant): native.CheckInResponse {
  return {
    nextCheckInSeconds: nextCheckInSeconds(device.id, {
      intervalMs: context.fleet.checkInIntervalMs,
      isActive: isActive(device),
      now,
    }),
    serverTime: new Date(now).toISOString(),
  };
}

function saysNothingNew(device: Device, message: native.CheckInRequest): boolean {
  return sameAttributes(device.attributes, message.attributes) && sameCurrent(device.current, message.current);
}

function sameAttributes(a: Attributes, b: Attributes): boolean {
  let count = 0;
  for (const key in b) {
    if (a[key] !== b[key]) return false;
    count++;
  }
  for (const _ in a) count--;
  return count === 0;
}

function sameCurrent(a: CurrentArtifacts, b: native.CheckInRequest['current']): boolean {
  const known: Readonly<Record<string, CurrentArtifact>> = a;
  let count = 0;
  for (const component in b) {
    const ours = known[component];
    const theirs = b[component];
    if (ours?.digest !== theirs?.sha256 || ours?.counter !== theirs?.counter || ours?.version !== theirs?.version) {
      return false;
    }
    count++;
  }
  for (const _ in a) count--;
  return count === 0;
}

function toCurrent(current: native.CheckInRequest['current']): CurrentArtifacts {
  const entries = Object.entries(current).map(([component, { version, counter, sha256 }]) => {
    return [component, { version, counter, digest: digest(sha256) }] as const;
  });
  return Object.fromEntries(entries);
}
