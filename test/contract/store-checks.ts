import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { artifactsKey } from '@fettle/control';
import {
  checkId,
  componentName,
  type DataSet,
  deviceType,
  type EvidenceText,
  type ReleaseCheck,
  type StageVerdict,
  type StoredWaiver,
} from '@fettle/model';
import { digestOf, type Open, prepare, releaseOf, thermostats } from './store-fixtures.ts';
import { withStore } from './with-store.ts';

export const checkIdOf = (at: number) => checkId(`chk_${String(at).padStart(26, '0')}`);

const open = { critical: 0, high: 1, medium: 0, low: 0, info: 0 };
const verdict: StageVerdict = {
  stage: 'production',
  verdict: 'fail',
  gates: [{ gate: 'secrets', verdict: 'fail', why: '1 secret', open, waived: 0 }],
};

export function checkOf(at: number, changes: Partial<ReleaseCheck> = {}): ReleaseCheck {
  const place = { deviceType: deviceType('board-a'), component: componentName('rootfs') };
  return {
    id: checkIdOf(at),
    fleet: thermostats,
    version: '2.0.0',
    artifacts: [{ ...place, digest: digestOf('a'), sizeBytes: 1 }],
    supplied: [{ kind: 'sbom', digest: digestOf('sbom') }],
    subject: digestOf('subject'),
    status: 'queued',
    statusReason: 'it waits',
    policyDigest: digestOf('policy'),
    waivers: [],
    stages: [],
    records: [],
    requestedBy: 'operator:ada',
    source: null,
    createdAt: at,
    startedAt: null,
    endedAt: null,
    ...changes,
  };
}

export function evidenceTextOf(word: string, changes: Partial<EvidenceText> = {}): EvidenceText {
  return { digest: digestOf(word), kind: 'sbom', mediaType: 'application/json', text: `{"${word}":1}`, ...changes };
}

export function waiverOf(word: string, changes: Partial<StoredWaiver> = {}): StoredWaiver {
  const when = { createdAt: 5, expiresAt: 99, revokedAt: null };
  return { digest: digestOf(word), fleet: thermostats, envelope: `{"${word}":1}`, addedBy: 'ada', ...when, ...changes };
}

export function dataSetOf(word: string, changes: Partial<DataSet> = {}): DataSet {
  const when = { publishedAt: 5, importedAt: 6, records: 3, envelope: '{}', addedBy: 'ada' };
  return { digest: digestOf(word), kind: 'osv', source: 'osv.dev/Debian', ...when, ...changes };
}

/** Checks of releases, what they leave behind, and exceptions. */
export function keepsChecks(open: Open): void {
  describe('checks of releases', () => {
    it('are found by id, subject and artifacts, the newest first', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const done = checkOf(1, { status: 'done', stages: [verdict], endedAt: 9 });
        await store.transact(scope, async (tx) => {
          await tx.insertCheck(checkOf(1));
          await tx.insertCheck(checkOf(2, { subject: digestOf('other'), version: '2.0.1' }));
          await tx.insertCheck(checkOf(3, { subject: digestOf('other') }));
          await tx.updateCheck(done);
        });
        const reads = store.reads(scope);
        assert.deepEqual(await reads.releaseCheck(checkIdOf(1)), done);
        const subject = { version: '2.0.0', subject: digestOf('subject') };
        assert.equal((await reads.checkOfSubject(thermostats, subject))?.id, checkIdOf(1));
        const artifacts = artifactsKey(done.artifacts);
        const newest = await reads.newestCheckOf(thermostats, { version: '2.0.0', artifacts });
        assert.equal(newest?.id, checkIdOf(3));
        assert.equal(await reads.newestCheckOf(thermostats, { version: '9.9.9', artifacts }), undefined);
        assert.deepEqual(
          (await reads.openChecks()).map(({ id }) => id),
          [checkIdOf(2), checkIdOf(3)],
        );
        const first = await reads.releaseChecks(thermostats, { limit: 2 });
        const rest = await reads.releaseChecks(thermostats, { limit: 2, after: first.next ?? '' });
        const ids = [...first.items, ...rest.items].map(({ id }) => id);
        assert.deepEqual(ids, [3, 2, 1].map(checkIdOf));
        const lost = store.transact(scope, (tx) => tx.updateCheck(checkOf(8)));
        await assert.rejects(lost, { code: 'not-found' });
      }));

    it('leave texts behind, which stay as they were first kept', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const text = 'a text with ü and 🙂, and a line\nor two';
        await store.transact(scope, (tx) => tx.keepEvidence(evidenceTextOf('one', { text })));
        await store.transact(scope, (tx) => tx.keepEvidence(evidenceTextOf('one', { kind: 'vex', text: 'forged' })));
        assert.deepEqual(await store.reads(scope).evidence(digestOf('one')), evidenceTextOf('one', { text }));
        assert.equal(await store.reads(scope).evidence(digestOf('two')), undefined);
      }));

    it('may be followed by exceptions, until these are revoked', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        await store.transact(scope, async (tx) => {
          await tx.insertWaiver(waiverOf('one'));
          await tx.insertWaiver(waiverOf('two'));
          await tx.revokeWaiver(thermostats, { digest: digestOf('two'), at: 7 });
          // Brought once more, it stays revoked.
          await tx.insertWaiver(waiverOf('two'));
        });
        assert.deepEqual(await store.reads(scope).waivers(thermostats), [waiverOf('one')]);
        const gone = store.transact(scope, (tx) => tx.revokeWaiver(thermostats, { digest: digestOf('x'), at: 7 }));
        await assert.rejects(gone, { code: 'not-found' });
      }));

    it('rest on data, of which the newest come first', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        await store.transact(scope, async (tx) => {
          await tx.insertDataSet(dataSetOf('old'));
          await tx.insertDataSet(dataSetOf('new', { publishedAt: 9 }));
          await tx.insertDataSet(dataSetOf('gone'));
          await tx.insertDataSet(dataSetOf('old', { source: 'forged', envelope: '{"signed":1}' }));
          await tx.deleteDataSet(digestOf('gone'));
        });
        // Others sign it later; nothing else of it changes.
        const signed = dataSetOf('old', { envelope: '{"signed":1}' });
        assert.deepEqual(await store.reads(scope).dataSets(), [dataSetOf('new', { publishedAt: 9 }), signed]);
      }));

    it('say for which stages a release is cleared', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const clearance = { check: checkIdOf(1), policyDigest: digestOf('policy'), stages: [verdict], at: 5 };
        const release = releaseOf(40, { clearance });
        await store.transact(scope, (tx) => tx.insertRelease(release));
        assert.deepEqual(await store.reads(scope).release(release.id), release);
        const approval = {
          ...{ meaning: 'released', role: 'manager', person: 'per_1', fullName: 'Ada', reason: 'tested', at: 3 },
          ...{ method: 'password' as const, manifest: digestOf('m'), check: checkIdOf(1), evidence: digestOf('e') },
        };
        const signed = { ...release, clearance: { ...clearance, stages: [], at: 6 }, approvals: [approval] };
        await store.transact(scope, (tx) => tx.updateRelease(signed));
        assert.deepEqual(await store.reads(scope).release(release.id), signed);
      }));
  });
}
