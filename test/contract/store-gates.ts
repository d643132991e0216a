import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GateEvent, GateState, GateWindow, SilentDevice, StratumTotals } from '@fettle/control';
import { newGateState } from '@fettle/control';
import { type DeviceId, defaultSequentialGate, deviceId } from '@fettle/model';
import { acme, deviceOf, type Open, prepare, rolloutIdOf, scopeOf, thermostats } from './store-fixtures.ts';
import { withStore } from './with-store.ts';

export const neverSeen: SilentDevice = { device: '' as DeviceId, lastSeenAt: 0 };

export function gateStateOf(changes: Partial<GateState> = {}): GateState {
  return { ...newGateState(defaultSequentialGate, { '': 0.01 }, 7, 60_000), ...changes };
}

export function gateTotalsOf(): StratumTotals {
  return { control: 100, controlEvents: 1, started: 7, proven: 3 };
}

export function gateWindowOf(device: string, changes: Partial<GateWindow> = {}): GateWindow {
  return {
    rollout: rolloutIdOf(1),
    device: deviceId(device),
    side: 'treated',
    stratum: 'board-a',
    phase: 0,
    startedAt: 5,
    openedAt: 10,
    lookAt: 100,
    taken: [],
    ...changes,
  };
}

export function gateEventOf(sequence: number, changes: Partial<GateEvent> = {}): GateEvent {
  return {
    sequence,
    device: deviceId('dev-1'),
    metric: '',
    kind: 'health-bad',
    side: 'treated',
    stratum: 'board-a',
    at: 50,
    startedAt: 5,
    committedAt: 10,
    treated: 12,
    control: 1_000,
    value: null,
    ...changes,
  };
}

/** What gates have seen. */
export function keepsGates(open: Open): void {
  const rollout = rolloutIdOf(1);

  describe('gates', () => {
    it('gives back every number of a state, bit by bit', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const state = gateStateOf({ dark: 2, suspectSince: 1_700_000_000_001 });
        const odd: GateState = {
          ...state,
          ratio: { ...state.ratio, logLikelihood: [0.1 + 0.2, -Math.PI * 1e-9, 1e300] },
        };
        await store.transact(scope, (tx) => tx.saveGateState(rollout, state));
        await store.transact(scope, (tx) => tx.saveGateState(rollout, odd));
        assert.deepEqual(await store.reads(scope).gateState(rollout), odd);
      }));

    it('adds totals up by stratum', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        await store.transact(scope, async (tx) => {
          await tx.addGateTotals(rollout, 'board-a', gateTotalsOf());
          await tx.addGateTotals(rollout, 'board-a', { control: -50, controlEvents: 1, started: 0, proven: 1 });
          await tx.addGateTotals(rollout, 'board-a/C', gateTotalsOf());
        });
        assert.deepEqual(await store.reads(scope).gateTotals(rollout), {
          'board-a': { control: 50, controlEvents: 2, started: 7, proven: 4 },
          'board-a/C': gateTotalsOf(),
        });
      }));

    it('finds windows that are due, and counts those that are open', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const names = ['a"b', 'a_b', 'a%b'];
        await store.transact(scope, async (tx) => {
          await tx.saveGateWindow(gateWindowOf('dev-1'));
          await tx.saveGateWindow(gateWindowOf('dev-2', { openedAt: 20, lookAt: 50, taken: [names[1] as string] }));
          await tx.saveGateWindow(gateWindowOf('dev-3', { side: 'control', taken: names }));
          await tx.saveGateWindow(gateWindowOf('dev-4', { side: 'control', lookAt: null }));
          await tx.saveGateWindow(gateWindowOf('dev-5', { stratum: 'board-b', openedAt: 15 }));
          await tx.saveGateWindow(gateWindowOf('dev-6'));
          await tx.deleteGateWindow(rollout, deviceId('dev-6'));
        });
        const reads = store.reads(scope);
        const due = await reads.dueGateWindows(100, 2);
        assert.deepEqual(
          due.map((window) => [window.device, window.taken]),
          [
            ['dev-2', ['a_b']],
            ['dev-1', []],
          ],
        );
        const count = (side: 'treated' | 'control', openedUntil: number, without?: string) =>
          reads.countGateWindows(rollout, { side, openedUntil, without });
        assert.deepEqual(await count('treated', 99), { 'board-a': 2, 'board-b': 1 });
        assert.deepEqual(await count('treated', 19), { 'board-a': 1, 'board-b': 1 });
        assert.deepEqual(await count('control', 99), { 'board-a': 1 });
        assert.deepEqual(await count('treated', 99, 'a_b'), { 'board-a': 1, 'board-b': 1 });
        assert.deepEqual(await count('treated', 99, 'axb'), { 'board-a': 2, 'board-b': 1 });
        for (const name of names) assert.deepEqual(await count('control', 99, name), {}, name);
      }));

    it('keeps one event a device and metric, in order', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const value = gateEventOf(2, { metric: 'boot-ms', kind: 'metric-value', value: 0.1 + 0.2, startedAt: null });
        await store.transact(scope, async (tx) => {
          await tx.insertGateEvent(rollout, gateEventOf(1));
          await tx.insertGateEvent(rollout, value);
        });
        const twice = store.transact(scope, (tx) => tx.insertGateEvent(rollout, gateEventOf(3)));
        await assert.rejects(twice, { code: 'already-exists' });
        const reads = store.reads(scope);
        assert.deepEqual(await reads.gateEvents(rollout, { after: 0, limit: 10 }), [gateEventOf(1), value]);
        assert.deepEqual(await reads.gateEvents(rollout, { after: 1, limit: 10 }), [value]);
        assert.equal(await reads.hasGateEvent(rollout, deviceId('dev-1'), ''), true);
        assert.equal(await reads.hasGateEvent(rollout, deviceId('dev-2'), ''), false);
      }));

    it('walks devices in the order in which they were last seen', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        await store.transact(scope, async (tx) => {
          await tx.insertDevice(deviceOf('dev-a', { lastSeenAt: 20 }));
          await tx.insertDevice(deviceOf('dev-b', { lastSeenAt: 10 }));
          await tx.insertDevice(deviceOf('dev-c', { lastSeenAt: 20 }));
          await tx.insertDevice(deviceOf('dev-d', { lastSeenAt: 30 }));
          await tx.insertDevice(deviceOf('dev-e', { lastSeenAt: 20, status: 'rejected' }));
        });
        const walk = async (after: SilentDevice, until: number, limit: number) =>
          (await store.reads(scopeOf(acme)).devicesSeenBetween(thermostats, { after, until, limit })).map(
            ({ device, lastSeenAt }) => `${device} ${lastSeenAt}`,
          );
        assert.deepEqual(await walk(neverSeen, 29, 10), ['dev-b 10', 'dev-a 20', 'dev-c 20']);
        assert.deepEqual(await walk(neverSeen, 29, 2), ['dev-b 10', 'dev-a 20']);
        assert.deepEqual(await walk({ device: deviceId('dev-a'), lastSeenAt: 20 }, 30, 2), ['dev-c 20', 'dev-d 30']);
      }));
  });
}
