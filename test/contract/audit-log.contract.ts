import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import {
  newestCheckpoint,
  proveEvent,
  readTile,
  type Scope,
  type Sequencing,
  sequenceEvents,
  signNewest,
} from '@fettle/control';
import {
  type LogSigner,
  leafHash,
  readBundle,
  readVkey,
  rootOf,
  sameHash,
  tileWidth,
  verifyCheckpoint,
} from '@fettle/trust';
import type { OpenStore } from '../../packages/server/src/store/index.ts';
import { openFileLogSigner } from '../../packages/server/src/witness/file-log-signer.ts';
import { acme, eventOf, prepare, rival, scopeOf } from './store-fixtures.ts';

/** A store, opened as often as there are processes. */
export type WithOpen = (processes: number, test: (stores: readonly OpenStore[]) => Promise<void>) => Promise<void>;

const reader = (scope: Scope): Scope => ({ ...scope, permissions: new Set(['audit.read'] as const) });

/** What every database must do for the Merkle log. */
export function keepsAuditLogs(withOpen: WithOpen): void {
  it('makes entries of events in their order, with tiles, root and checkpoint as the specification has them', () =>
    withOpen(1, ([store]) =>
      withSigner(async (signer) => {
        assert.ok(store);
        const sequencing = await begin(store, signer);
        await happen(store, 1_300);
        assert.equal(await sequenceEvents(scopeOf(acme), sequencing), 1_000);
        await signNewest(scopeOf(acme), sequencing);
        while ((await sequenceEvents(scopeOf(acme), sequencing)) > 0);
        await signNewest(scopeOf(acme), sequencing);
        const entries = await demandWhole(store);
        assert.equal(entries.length, 1_300 + prepared);
        assert.deepEqual(
          entries.map((entry) => JSON.parse(entry).sequence),
          entries.map((_, i) => i + 1),
        );
      }),
    ));

  it('keeps the logs of tenants apart', () =>
    withOpen(1, ([store]) =>
      withSigner(async (signer) => {
        assert.ok(store);
        const sequencing = await begin(store, signer);
        await happen(store, 3);
        await store.createTenant(rival, 1);
        await store.transact(scopeOf(rival), (tx) => tx.appendAudit(eventOf('theirs')));
        for (const tenant of [acme, rival]) {
          await sequenceEvents(scopeOf(tenant), sequencing);
          await signNewest(scopeOf(tenant), sequencing);
        }
        const theirs = await newestCheckpoint(reader(scopeOf(rival)), store.auditLog);
        assert.equal(theirs.log.origin, 'fettle.example/audit/rival');
        const proof = await proveEvent(reader(scopeOf(rival)), store.auditLog, 1);
        assert.equal(JSON.parse(proof.entry).tenant, 'rival');
        await assert.rejects(proveEvent(reader(scopeOf(rival)), store.auditLog, 2), { code: 'not-found' });
      }),
    ));

  it('goes on after a crash before the signature, and after one between signature and keeping it', () =>
    withOpen(1, ([store]) =>
      withSigner(async (signer) => {
        assert.ok(store);
        const sequencing = await begin(store, signer);
        await sequenceEvents(scopeOf(acme), sequencing);
        const diesBefore: LogSigner = { ...signer, sign: () => Promise.reject(new Error('power cut')) };
        await assert.rejects(signNewest(scopeOf(acme), { ...sequencing, signer: diesBefore }), /power cut/);
        const diesAfter: LogSigner = {
          ...signer,
          sign: async (request) => {
            await signer.sign(request);
            throw new Error('power cut');
          },
        };
        await assert.rejects(signNewest(scopeOf(acme), { ...sequencing, signer: diesAfter }), /power cut/);
        await signNewest(scopeOf(acme), sequencing);
        await demandWhole(store);
        await happen(store, 300);
        await sequenceEvents(scopeOf(acme), sequencing);
        await signNewest(scopeOf(acme), sequencing);
        await demandWhole(store);
      }),
    ));

  it('lets two sequencers race without a gap, a duplicate or a second history', () =>
    withOpen(2, ([one, other]) =>
      withSigner(async (signer) => {
        assert.ok(one);
        const sequencing = await begin(one, signer);
        const rivals = [one, other ?? one].map((store) => ({ ...sequencing, store: store.auditLog }));
        for (let round = 0; round < 5; round++) {
          await happen(one, 120);
          await Promise.all([...rivals, ...rivals].map((each) => sequenceEvents(scopeOf(acme), each)));
          // Whoever comes second with the signer is refused or has nothing left to sign.
          await Promise.allSettled(rivals.map((each) => signNewest(scopeOf(acme), each)));
          await signNewest(scopeOf(acme), sequencing);
          await demandWhole(one);
        }
        assert.equal((await demandWhole(one)).length, 600 + prepared);
      }),
    ));

  it('refuses what a sequencer of an earlier term writes', () =>
    withOpen(1, ([store]) =>
      withSigner(async (signer) => {
        assert.ok(store);
        const sequencing = await begin(store, signer);
        await happen(store, 1);
        const late = { ...sequencing, duty: { ...sequencing.duty, term: sequencing.duty.term - 1 } };
        await assert.rejects(sequenceEvents(scopeOf(acme), late), { code: 'wrong-state' });
        assert.equal(await store.auditLog.reads(scopeOf(acme)).auditLog(), undefined);
      }),
    ));

  it('refuses to change or delete an entry, a tile or a log, and lets only names and texts of events be erased', () =>
    withOpen(1, ([store]) =>
      withSigner(async (signer) => {
        assert.ok(store);
        const sequencing = await begin(store, signer);
        await sequenceEvents(scopeOf(acme), sequencing);
        const scope = scopeOf(acme);
        const log = await store.auditLog.reads(scope).auditLog();
        assert.ok(log);
        const again = store.auditLog.transact(scope, (tx) =>
          tx.appendLog(1, [{ index: 0, entry: '{}', leaf: '' }], []),
        );
        await assert.rejects(again, { code: 'already-exists' });
        await store.auditLog.transact(scope, (tx) => tx.eraseTexts(1));
        const [first] = (await store.reads(scope).auditEvents({ limit: 1, oldestFirst: true })).items;
        assert.deepEqual([first?.actor, first?.reason], ['operator:[erased]', '[erased]']);
        const twice = store.auditLog.transact(scope, (tx) => tx.eraseTexts(1));
        await assert.rejects(twice, { code: 'not-found' });
      }),
    ));
}

/** Events that `begin` writes. */
const prepared = 1;

async function begin(store: OpenStore, signer: LogSigner): Promise<Sequencing> {
  await prepare(store);
  await store.transact(scopeOf(acme), (tx) => tx.appendAudit(eventOf('the first')));
  const name = 'audit-log';
  const { promise, resolve } = Promise.withResolvers<void>();
  const leadership = store.lead(name, resolve);
  await promise;
  return {
    store: store.auditLog,
    signer,
    random: {
      bytes: (count) => new Uint8Array(createHash('sha512').update(String(count)).digest().subarray(0, count)),
    },
    clock: { now: () => 1 },
    originOf: ({ tenant }) => `fettle.example/audit/${tenant}`,
    duty: { name, term: leadership.term ?? 0 },
  };
}

async function happen(store: OpenStore, times: number): Promise<void> {
  const append = (i: number) => store.transact(scopeOf(acme), (tx) => tx.appendAudit(eventOf(`event ${i}`)));
  await Promise.all(Array.from({ length: times }, (_, i) => append(i)));
}

/** Reads the log as an outsider would, and demands that it is as its checkpoint says. @returns its entries */
async function demandWhole(store: OpenStore): Promise<readonly string[]> {
  const scope = reader(scopeOf(acme));
  const { log, note } = await newestCheckpoint(scope, store.auditLog);
  const verdict = verifyCheckpoint(note, [readVkey(log.vkey)]);
  assert.ok(verdict.ok);
  const { size, root } = verdict.checkpoint;
  const entries: Uint8Array[] = [];
  for (let index = 0; index * tileWidth < size; index++) {
    const width = Math.min(tileWidth, size - index * tileWidth);
    const bundle = await readTile(scope, store.auditLog, { level: 'entries', index, width });
    entries.push(...(readBundle(bundle, width) ?? []));
    const hashes = await readTile(scope, store.auditLog, { level: 0, index, width });
    assert.deepEqual(hashes, Buffer.concat(entries.slice(index * tileWidth).map(leafHash)));
  }
  assert.ok(sameHash(rootOf(entries.map(leafHash)), root));
  return entries.map((entry) => Buffer.from(entry).toString());
}

async function withSigner(test: (signer: LogSigner) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-log-signer-'));
  const signer = openFileLogSigner(join(folder, 'audit.key'));
  try {
    await test(signer);
  } finally {
    signer.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
