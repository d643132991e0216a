import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { generateKeyPem, verifySignature } from '@fettle/trust';
import { openSigner } from '../open-signer.ts';
import { secretReader } from '../secrets.ts';
import { createKeyFile, readPublicHalf } from './index.ts';

describe('key files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-key-file-'));
  after(() => rmSync(folder, { recursive: true }));
  const readSecret = secretReader({ prompt: async () => 'correct horse' });
  const at = (name: string) => join(folder, name);

  it('are for their owner only, never overwritten, and tell their public half without a passphrase', async () => {
    const made = await createKeyFile({ path: at('sealed'), kind: 'ecdsa-p256', passphrase: 'correct horse' });
    assert.equal(statSync(at('sealed')).mode & 0o777, 0o600);
    assert.ok(!readFileSync(at('sealed'), 'utf8').includes('PRIVATE KEY'));
    assert.equal((await readPublicHalf(at('sealed'))).id, made.id);
    const again = createKeyFile({ path: at('sealed'), kind: 'ed25519', passphrase: 'correct horse' });
    await assert.rejects(again, { code: 'already-exists' });
    const signer = await openSigner(`file:${at('sealed')}`, { readSecret });
    assert.deepEqual([signer.keyId, signer.protection], [made.id, 'encrypted-file']);
  });

  it('in plain PEM are still read, and said to be plain', async () => {
    writeFileSync(at('plain'), generateKeyPem('rsa-pss').privateKeyPem, { mode: 0o600 });
    const signer = await openSigner(`file:${at('plain')}`, { readSecret });
    assert.equal(signer.protection, 'plain-file');
    const message = Buffer.from('release 7');
    assert.ok(verifySignature(signer.publicKey, message, await signer.sign(message)));
    const made = await createKeyFile({ path: at('plain-new'), kind: 'ml-dsa-44' });
    assert.equal((await readPublicHalf(at('plain-new'))).id, made.id);
  });

  it('that others can read, or that are no keys, are refused', async () => {
    await createKeyFile({ path: at('loose'), kind: 'ed25519' });
    chmodSync(at('loose'), 0o644);
    await assert.rejects(openSigner(`file:${at('loose')}`, { readSecret }), { code: 'invalid-input', message: /0644/ });
    writeFileSync(at('huge'), 'x'.repeat(70_000), { mode: 0o600 });
    await assert.rejects(openSigner(`file:${at('huge')}`, { readSecret }), { code: 'too-large' });
    writeFileSync(at('public'), generateKeyPem().publicKeyPem, { mode: 0o600 });
    await assert.rejects(openSigner(`file:${at('public')}`, { readSecret }), { code: 'invalid-input' });
    await assert.rejects(createKeyFile({ path: at('no/where'), kind: 'ed25519' }), { code: 'invalid-input' });
  });
});
