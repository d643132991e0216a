import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { assembleDossier, type EvidenceSigner, publishTargets } from '@fettle/control';
import { verifierFile, verifyDossier } from '@fettle/dossier';
import { generateKeyPem, signEnvelope, signerFromPem, statementPayloadType } from '@fettle/trust';
import { readZip } from '../../packages/dossier/src/verify/read-zip.ts';
import { openFileLogSigner } from '../../packages/server/src/witness/file-log-signer.ts';
import { growLog, sealed, zipOf } from './dossier-support.ts';
import { createTrustWorld } from './trust/trust-world.ts';

test('a release of the image repository is proven from the first root on, and no file of the chain may differ', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-dossier-'));
  const logSigner = openFileLogSigner(join(folder, 'audit.key'));
  try {
    await using t = await createTrustWorld();
    await t.begin();
    const manifest = await t.manifest('1.0.0', { securityFloor: 0 });
    await publishTargets(t.admin, t.brain, t.fleet, await t.officers.release(manifest));
    await growLog({ store: t.world.store, brain: t.brain }, logSigner);
    const signer = signerFromPem(generateKeyPem().privateKeyPem);
    const evidence: EvidenceSigner = {
      key: async () => signer.publicKey,
      sign: (statement) => signEnvelope(statementPayloadType, statement, [signer]),
    };
    const needs = { logs: t.world.store.auditLog, verifier: await readFile(verifierFile) };
    const about = { fleet: t.fleet, version: '1.0.0' };
    const zip = await zipOf(await assembleDossier(t.admin, { ...t.brain, evidence }, about, needs));
    const files = readZip(zip);
    const bare = verifyDossier(zip);
    assert.deepEqual([bare.verdict, bare.refusals], ['unpinned', []]);
    assert.ok(bare.passed.some((one) => /^tuf: \d artifacts are targets/.test(one)));
    const told = bare.unpinned.map((one) => /^NO ROOT WAS PINNED: .* SHA-256 ([0-9a-f]{64})\. Give --root/.exec(one));
    const root = told.flatMap((found) => found?.[1] ?? [])[0];
    const textIn = (path: string) => Buffer.from(files.get(path) ?? '').toString();
    const pins = { evidenceKeys: [textIn('keys/evidence.pub.pem')], vkeys: [textIn('keys/log.vkey')] };
    const accepted = verifyDossier(zip, { ...pins, root });
    assert.deepEqual([accepted.verdict, accepted.refusals], ['accepted', []]);
    assert.deepEqual(accepted.notes, [
      'NO POLICY: nothing was demanded of this release, neither of gates nor of people',
    ]);
    const releaseKeys = [generateKeyPem().publicKeyPem];
    assert.equal(verifyDossier(zip, { ...pins, releaseKeys }).verdict, 'unpinned', 'a release key is no root');
    assert.equal(verifyDossier(zip, { ...pins, root: 'f'.repeat(64) }).refusals[0]?.rule, 'tuf');
    const chain = [...files.keys()].filter((path) => path.startsWith('metadata/'));
    assert.ok(chain.length >= 5, chain.join());
    for (const path of chain) {
      const text = Buffer.from(files.get(path) ?? '').toString();
      const later = text.replace(/"expires":"20/, '"expires":"21');
      assert.notEqual(later, text);
      const forged = await sealed(new Map(files).set(path, Buffer.from(later)), { evidence });
      assert.equal(verifyDossier(forged).refusals[0]?.rule, 'tuf', path);
      const fewer = new Map(files);
      fewer.delete(path);
      assert.equal(verifyDossier(await sealed(fewer, { evidence })).ok, false, path);
    }
  } finally {
    logSigner.close();
    await rm(folder, { recursive: true, force: true });
  }
});
