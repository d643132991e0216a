import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createServer } from './create-server.ts';

test('a first start that fails on its port leaves the one showing of the token to the next', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'fettle-first-'));
  const taken = createSocket();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  assert.ok(address !== null && typeof address === 'object');
  const settings = { 'data.dir': dataDir, 'log.level': 'silent' } as const;
  try {
    await assert.rejects(createServer({ ...settings, 'http.port': address.port }), { code: 'wrong-state' });
    const first = await createServer({ ...settings, 'http.port': 0 });
    await first.close();
    assert.match(first.adminToken ?? '', /^fop_/);
    const second = await createServer({ ...settings, 'http.port': 0 });
    await second.close();
    assert.equal(second.adminToken, undefined);
  } finally {
    await new Promise((resolve) => taken.close(resolve));
    await rm(dataDir, { recursive: true, force: true });
  }
});
