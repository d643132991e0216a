import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { newMemory } from './memory.ts';
import { addReport, reportsToSend, settleReports } from './reporting.ts';

const first = 'dep_01h455vb4pex5vsknk084sn02q';
const deviceTime = '2026-01-01T00:00:00Z';

function memoryWith(statuses: readonly ('downloading' | 'installing' | 'succeeded')[]) {
  const memory = newMemory({});
  for (const status of statuses) addReport(memory, first, { status, deviceTime });
  return memory;
}

describe('the outbox of a device', () => {
  it('numbers reports from one and keeps them until they are acknowledged', () => {
    const memory = memoryWith(['downloading', 'installing', 'succeeded']);
    const sent = reportsToSend(memory, new Set(), []);
    assert.deepEqual(
      sent.map(({ sequence }) => sequence),
      [1, 2, 3],
    );
    const kept = settleReports(memory, sent, [{ deployment: first, sequence: 2 }]);
    assert.deepEqual(
      kept.map(({ sequence }) => sequence),
      [1, 2],
    );
    assert.deepEqual(
      memory.outbox.map(({ sequence }) => sequence),
      [3],
    );
  });

  it('takes an acknowledgement for what was in the request only', () => {
    const memory = memoryWith(['downloading', 'installing']);
    const [newest] = memory.outbox.slice(1);
    assert.ok(newest);
    settleReports(memory, [newest], [{ deployment: first, sequence: 2 }]);
    assert.deepEqual(
      memory.outbox.map(({ sequence }) => sequence),
      [1],
    );
  });

  it('stays bounded when nobody ever acknowledges, and keeps the newest', () => {
    const memory = newMemory({});
    for (let i = 0; i < 500; i++) addReport(memory, first, { status: 'downloading', deviceTime });
    assert.equal(memory.outbox.length, 64);
    assert.equal(memory.outbox.at(-1)?.sequence, 500);
  });

  it('sends the newest first, or everything twice, when the device is made that way', () => {
    const memory = memoryWith(['downloading', 'succeeded']);
    const order = (name: 'reorders-reports' | 'duplicates-reports') =>
      reportsToSend(memory, new Set([name] as const), []).map(({ sequence }) => sequence);
    assert.deepEqual(order('reorders-reports'), [2, 1]);
    assert.deepEqual(order('duplicates-reports'), [1, 1, 2, 2]);
  });
});
