import assert from 'node:assert/strict';
import test from 'node:test';
import type { Deployment, DeploymentStatus, DeviceId } from '@fettle/model';
import { deploymentNumber, rolloutNumber, sampleDevice } from '../../../test/samples.ts';
import type { Reads } from '../../ports.ts';
import type { GateEvent } from '../gates/gate-store.ts';
import { readExposed } from './read-exposed.ts';

const rollout = rolloutNumber(1);
const clock = { now: () => 0, turn: async () => {} };

/** Deployments newest first, three on a page; each device says its id as an attribute. */
function fakeReads(rows: readonly (readonly [string, DeploymentStatus])[], events: readonly Partial<GateEvent>[] = []) {
  const deployments = rows.map(([device, status], i) => ({ id: deploymentNumber(i), device, status }) as Deployment);
  const reads: Pick<Reads, 'deploymentsOfRollout' | 'gateEvents' | 'device'> = {
    async deploymentsOfRollout(_, { after }) {
      const from = Number(after ?? 0);
      const next = from + 3 < deployments.length ? String(from + 3) : null;
      return { items: deployments.slice(from, from + 3), next };
    },
    gateEvents: async (_, { after }) =>
      events.slice(after).map((event, i) => ({ sequence: after + i + 1, metric: '', ...event }) as GateEvent),
    device: async (id) => (id === 'gone' ? undefined : sampleDevice({ id, attributes: { me: id } })),
  };
  return reads as Reads;
}

const read = (reads: Reads, most = 100) => readExposed({ reads, clock }, rollout, most);
const failedOf = (devices: readonly { id: string; failed: boolean }[]) => devices.map((one) => [one.id, one.failed]);

test('what became of a device is what its newest deployment says; what was called off says nothing', async () => {
  const reads = fakeReads([
    ['retried', 'succeeded'],
    ['fell-back', 'rolledBack'],
    ['called-off', 'aborted'],
    ['retried', 'failed'],
    ['silent', 'timedOut'],
    ['waits', 'downloading'],
    ['gone', 'failed'],
  ]);
  const { devices, weight, usual, usualShare } = await read(reads);
  assert.deepEqual(failedOf(devices).sort(), [
    ['fell-back', true],
    ['retried', false],
    ['silent', true],
    ['waits', false],
  ]);
  assert.deepEqual(devices[0]?.traits['attribute.me'], devices[0]?.id);
  assert.deepEqual([weight, usual, usualShare], [{ failed: 1.5, sound: 1 }, [], 0]);
});

test('a gate that compares adds who failed after the commit, and who failed while held back', async () => {
  const id = (text: string) => text as DeviceId;
  const reads = fakeReads(
    [
      ['a', 'succeeded'],
      ['b', 'succeeded'],
      ['c', 'failed'],
    ],
    [
      { device: id('a'), side: 'treated', committedAt: 5 },
      { device: id('c'), side: 'treated', committedAt: null },
      { device: id('b'), side: 'treated', committedAt: 5, metric: 'crashes' },
      { device: id('held'), side: 'control', committedAt: null },
    ],
  );
  const { devices, usual, usualShare } = await read(reads);
  assert.deepEqual(failedOf(devices).sort(), [
    ['a', true],
    ['b', false],
    ['c', true],
  ]);
  assert.deepEqual([usual.map((traits) => traits['attribute.me']), usualShare], [['held'], 0.5]);
});

test('of too many devices those that failed have up to half of the room, and each stands for several', async () => {
  const rows = Array.from({ length: 100 }, (_, i) => [`d-${i}`, i < 40 ? 'failed' : 'succeeded'] as const);
  const { devices, weight } = await read(fakeReads(rows), 20);
  assert.equal(devices.filter((one) => one.failed).length, 10);
  assert.deepEqual([devices.length, weight], [20, { failed: 4, sound: 6 }]);
  assert.deepEqual(await read(fakeReads(rows), 20), await read(fakeReads(rows), 20));
});
