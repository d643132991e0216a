import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type DirectorSet,
  deviceId,
  keyId,
  limits,
  type TrustChange,
  type TrustFile,
  type TrustSignature,
  trustChangeId,
} from '@fettle/model';
import {
  acme,
  deploymentIdOf,
  deviceOf,
  digestOf,
  type Open,
  prepare,
  scopeOf,
  thermostats,
} from './store-fixtures.ts';
import { withStore } from './with-store.ts';

export function trustFileOf(version: number, changes: Partial<TrustFile> = {}): TrustFile {
  return { repository: 'image', role: 'root', version, text: `{"version":${version}}`, createdAt: 5, ...changes };
}

export const trustChangeIdOf = (at: number) => trustChangeId(`chg_${String(at).padStart(26, '0')}`);

export function trustChangeOf(at: number, changes: Partial<TrustChange> = {}): TrustChange {
  return {
    id: trustChangeIdOf(at),
    repository: 'image',
    role: 'root',
    version: at,
    payload: '{"_type":"root"}',
    requestedBy: 'operator:ada',
    reason: 'a key left',
    status: 'open',
    createdAt: at,
    expiresAt: at + 1_000,
    ...changes,
  };
}

export function trustSignatureOf(word: string, changes: Partial<TrustSignature> = {}): TrustSignature {
  return {
    change: trustChangeIdOf(1),
    keyId: keyId(digestOf(word)),
    signature: 'ab12',
    signer: 'operator:ada',
    meaning: 'released',
    at: 7,
    ...changes,
  };
}

export function directorSetOf(device: string, version: number, changes: Partial<DirectorSet> = {}): DirectorSet {
  return {
    device: deviceId(device),
    version,
    assignment: deploymentIdOf(1),
    targets: `{"t":${version}}`,
    snapshot: `{"s":${version}}`,
    timestamp: `{"i":${version}}`,
    expiresAt: 99,
    ...changes,
  };
}

/** Signed metadata, what gathers signatures, and what the director said to each device. */
export function keepsTrust(open: Open): void {
  describe('signed metadata', () => {
    it('keeps every version of a file and never replaces one', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        await store.transact(scope, async (tx) => {
          await tx.insertTrustFile(trustFileOf(1));
          await tx.insertTrustFile(trustFileOf(2));
          await tx.insertTrustFile(trustFileOf(7, { role: thermostats }));
          await tx.insertTrustFile(trustFileOf(1, { repository: 'director', text: '{"other":1}' }));
        });
        const reads = store.reads(scope);
        assert.deepEqual(await reads.trustFile('image', 'root'), trustFileOf(2));
        assert.deepEqual(await reads.trustFile('image', 'root', 1), trustFileOf(1));
        assert.equal(await reads.trustFile('image', 'root', 3), undefined);
        assert.equal((await reads.trustFile('director', 'root'))?.text, '{"other":1}');
        assert.deepEqual(await reads.trustVersions('image'), [
          { role: 'root', version: 2 },
          { role: thermostats, version: 7 },
        ]);
        const again = store.transact(scope, (tx) => tx.insertTrustFile(trustFileOf(2, { text: '{"forged":1}' })));
        await assert.rejects(again, { code: 'already-exists' });
        assert.deepEqual(await reads.trustFile('image', 'root'), trustFileOf(2));
      }));

    it('lets a change gather signatures, one for each key, and ends it', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        await store.transact(scope, async (tx) => {
          for (const at of [1, 2, 3]) await tx.insertTrustChange(trustChangeOf(at));
          await tx.insertTrustSignature(trustSignatureOf('z'));
          await tx.insertTrustSignature(trustSignatureOf('a', { at: 8 }));
          await tx.updateTrustChange(trustChangeOf(2, { status: 'published', reason: 'is not changed' }));
        });
        const reads = store.reads(scope);
        assert.deepEqual(await reads.trustSignatures(trustChangeIdOf(1)), [
          trustSignatureOf('z'),
          trustSignatureOf('a', { at: 8 }),
        ]);
        const twice = store.transact(scope, (tx) => tx.insertTrustSignature(trustSignatureOf('z')));
        await assert.rejects(twice, { code: 'already-exists' });
        assert.deepEqual(await reads.openTrustChanges(), [trustChangeOf(1), trustChangeOf(3)]);
        assert.deepEqual(await reads.trustChange(trustChangeIdOf(2)), trustChangeOf(2, { status: 'published' }));
        const first = await reads.trustChanges({ limit: 2 });
        assert.deepEqual(
          first.items.map(({ id }) => id),
          [trustChangeIdOf(3), trustChangeIdOf(2)],
        );
        const rest = await reads.trustChanges({ limit: limits.pageSize, after: first.next ?? undefined });
        assert.deepEqual(rest, { items: [trustChangeOf(1)], next: null });
      }));

    it('keeps the newest set of a device for as long as there is the device', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        await store.transact(scope, async (tx) => {
          await tx.insertDevice(deviceOf('dev-5'));
          await tx.saveDirectorSet(directorSetOf('dev-5', 2));
          await tx.saveDirectorSet(directorSetOf('dev-5', 3, { assignment: null }));
          await tx.saveDirectorSet(directorSetOf('dev-5', 2, { targets: '{"late":1}' }));
        });
        const reads = store.reads(scopeOf(acme));
        assert.deepEqual(await reads.directorSet(deviceId('dev-5')), directorSetOf('dev-5', 3, { assignment: null }));
        await store.transact(scope, (tx) => tx.deleteDevice(deviceId('dev-5')));
        assert.equal(await reads.directorSet(deviceId('dev-5')), undefined);
      }));
  });
}
