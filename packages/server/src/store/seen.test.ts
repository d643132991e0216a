import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deviceId, tenantId } from '@fettle/model';
import type { Connection } from './connection.ts';
import { sqlite } from './dialect.ts';
import { SeenBuffer } from './seen.ts';

const acme = tenantId('acme');

/** Writes everything into a list; fails as often as it is told to. */
function recorder(failures = 0) {
  const written: unknown[][] = [];
  const batches: number[] = [];
  let left = failures;
  const connection: Connection = {
    dialect: sqlite,
    all: async () => [],
    first: async () => undefined,
    async run(_, parameters) {
      written.push([...parameters]);
      return 1;
    },
  };
  const buffer = new SeenBuffer(async (work) => {
    if (left-- > 0) throw new Error('the disk is full');
    const before = written.length;
    await work(connection);
    batches.push(written.length - before);
  });
  return { buffer, written, batches };
}

describe('last-seen buffer', () => {
  it('writes the newest time of each device once', async () => {
    const { buffer, written } = recorder();
    for (const at of [5, 9, 7]) buffer.add(acme, deviceId('dev-1'), at);
    assert.equal(buffer.size, 1);
    await buffer.flush();
    await buffer.flush();
    assert.deepEqual(written, [[9, acme, 'dev-1', 9]]);
    assert.equal(buffer.size, 0);
  });

  it('writes many devices in small pieces', async () => {
    const { buffer, batches } = recorder();
    for (let i = 0; i < 1_234; i++) buffer.add(acme, deviceId(`dev-${i}`), i);
    await buffer.flush();
    assert.deepEqual(batches, [250, 250, 250, 250, 234]);
  });

  it('remembers what could not be written for the next time', async () => {
    const { buffer, written } = recorder(1);
    buffer.add(acme, deviceId('dev-1'), 5);
    const failing = buffer.flush();
    buffer.add(acme, deviceId('dev-1'), 6);
    await assert.rejects(failing, /the disk is full/);
    await buffer.flush();
    assert.deepEqual(written, [[6, acme, 'dev-1', 6]]);
  });

  it('does not let a herd pile up until the next regular flush', async () => {
    const { buffer, written } = recorder();
    for (let i = 0; i < 5_000; i++) buffer.add(acme, deviceId(`dev-${i}`), i);
    assert.ok(buffer.size < 1_000, `${buffer.size} still wait`);
    await buffer.flush();
    await buffer.flush();
    assert.equal(written.length, 5_000);
  });
});
