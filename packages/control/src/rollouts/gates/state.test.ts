import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultSequentialGate } from '@fettle/model';
import { outcomesLogE } from './outcomes.ts';
import { ratioLogE } from './ratio.ts';
import {
  forgiven,
  type GateCounts,
  type GateState,
  look,
  newGateState,
  noStratum,
  type TreatedFailure,
  takeControlFailure,
  takeProgress,
  takeTreatedFailure,
  totalLogE,
} from './state.ts';

const minute = 60_000;
const plan = { ...defaultSequentialGate, hardStop: 3 };
const fresh = () => newGateState(plan, { '': 0.01 }, 0, 30 * minute);
const counts = { ...noStratum, control: 10_000, started: 200, watched: 100 };
const all: GateCounts = { a: counts };
const failure = (changes: Partial<TreatedFailure> = {}): TreatedFailure => ({
  stratum: 'a',
  startedAt: 0,
  committedAt: 0,
  at: 20 * minute,
  isDark: false,
  ...changes,
});

test('what goes wrong before a device has settled is the installation’s, later the control’s too', () => {
  const early = takeTreatedFailure(fresh(), failure({ at: 3 * minute - 1 }), counts);
  const never = takeTreatedFailure(fresh(), failure({ committedAt: null }), counts);
  for (const state of [early, never]) {
    assert.equal(state.ratio.treatedEvents, 0);
    assert.equal(state.outcomes.totals.a?.failed, 1);
  }
  const late = takeTreatedFailure(fresh(), failure({ at: 3 * minute }), counts);
  assert.equal(late.ratio.treatedEvents, 1);
  assert.deepEqual(late.outcomes.totals, {});
});

test('a failure of the control says nothing while nobody runs the release', () => {
  const state = fresh();
  assert.equal(takeControlFailure(state, { ...counts, watched: 0 }), state);
});

/** A usual control over two hours, so that it is known what it shows. */
function settledIn(): { state: GateState; counts: GateCounts; now: number } {
  let state = takeProgress(fresh(), { a: { ...counts, started: 0 } }, 0);
  let now = 0;
  let controlEvents = 0;
  for (; now < 120 * minute; now += minute) {
    controlEvents += 3;
    state = takeProgress(state, { a: { ...counts, started: 0, controlEvents } }, now);
  }
  return { state, counts: { a: { ...counts, started: 100, controlEvents } }, now };
}

function withFailedInstallations(count: number) {
  const begun = settledIn();
  let state = takeProgress(begun.state, begun.counts, begun.now);
  for (let i = 0; i < count; i++) {
    state = takeTreatedFailure(state, failure({ startedAt: begun.now, committedAt: null }), counts);
  }
  return { ...begun, state };
}

test('installations alone fail a gate only after the control had time to show that everything fails', () => {
  const { state, counts: totals, now } = withFailedInstallations(8);
  const suspect = look(plan, state, totals, now);
  assert.equal(suspect.suspectSince, now);
  assert.equal(suspect.crossed, null);
  assert.equal(look(plan, suspect, totals, now + 29 * minute).crossed, null);
  const failed = look(plan, suspect, totals, now + 30 * minute);
  assert.equal(failed.crossed?.kind, 'evidence');
  assert.equal(failed.suspectSince, null);
});

test('when the control shows meanwhile that everything fails, the suspicion goes away', () => {
  const { state, counts: totals, now } = withFailedInstallations(8);
  let next = look(plan, state, totals, now);
  let { controlEvents } = totals.a ?? noStratum;
  for (let at = now; at <= now + 31 * minute; at += minute) {
    controlEvents += 18;
    const grown = { a: { ...(totals.a ?? noStratum), controlEvents } };
    next = look(plan, takeProgress(next, grown, at), grown, at);
  }
  assert.equal(next.crossed, null);
  assert.equal(next.suspectSince, null);
});

test('so many failed installations that no outage explains them fail a gate at once', () => {
  const { state, counts: totals, now } = withFailedInstallations(60);
  assert.equal(look(plan, state, totals, now).crossed?.kind, 'evidence');
});

test('without a control that could show anything there is nothing to wait for', () => {
  let state = takeProgress(fresh(), { a: { ...noStratum, started: 100 } }, minute);
  for (let i = 0; i < 8; i++) state = takeTreatedFailure(state, failure({ committedAt: null }), counts);
  assert.equal(look(plan, state, { a: noStratum }, minute).crossed?.kind, 'evidence');
});

test('devices that go dark stop it at once; never, if the plan says so', () => {
  let state = fresh();
  for (let i = 0; i < 3; i++) state = takeTreatedFailure(state, failure({ committedAt: null, isDark: true }), counts);
  assert.deepEqual(look(plan, state, all, 9).crossed, { kind: 'dark', at: 9, devices: 3 });
  assert.notEqual(look({ ...plan, hardStop: 0 }, state, all, 9).crossed?.kind, 'dark');
});

test('once failed it stays failed, until a person forgives it: then it begins anew', () => {
  const { state, counts: totals, now } = withFailedInstallations(60);
  const failed = look(plan, state, totals, now);
  assert.equal(look(plan, failed, all, now + 1), failed);
  const again = forgiven(plan, failed, totals, now + 1);
  assert.equal(again.crossed, null);
  assert.equal(totalLogE(plan, again, ratioLogE(again.ratio), outcomesLogE(again.outcomes, again.times)), 0);
  assert.deepEqual(again.since, { started: 100, proven: 0 });
  const next = takeProgress(again, totals, now + 2);
  assert.deepEqual(next.outcomes.totals, {}, 'devices that started before do not count');
});

test('a metric in a dry run has no part in E; a deciding one has a share that others pay for', () => {
  const metric = { name: 'm', kind: 'event', worse: 'higher', dryRun: true } as const;
  const withDry = { ...plan, metrics: [metric] };
  const withMetric = { ...plan, metrics: [{ ...metric, dryRun: false }] };
  const e = (one: typeof withMetric | typeof withDry | typeof plan) => {
    const state = newGateState(one, { '': 0.01 }, 0, minute);
    return totalLogE(one, state, Math.log(50), 0);
  };
  assert.equal(e(withDry), e(plan));
  assert.ok(e(withMetric) < e(plan));
});
