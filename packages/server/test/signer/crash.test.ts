import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { type DeviceId, deviceId } from '@fettle/model';
import { encodeMetadata } from '@fettle/trust';
import Database from 'better-sqlite3';
import { createSignerClient, type SignerClient } from '../../src/signer/client.ts';
import { testTenant } from './signed-repositories.ts';
import { startSigner } from './signer-process.ts';

const devices = ['SN-1', 'SN-2', 'SN-3', 'SN-4'].map(deviceId);
const leastRounds = 8;
const deadlineMs = 90_000;

/** Signatures that a device could have by now: by device and version, the payloads. */
type Seen = Map<string, Set<string>>;

const of = (device: DeviceId) => ({ tenant: testTenant, repository: 'director', role: 'targets', device }) as const;

function payloadOf(device: DeviceId, version: number, nonce: number): Uint8Array {
  const now = Math.floor(Date.now() / 1_000) * 1_000;
  return encodeMetadata({
    type: 'targets',
    version,
    // Each attempt is another file: it expires at a moment of its own.
    expiresAt: now + 86_400_000 + nonce * 1_000,
    unknown: {},
    device,
    targets: new Map(),
    delegations: undefined,
    floors: new Map(),
  });
}

test('killed at any moment, it never signs two files under one version', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-signer-crash-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const answered: Seen = new Map();
  const until = Date.now() + deadlineMs;
  let unanswered = 0;
  let nonce = 0;
  for (let round = 0; round < leastRounds || (unanswered === 0 && Date.now() < until); round++) {
    const signer = await startSigner(['--folder', folder]);
    const client = createSignerClient(signer.socket, { timeoutMs: 5_000 });
    const asked = await Promise.all(devices.map((device) => ask(client, device, ++nonce, answered)));
    // The moment between the state on the disk and the answer: as soon as the write-ahead log grows.
    const settled = Promise.allSettled(asked.map((one) => one.answer));
    await growthOf(join(folder, 'signer.db-wal'));
    await signer.end('SIGKILL');
    client.close();
    await settled;
    unanswered += unansweredIn(folder, answered);
  }
  for (const [file, payloads] of answered) assert.equal(payloads.size, 1, file);
  assert.ok(unanswered > 0, 'no kill fell between state and answer');
});

/** Asks for the next version, and for another file under the last one, which has to be refused. */
async function ask(client: SignerClient, device: DeviceId, nonce: number, answered: Seen) {
  const last = await client.lastVersion(of(device));
  if (last > 0) {
    const other = client.sign({ of: of(device), payload: payloadOf(device, last, nonce + 50_000) });
    await assert.rejects(other, { code: 'signing-refused', details: { reason: 'already-signed-otherwise' } });
  }
  const payload = payloadOf(device, last + 1, nonce);
  const answer = client.sign({ of: of(device), payload }).then(() => {
    const name = `${device} ${last + 1}`;
    answered.set(name, (answered.get(name) ?? new Set()).add(Buffer.from(payload).toString('utf8')));
  });
  return { answer };
}

/** Waits until the file changes, which is quicker than a timer can tell. */
async function growthOf(file: string): Promise<void> {
  const before = statSync(file, { bigint: true }).mtimeNs;
  const until = Date.now() + 5_000;
  while (statSync(file, { bigint: true }).mtimeNs === before && Date.now() < until) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Looks what is on the disk: one contents for each version, whatever came back is there, and how much did not. */
function unansweredIn(folder: string, answered: Seen): number {
  const database = new Database(join(folder, 'signer.db'));
  try {
    const rows = database
      .prepare(
        "select device, version, count(distinct sha256) as contents from requests where verdict like 'signed%' group by 1, 2",
      )
      .all() as { device: string; version: number; contents: number }[];
    for (const { device, version, contents } of rows) assert.equal(contents, 1, `${device} ${version}`);
    const written = new Set(rows.map(({ device, version }) => `${device} ${version}`));
    for (const name of answered.keys()) assert.ok(written.has(name), `${name} was answered and is not on the disk`);
    return [...written].filter((name) => !answered.has(name)).length;
  } finally {
    database.close();
  }
}
