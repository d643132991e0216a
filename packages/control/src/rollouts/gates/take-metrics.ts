import type { Device, GateMetric, Instant, Rollout } from '@fettle/model';
import type { Writes } from '../../ports.ts';
import { bucketOf } from '../bucket.ts';
import type { DecisionContext, RolloutContext } from '../context.ts';
import { type Gated, gatedOf, loadTotals } from './collect.ts';
import type { GateWindow } from './gate-store.ts';
import { controlsPerValue, takeMetricEvent, takeMetricValue } from './metrics.ts';
import { isHeldBack } from './note-health.ts';
import type { Side } from './ratio.ts';
import { type GateState, look, silenceMs, takeProgress } from './state.ts';
import { phaseGateOf, stratumOf } from './strata.ts';

/** Numbers that a device reports, by name. */
export type Metrics = Readonly<Record<string, number>>;

/** Which metrics a device is asked for: those that run a release on trial, and a sample of those that are held back. */
export function wantedMetrics(device: Device, context: DecisionContext, now: Instant): string[] {
  const wanted = new Set<string>();
  for (const candidate of context.rollouts) {
    const gated = gatedOf(candidate.rollout);
    if (!gated || gated.plan.metrics.length === 0) continue;
    if (!isWatched(device, gated, context, now) && !isSampled(device, context, candidate, now)) continue;
    for (const { name } of gated.plan.metrics) wanted.add(name);
  }
  return [...wanted];
}

function isWatched(device: Device, { rollout, plan }: Gated, context: DecisionContext, now: Instant): boolean {
  const attempt = device.attempts.find((one) => one.rollout === rollout.id);
  if (attempt?.lastStatus !== 'succeeded') return false;
  return now < attempt.lastChangedAt + plan.observeMs + silenceMs(context.fleet.checkInIntervalMs);
}

function isSampled(device: Device, context: DecisionContext, candidate: RolloutContext, now: Instant): boolean {
  const gate = phaseGateOf(candidate.rollout);
  if (!gate || draw(candidate.rollout, 'sample', device) >= gate.sampleShare) return false;
  return isHeldBack({ device, context, now }, candidate);
}

/** Even between 0 and 1, apart from the bucket and for each purpose. */
function draw({ salt }: Rollout, purpose: string, device: Device): number {
  return bucketOf(`${salt}/${purpose}`, device.id);
}

/** Takes what a device reports into the gates that asked for it, in the transaction of its check-in. */
export async function takeMetrics(
  tx: Writes,
  context: DecisionContext,
  { device, metrics, now }: { readonly device: Device; readonly metrics: Metrics; readonly now: Instant },
): Promise<void> {
  for (const candidate of context.rollouts) {
    const gated = gatedOf(candidate.rollout);
    if (!gated?.plan.metrics.some(({ name }) => Object.hasOwn(metrics, name))) continue;
    const window = await windowOf(tx, gated, { device, context, candidate, now });
    if (window) await takeInto(tx, gated, { window, device, metrics, now });
  }
}

interface Caller {
  readonly device: Device;
  readonly context: DecisionContext;
  readonly candidate: RolloutContext;
  readonly now: Instant;
}

/** The open window of the device; a held-back one gets a window while there are few beside those of treated devices. */
async function windowOf(tx: Writes, { rollout, plan }: Gated, caller: Caller): Promise<SampledWindow | undefined> {
  const { device, context, candidate, now } = caller;
  const found = await tx.gateWindow(rollout.id, device.id);
  if (found) return isSampledWindow(found) && found.lookAt !== null ? found : undefined;
  if (!isSampled(device, context, candidate, now)) return undefined;
  const stratum = stratumOf(device, phaseGateOf(rollout));
  const open = async (side: 'treated' | 'control') =>
    (await tx.countGateWindows(rollout.id, { side, openedUntil: now }))[stratum] ?? 0;
  const treated = await open('treated');
  if (treated === 0 || (await open('control')) >= controlsPerValue * treated) return undefined;
  const window: SampledWindow = {
    rollout: rollout.id,
    device: device.id,
    side: 'control',
    stratum,
    phase: 0,
    startedAt: now,
    openedAt: now,
    lookAt: now + plan.observeMs,
    taken: [],
  };
  await tx.saveGateWindow(window);
  return window;
}

type SampledWindow = GateWindow & { readonly side: Side };

function isSampledWindow(window: GateWindow): window is SampledWindow {
  return window.side !== 'given-up';
}

interface Reading {
  readonly window: SampledWindow;
  readonly device: Device;
  readonly metrics: Metrics;
  readonly now: Instant;
}

async function takeInto(tx: Writes, gated: Gated, reading: Reading): Promise<void> {
  const { rollout, plan } = gated;
  const { window, now } = reading;
  const before = await tx.gateState(rollout.id);
  if (!before) return;
  let state = before;
  const taken = [...window.taken];
  for (const metric of plan.metrics) {
    if (taken.includes(metric.name)) continue;
    const next = await takeOne(tx, gated, state, { ...reading, metric });
    if (!next) continue;
    state = next;
    taken.push(metric.name);
  }
  if (state === before) return;
  await tx.saveGateWindow({ ...window, taken });
  const counts = await loadTotals(tx, gated, state, now);
  await tx.saveGateState(rollout.id, look(plan, takeProgress(state, counts, now), counts, now));
}

/** @returns undefined when the device has nothing to say yet, or nothing bad happened */
async function takeOne(
  tx: Writes,
  { rollout, plan }: Gated,
  state: GateState,
  reading: Reading & { readonly metric: GateMetric },
): Promise<GateState | undefined> {
  const { metric, window, device, now } = reading;
  const value = reading.metrics[metric.name];
  if (value === undefined) return undefined;
  const { side, stratum } = window;
  // Values of the second half: both sides have been watched equally long.
  const isRipe = metric.kind === 'event' ? value > 0 : now >= window.openedAt + plan.observeMs / 2;
  if (!isRipe) return undefined;
  // It gave to this metric before, on the other side.
  if (await tx.hasGateEvent(rollout.id, device.id, metric.name)) return undefined;
  const open = async (of: 'treated' | 'control') =>
    (await tx.countGateWindows(rollout.id, { side: of, openedUntil: now, without: metric.name }))[stratum] ?? 0;
  const atRisk = { treated: await open('treated'), control: await open('control') };
  const next =
    metric.kind === 'event'
      ? takeMetricEvent(state, metric, side, atRisk)
      : takeMetricValue(state, metric, { side, stratum, value, coin: draw(rollout, 'coin', device) });
  const sequence = state.events + 1;
  await tx.insertGateEvent(rollout.id, {
    sequence,
    device: device.id,
    metric: metric.name,
    kind: metric.kind === 'event' ? 'metric-event' : 'metric-value',
    side,
    stratum,
    at: now,
    startedAt: side === 'treated' ? window.startedAt : null,
    committedAt: side === 'treated' ? window.openedAt : null,
    ...atRisk,
    value,
  });
  return { ...next, events: sequence };
}
