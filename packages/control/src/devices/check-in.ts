import { type Deployment, type Device, FettleError, type Instant, type Reason, type RolloutId } from '@fettle/model';
import type { native } from '@fettle/protocol';
import { type Brain, countsChanged } from '../brain.ts';
import type { Writes } from '../ports.ts';
import { admitIfOffered } from '../rollouts/admit.ts';
import type { DecisionContext } from '../rollouts/context.ts';
import type { CachedContext } from '../rollouts/context-cache.ts';
import { decide } from '../rollouts/decide.ts';
import { noteObservation } from '../rollouts/gates/note-observation.ts';
import { wantedMetrics } from '../rollouts/gates/take-metrics.ts';
import { rememberTraits } from '../rollouts/segments/traits.ts';
import { stability } from '../rollouts/stability.ts';
import { isActive, nextCheckInSeconds } from './check-in-time.ts';
import type { DeviceScope } from './device-scope.ts';
import { isUnproven, noteReversion } from './note-reversion.ts';
import { offerMessage } from './offer-message.ts';
import { quietAnswer } from './quiet-check-in.ts';
import type { QuietTicket } from './quiet-memo.ts';
import { requireDevice } from './require-device.ts';
import { sameCurrent, saysNothingNew, toCurrent, withClockSkew } from './self-description.ts';
import { abortedDeployment, applyReports, type TakenReports } from './take-reports.ts';

/** What the door saw beside the message. */
export interface CheckInOptions {
  /** Lets an answer "nothing new" be remembered for the same request (`quietCheckIn`). */
  readonly ticket?: QuietTicket | undefined;
  /** How far the clock of the device is ahead, where it was seen to be off. */
  readonly clockSkewSeconds?: number | undefined;
  /** Whether the device no longer waits for the answer. */
  readonly isGone?: (() => boolean) | undefined;
}

/**
 * A device says what it runs and gets what to do and when to come back.
 * With nothing new it costs one indexed read and no write, and the next time not even that.
 * @throws FettleError `not-authenticated`, `device-pending`, `device-rejected`
 */
export async function checkIn(
  scope: DeviceScope,
  brain: Brain,
  said: native.CheckInRequest,
  options: CheckInOptions = {},
): Promise<native.CheckInResponse> {
  const device = requireDevice(scope, await brain.store.reads(scope).device(scope.device));
  const now = brain.clock.now();
  brain.store.seen(scope, device.id, now);
  const { tenant } = scope;
  const context = brain.contexts.peek(tenant, device.fleet) ?? (await brain.contexts.get(tenant, device.fleet));
  const message = withClockSkew(said, device, options.clockSkewSeconds);
  const wanted = wantedMetrics(device, context, now);
  const brings = message.reports?.length || (message.metrics && wanted.length > 0);
  const isQuiet = device.openDeployment === null && !brings && saysNothingNew(device, message);
  if (isQuiet && !isUnproven(device)) {
    const decision = decide(device, context, now);
    if (decision.kind === 'hold') {
      const quiet = quietAnswer(device.id, context.fleet.checkInIntervalMs, now);
      if (wanted.length > 0) return { ...quiet, wantMetrics: wanted };
      if (options.ticket) rememberQuiet(scope, brain, options.ticket, { reasons: decision.reasons, context, now });
      return quiet;
    }
  }
  if (!sameCurrent(device.current, message.current) || isUnproven(device)) await demandPresent(brain, options);
  return checkInWithNews(scope, brain, message, context);
}

/**
 * What a device runs is believed only while it waits for the answer. A process that stood still finds requests of
 * devices that have long gone elsewhere: their old news would make a rollback of what succeeded meanwhile.
 */
async function demandPresent({ clock }: Brain, { isGone }: CheckInOptions): Promise<void> {
  if (!isGone) return;
  // That somebody hung up is heard of later than what was sent before.
  await clock.turn();
  await clock.turn();
  if (isGone()) throw new FettleError('wrong-state', 'The device went away before its check-in was looked at.');
}

function rememberQuiet(
  scope: DeviceScope,
  brain: Brain,
  ticket: QuietTicket,
  held: { readonly reasons: readonly Reason[]; readonly context: CachedContext; readonly now: Instant },
): void {
  const { context, now } = held;
  const stable = stability(held.reasons, context);
  if (!stable) return;
  const until = Math.min(stable.until, scope.expiresAt);
  brain.quiet.remember(ticket, { structure: context.structure, until, now });
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
    const seen = { before: found, after: observed.device, metrics: message.metrics, now };
    const noted = await noteObservation(tx, context, seen);
    const abort = await abortedDeployment(tx, observed.device, now);
    const next = await openOrAdmit(tx, brain, observed.device, context);
    const changed = new Set<RolloutId>(taken.changed);
    if (observed.reverted) addNewest(changed, observed.device);
    for (const rollout of noted) changed.add(rollout);
    if (next.admitted) addNewest(changed, next.device);
    return { ...next, taken, abort, changed };
  });
  if (result.changed.size > 0) countsChanged(brain, scope.tenant, result.device.fleet, result.changed);
  return answerWithNews(context, result, now);
}

function addNewest(rollouts: Set<RolloutId>, { attempts: [newest] }: Device): void {
  if (newest) rollouts.add(newest.rollout);
}

interface News {
  readonly device: Device;
  readonly deployment: Deployment | undefined;
  readonly offer: native.OfferMessage | undefined;
  readonly taken: TakenReports;
  readonly abort: string | undefined;
}

function answerWithNews(context: DecisionContext, news: News, now: Instant): native.CheckInResponse {
  const wanted = wantedMetrics(news.device, context, now);
  const base = { ...answer(news.device, context, now), ...(wanted.length > 0 ? { wantMetrics: wanted } : {}) };
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
    const rollout = deployment && (await tx.rollout(deployment.rollout));
    if (!deployment || !release || !rollout)
      throw new FettleError('internal', `Deployment ${device.openDeployment} is incomplete.`);
    return { device, deployment, offer: offerMessage(deployment, { release, rollout }, device.type), admitted: false };
  }
  const nothing = { device, deployment: undefined, offer: undefined, admitted: false };
  const admitted = await admitIfOffered(tx, brain, device, context);
  if (!admitted) return nothing;
  const offer = offerMessage(admitted.deployment, admitted, device.type);
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
    const { attributes, current } = message;
    told = rememberTraits(device, { ...device, attributes, current: toCurrent(current) });
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
