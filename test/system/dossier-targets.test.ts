import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { assembleDossier, type EvidenceSigner, evidencePayloadType, publishTargets } from '@fettle/control';
import { verifierFile, verifyDossier } from '@fettle/dossier';
import { generateKeyPem, signEnvelope, signerFromPem } from '@fettle/trust';
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
      sign: (statement) => signEnvelope(evidencePayloadType, statement, [signer]),
    };
    const needs = { logs: t.world.store.auditLog, verifier: await readFile(verifierFile) };
    const about = { fleet: t.fleet, version: '1.0.0' };
    const zip = await zipOf(await assembleDossier(t.admin, { ...t.brain, evidence }, about, needs));
    const files = readZip(zip);
    const verdict = verifyDossier(zip);
    assert.deepEqual(verdict.refusals, []);
    assert.ok(verdict.passed.some((one) => /^tuf: \d artifacts are targets/.test(one)));
    const root = /first root is believed as it is, SHA-256 ([0-9a-f]{64})/.exec(verdict.notes.join('\n'))?.[1];
    assert.deepEqual(verifyDossier(zip, { root }).refusals, []);
    assert.equal(verifyDossier(zip, { root: 'f'.repeat(64) }).refusals[0]?.rule, 'tuf');
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
