import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { openSigner } from '@fettle/signers';
import { generateTokenKey, listTokenKeys } from '@fettle/signers/pkcs11';
import { readPublicKey, verifySignature } from '@fettle/trust';
import { loadCryptoki } from '../../../packages/signers/src/pkcs11/load-cryptoki.ts';
import { secondJudgeAccepts } from '../openssl/second-judge.ts';
import { haveSoftHsm, makeToken, softhsmModule } from './softhsm-token.ts';

const message = Buffer.from('release 7');

describe('keys in a token, judged by pkcs11-tool', { skip: !haveSoftHsm('pkcs11-tool on our keys') }, () => {
  const token = makeToken();
  const { readSecret } = token;
  after(() => token.remove());

  it('lists a key that we made as one that signs and never leaves', async () => {
    const made = await generateTokenKey(token.locator('targets', '11'), 'ecdsa-p256', { readSecret });
    const listed = token.pkcs11Tool('--list-objects', '--type', 'privkey');
    assert.match(listed, /label:\s+targets/);
    assert.match(listed, /Access:\s+sensitive, always sensitive, never extractable, local/);
    assert.match(listed, /Usage:\s+sign\n/);
    const spki = join(token.folder, 'targets.der');
    token.pkcs11Tool('--read-object', '--type', 'pubkey', '--id', '11', '-o', spki);
    assert.equal(readPublicKey(readFileSync(spki)).id, made.id);
    const ours = await listTokenKeys(token.locator('targets', '11'), { readSecret });
    assert.deepEqual(ours, [{ object: 'targets', id: '11', kind: 'ecdsa-p256', extractable: false, madeHere: true }]);
  });

  it('verifies what we sign, and we what it signs', async () => {
    await generateTokenKey(token.locator('both', '12'), 'ecdsa-p256', { readSecret });
    const signer = await openSigner(token.locator('both', '12'), { readSecret });
    try {
      const [digest, theirs, ours] = ['digest', 'theirs', 'ours'].map((name) => join(token.folder, name));
      assert.ok(digest && theirs && ours);
      writeFileSync(digest, createHash('sha256').update(message).digest());
      const named = ['--mechanism', 'ECDSA', '--id', '12', '--signature-format', 'openssl', '-i', digest];
      token.pkcs11Tool('--sign', ...named, '-o', theirs);
      assert.ok(verifySignature(signer.publicKey, message, readFileSync(theirs)));
      writeFileSync(ours, await signer.sign(message));
      assert.match(token.pkcs11Tool('--verify', ...named, '--signature-file', ours), /Signature is valid/);
      writeFileSync(ours, await signer.sign(Buffer.from('release 8')));
      assert.match(token.pkcs11Tool('--verify', ...named, '--signature-file', ours), /Invalid signature/);
    } finally {
      await signer.close();
    }
  });

  for (const [keyType, id] of [
    ['EC:prime256v1', '21'],
    ['EC:edwards25519', '22'],
  ] as const) {
    it(`makes a key of ${keyType} that we sign with, by label alone and by id alone`, async () => {
      token.pkcs11Tool('--keypairgen', '--key-type', keyType, '--id', id, '--label', `officer-${id}`, '--sensitive');
      const place = `?module-path=${softhsmModule}&pin-source=env:PIN`;
      const byLabel = await openSigner(`pkcs11:token=fettle;object=officer-${id}${place}`, { readSecret });
      const byId = await openSigner(`pkcs11:token=fettle;id=%${id};type=private${place}`, { readSecret });
      assert.equal(byLabel.keyId, byId.keyId);
      assert.ok(secondJudgeAccepts(byLabel.publicKey, message, await byId.sign(message)));
      await Promise.all([byLabel.close(), byId.close()]);
    });
  }

  it('a key that may leave the token is refused, and so is a PIN that is wrong', async () => {
    const named = ['--id', '31', '--label', 'loose'];
    token.pkcs11Tool('--keypairgen', '--key-type', 'EC:prime256v1', ...named, '--extractable');
    await assert.rejects(openSigner(token.locator('loose', '31'), { readSecret }), {
      code: 'key-refused',
      message: /CKA_EXTRACTABLE false/,
    });
    const wrong = token.locator('loose', '31').replace('env:PIN', 'env:WRONG_PIN');
    await assert.rejects(openSigner(wrong, { readSecret }), { code: 'not-authenticated' });
  });

  it('makes no second key of a label or id that is taken', async () => {
    await generateTokenKey(token.locator('once', '41'), 'ed25519', { readSecret });
    for (const [object, id] of [
      ['once', '42'],
      ['twice', '41'],
    ] as const) {
      const again = generateTokenKey(token.locator(object, id), 'ed25519', { readSecret });
      await assert.rejects(again, { code: 'already-exists' });
    }
  });

  it('refuses to hand out the private value of a key that we made', async () => {
    await generateTokenKey(token.locator('kept', '51'), 'ecdsa-p256', { readSecret });
    const [privateKeyClass, classType, valueType, idType] = [3, 0x00, 0x11, 0x102];
    const cryptoki = await loadCryptoki(softhsmModule);
    cryptoki.initialize();
    try {
      const slot = cryptoki.listTokens().find(({ label }) => label === 'fettle')?.slot;
      assert.ok(slot);
      const session = cryptoki.openSession(slot, 'read');
      cryptoki.login(session, token.pin);
      const template = [
        { type: classType, value: privateKeyClass },
        { type: idType, value: Buffer.from('51', 'hex') },
      ];
      const [key] = cryptoki.find(session, template, 1);
      assert.ok(key);
      assert.throws(() => cryptoki.attribute(session, key, valueType), /CKR_ATTRIBUTE_SENSITIVE/);
    } finally {
      cryptoki.finalize();
    }
  });
});
