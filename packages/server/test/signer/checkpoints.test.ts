import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import {
  type Hash,
  type HashReader,
  leafHash,
  proveConsistency,
  readLogRoot,
  rootOf,
  verifyCheckpoint,
} from '@fettle/trust';
import Database from 'better-sqlite3';
import { usualRates } from '../../src/signer/signer-rates.ts';
import { openTestSigner } from './open-signer.ts';

const origin = 'logs.example/audit/default';

/** A log of small entries in memory. */
function logOf(...entries: readonly string[]) {
  const leaves = entries.map((entry) => leafHash(Buffer.from(entry)));
  const hashAt = (level: number, index: number): Hash => {
    const width = 2 ** level;
    return rootOf(leaves.slice(index * width, (index + 1) * width));
  };
  const reader: HashReader = { hashes: async (places) => places.map(({ level, index }) => hashAt(level, index)) };
  return {
    async request(oldSize: number, size = entries.length) {
      const root = await readLogRoot(reader, size);
      return { oldSize, proof: await proveConsistency(reader, oldSize, size), checkpoint: { origin, size, root } };
    },
  };
}

test('the signer signs a checkpoint of a log that grows, and remembers it after a restart', async (t) => {
  const signer = await openTestSigner(t);
  const { logs } = signer.client;
  const log = logOf('a', 'b', 'c', 'd', 'e');
  assert.equal(await logs.last(origin), undefined);
  const first = await logs.sign(await log.request(0, 2));
  assert.ok(first.kind === 'signed');
  assert.ok(verifyCheckpoint(first.note, [await logs.key(origin)]).ok);
  await signer.restart();
  assert.equal((await logs.last(origin))?.size, 2);
  const second = await logs.sign(await log.request(2));
  assert.ok(second.kind === 'signed');
  // Who did not get the answer asks again from what the signer says.
  assert.equal((await logs.sign(await log.request(5))).kind, 'signed');
});

test('a log that is smaller, rewritten or forked is not signed, and each attempt is in the log of requests', async (t) => {
  const signer = await openTestSigner(t);
  const { logs } = signer.client;
  const log = logOf('a', 'b', 'c', 'd');
  const other = logOf('a', 'x', 'c', 'd', 'e');
  assert.equal((await logs.sign(await log.request(0))).kind, 'signed');
  assert.deepEqual(await logs.sign(await log.request(0, 2)), { kind: 'conflict', size: 4 });
  assert.equal((await logs.sign(await other.request(4))).kind, 'inconsistent');
  assert.equal((await logs.sign(await other.request(4, 4))).kind, 'inconsistent');
  const backwards = { ...(await log.request(0, 2)), oldSize: 4 };
  assert.equal((await logs.sign(backwards)).kind, 'malformed');
  // Also at once: of two histories one is signed.
  const grown = logOf('a', 'b', 'c', 'd', 'e');
  const split = logOf('a', 'b', 'c', 'd', 'f');
  const both = await Promise.all([logs.sign(await grown.request(4)), logs.sign(await split.request(4))]);
  assert.deepEqual(both.map(({ kind }) => kind).sort(), ['conflict', 'signed']);
  await signer.stop();
  const rows = signer.log().filter(({ what }) => what === 'checkpoint');
  assert.deepEqual(
    rows.map(({ verdict }) => verdict),
    [
      'signed',
      'checkpoint-elsewhere',
      'checkpoint-forks',
      'checkpoint-forks',
      'checkpoint-malformed',
      'signed',
      'checkpoint-elsewhere',
    ],
  );
  assert.throws(() => signer.change(`update heads set size = 1`), /never changes/);
  assert.throws(() => signer.change(`delete from heads`), /stays/);
});

test('malformed requests and too many are refused', async (t) => {
  const signer = await openTestSigner(t, { rates: { ...usualRates, checkpoint: { perSecond: 1, burst: 1 } } });
  const { logs } = signer.client;
  const request = await logOf('a').request(0);
  const spaced = { ...request, checkpoint: { ...request.checkpoint, origin: 'two words' } };
  await assert.rejects(logs.sign(spaced), { code: 'invalid-input' });
  const short = { ...request, checkpoint: { ...request.checkpoint, root: new Uint8Array(31) } };
  await assert.rejects(logs.sign(short), { code: 'invalid-input' });
  const many = { ...request, proof: Array.from({ length: 64 }, () => request.checkpoint.root) };
  await assert.rejects(logs.sign(many), { code: 'invalid-input' });
  assert.equal((await logs.sign(request)).kind, 'signed');
  await assert.rejects(logs.sign(request), { code: 'overloaded' });
});

test('the key of the logs is one for all, a file that only the signer reads, and never made anew silently', async (t) => {
  const signer = await openTestSigner(t);
  const key = await signer.client.logs.key(origin);
  const file = join(signer.folder, 'installation/audit-log.pem');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.notEqual((await signer.client.logs.key('other.example/log')).id, key.id);
  const evidence = await signer.client.evidence.key();
  assert.notDeepEqual(evidence.key.export({ format: 'jwk' }), key.key.export({ format: 'jwk' }));
  // The same key cannot have a second use.
  const shared = new Map([['evidence', `file:${encodeURIComponent(file)}`]]);
  await assert.rejects(signer.restart({ locators: shared }), { code: 'key-refused' });
  await signer.restart({ replace: [{ tenant: '*', role: 'audit-log' }] });
  assert.notEqual((await signer.client.logs.key(origin)).id, key.id);
  assert.equal((await signer.client.evidence.key()).id, evidence.id);
});

test('a folder of the version before is taken along', async (t) => {
  const signer = await openTestSigner(t);
  const evidence = await signer.client.evidence.key();
  await signer.stop();
  signer.change('drop table heads; pragma user_version = 1');
  await signer.restart();
  assert.equal((await signer.client.evidence.key()).id, evidence.id);
  assert.equal((await signer.client.logs.sign(await logOf('a').request(0))).kind, 'signed');
  await signer.stop();
  const database = new Database(join(signer.folder, 'signer.db'), { readonly: true });
  assert.equal(database.pragma('user_version', { simple: true }), 2);
  database.close();
});
