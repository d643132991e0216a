import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createClient } from '@fettle/api';
import { seeded } from '../contract/kill-at.ts';
import { happen, sealed } from './audit-support.ts';
import { openDesk } from './cli-support.ts';
import { ServerProcess } from './crash/server-process.ts';

const rounds = 8;

test(`the log has no gap, no duplicate and one history when the server is killed ${rounds} times`, async (context) => {
  const process = new ServerProcess(await mkdtemp(join(tmpdir(), 'fettle-audit-kill-')));
  const desk = await openDesk();
  const random = seeded(20_261_122);
  try {
    let entries = 0;
    for (let round = 0; round < rounds; round++) {
      await process.start();
      const client = createClient({ server: process.url, token: process.adminToken });
      const who = ['--server', process.url, '--token', process.adminToken];
      const found = (await desk.ask('audit', 'verify', ...who).catch((error: unknown) => {
        // Before the first checkpoint there is nothing to verify.
        if (round === 0) return { ok: true, size: 0 };
        throw error;
      })) as { ok: boolean; size: number };
      assert.ok(found.ok && found.size >= entries);
      const over = happen(client, 10_000).catch(() => {});
      for (let i = random(4); i >= 0; i--) entries = (await sealed(client)).size;
      await process.kill();
      await over;
    }
    await process.start();
    const client = createClient({ server: process.url, token: process.adminToken });
    const { size } = await sealed(client);
    const [newest] = (await client.listAudit({ limit: 1 })).items;
    assert.equal(size, newest?.sequence, 'an entry for each event');
    const who = ['--server', process.url, '--token', process.adminToken];
    const { ok } = (await desk.ask('audit', 'verify', ...who)) as { ok: boolean };
    assert.ok(ok);
    context.diagnostic(`${rounds} kills, ${size} entries`);
  } finally {
    await process.remove();
    await desk.leave();
  }
});
