import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Client, createClient } from '@fettle/api';
import { readVkey, verifyCheckpoint } from '@fettle/trust';
import { createSignerClient, type SignerClient } from '../../packages/server/src/signer/client.ts';
import { startSigner } from '../../packages/server/test/signer/signer-process.ts';
import { until } from './api-support.ts';
import { backUp, happen, removeDatabase, sealed } from './audit-support.ts';
import { ServerProcess } from './crash/server-process.ts';
import { foundInMemory } from './signer/process-memory.ts';

interface Installation {
  readonly server: ServerProcess;
  readonly keys: string;
  readonly signerPid: number;
  /** Whoever has the rights of the server at the signer's socket. */
  readonly thief: SignerClient;
  client(): Client;
}

/** A server whose signer somebody runs as a process of its own. */
async function install(t: TestContext): Promise<Installation> {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-audit-signer-'));
  const keys = join(folder, 'keys');
  const signer = await startSigner(['--folder', keys]);
  const server = new ServerProcess(join(folder, 'data'), ['--signer-socket', signer.socket]);
  const thief = createSignerClient(signer.socket);
  t.after(async () => {
    thief.close();
    await server.remove();
    await signer.end('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  });
  await server.start();
  const client = () => createClient({ server: server.url, token: server.adminToken });
  return { server, keys, signerPid: signer.pid, thief, client };
}

test('with a signer of its own the server has no key of the audit log, on the disk or in memory', async (t) => {
  const { server, keys, signerPid, thief, client } = await install(t);
  await happen(client(), 2);
  const { note } = await sealed(client());
  const [log] = (await client().auditLogs()).items;
  assert.ok(log && verifyCheckpoint(note, [readVkey(log.vkey)]).ok);
  assert.equal((await thief.logs.key(log.origin)).id, readVkey(log.vkey).id);
  await thief.evidence.key();
  for (const name of ['audit.key', 'evidence.key']) assert.equal(existsSync(join(server.dataDir, name)), false, name);
  const forms = new Map(
    ['audit-log', 'evidence'].map((role) => {
      const key = createPrivateKey(readFileSync(join(keys, 'installation', `${role}.pem`)));
      return [role, key.export({ format: 'der', type: 'pkcs8' }).subarray(-32)];
    }),
  );
  assert.deepEqual([...foundInMemory(server.pid, forms)], []);
  // The search would have found them: it does where they have to be.
  assert.deepEqual([...foundInMemory(signerPid, forms)].sort(), ['audit-log', 'evidence']);
});

test('who owns server and socket cannot have a second history signed', async (t) => {
  const { server, thief, client } = await install(t);
  const { dataDir } = server;
  await happen(client(), 2);
  await sealed(client());
  backUp(dataDir, join(dataDir, 'backup.db'));
  await happen(client(), 3);
  const { size } = await sealed(client());
  const [log] = (await client().auditLogs()).items;
  assert.ok(log);
  const { origin } = log;
  const last = await thief.logs.last(origin);
  assert.equal(last?.size, size);
  // By hand: another root of the same size, one that does not go on, a smaller one.
  const root = Buffer.alloc(32, 7);
  const ask = (oldSize: number, newSize: number) =>
    thief.logs.sign({ oldSize, proof: [], checkpoint: { origin, size: newSize, root } });
  assert.equal((await ask(size, size)).kind, 'inconsistent');
  assert.equal((await ask(size, size + 1)).kind, 'inconsistent');
  assert.equal((await ask(0, 1)).kind, 'conflict');
  // By way of the server: an older database, in which other things happen.
  await server.stop();
  removeDatabase(dataDir);
  copyFileSync(join(dataDir, 'backup.db'), join(dataDir, 'fettle.db'));
  await server.start();
  await happen(client(), 8);
  const refusal = /Restore the newest backup.*the audit log does not grow/;
  await until(() => (refusal.test(server.log) ? true : undefined), 'the refusal');
  assert.equal((await thief.logs.last(origin))?.size, size);
  const begun = await client().restartAuditLog({ reason: 'restored the backup' });
  await sealed(client());
  await until(async () => ((await thief.logs.last(begun.origin)) ? true : undefined), 'the new log');
});
