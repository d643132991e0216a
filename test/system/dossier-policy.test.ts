import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addWaiver, getReleasePolicy, setReleasePolicy } from '@fettle/control';
import { verifyDossier } from '@fettle/dossier';
import { waiverPredicate } from '@fettle/gates';
import { encodeStatement, generateKeyPem, signEnvelope, signerFromPem, statementPayloadType } from '@fettle/trust';
import { readZip } from '../../packages/dossier/src/verify/read-zip.ts';
import { makeDossier } from './dossier-support.ts';

const textOf = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? '').toString();

test('a dossier brings the policy that cleared the release, although the fleet has none any more', async () => {
  await using dossier = await makeDossier({
    async after({ admin, fleet }, brain) {
      await setReleasePolicy(admin, brain, fleet, undefined);
    },
  });
  const files = readZip(dossier.zip);
  const { policy, fleetPolicy } = JSON.parse(textOf(files.get('dossier.json')));
  assert.deepEqual([typeof policy, fleetPolicy], ['string', null]);
  assert.equal(JSON.parse(textOf(files.get('gates/policy.json'))).stages[0].approvals.length, 2);
  const verdict = verifyDossier(dossier.zip, dossier.pins);
  assert.deepEqual([verdict.verdict, verdict.refusals], ['accepted', []]);
  assert.ok(verdict.passed.includes('approvals: production complete'));
  assert.deepEqual(verdict.notes, [
    'the fleet has another policy by now, or none: all is held against the one that cleared the release',
  ]);
  assert.ok(textOf(files.get('summary.html')).includes('complete'));
});

test('a dossier of a release that was judged anew brings the policy of that time and the one of its check', async () => {
  await using dossier = await makeDossier({
    async after({ admin, fleet }, brain) {
      const policy = await getReleasePolicy(admin, brain, fleet);
      const [stage] = policy?.stages ?? [];
      if (!policy || !stage) throw new Error('there should be a policy');
      const demands = [{ gate: 'contents', when: 'pass' }] as const;
      await setReleasePolicy(admin, brain, fleet, { ...policy, stages: [{ ...stage, demands }] });
    },
  });
  const files = readZip(dossier.zip);
  const kept = [...files.keys()].filter((path) => path.startsWith('gates/release-policy-'));
  assert.equal(kept.length, 1);
  assert.deepEqual(JSON.parse(textOf(files.get(kept[0] ?? ''))).stages[0].demands, []);
  assert.equal(JSON.parse(textOf(files.get('gates/policy.json'))).stages[0].demands[0].gate, 'contents');
  const verdict = verifyDossier(dossier.zip, dossier.pins);
  assert.deepEqual([verdict.verdict, verdict.refusals], ['accepted', []]);
  assert.ok(verdict.notes.some((note) => note.includes('was judged anew after the summary was signed')));
});

test('a verdict that rests on a waiver is accepted only by a pinned key that the policy lets sign waivers', async () => {
  const [officer, stranger] = [generateKeyPem(), generateKeyPem()];
  await using dossier = await makeDossier({
    async before({ admin, fleet, now }, brain) {
      const policy = await getReleasePolicy(admin, brain, fleet);
      if (!policy) throw new Error('there should be a policy');
      const waivers = { keys: [officer.publicKeyPem], threshold: 1 };
      await setReleasePolicy(admin, brain, fleet, { ...policy, waivers });
      const times = { issuedAt: new Date(now).toISOString(), expiresAt: new Date(now + 86_400_000).toISOString() };
      const about = { fleet, gate: 'secrets', rule: 'private-key-pem', reason: 'a test key', author: 'Jo', ...times };
      const subject = [{ sha256: 'a'.repeat(64) }];
      const statement = encodeStatement({ subject, predicateType: waiverPredicate, predicate: about });
      const envelope = await signEnvelope(statementPayloadType, statement, [signerFromPem(officer.privateKeyPem)]);
      await addWaiver(admin, brain, fleet, JSON.stringify(envelope));
    },
  });
  const judge = (waiverKeys: readonly string[]) => verifyDossier(dossier.zip, { ...dossier.pins, waiverKeys });
  const without = judge([]);
  assert.deepEqual([without.verdict, without.unpinned.length], ['unpinned', 1]);
  assert.match(without.unpinned[0] ?? '', /^NO WAIVER KEY WAS PINNED: .* 1 exceptions, .* Give --waiver-key\.$/);
  const accepted = judge([officer.publicKeyPem]);
  assert.deepEqual([accepted.verdict, accepted.notes], ['accepted', []]);
  assert.ok(accepted.passed.includes('waiver: secrets/private-key-pem'));
  for (const key of [stranger.publicKeyPem, ...dossier.pins.evidenceKeys, ...dossier.pins.releaseKeys])
    assert.deepEqual(judge([key]).refusals[0]?.rule, 'waiver');
});
