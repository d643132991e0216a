import assert from 'node:assert/strict';
import { createDecipheriv, createPrivateKey, scryptSync } from 'node:crypto';
import { test } from 'node:test';
import { generateKeyPem, signerFromKey } from '@fettle/trust';
import fc from 'fast-check';
import { readPublicPart, sealKey, unsealKey } from './container.ts';
import { isContainer, readContainer } from './container-shape.ts';

const key = createPrivateKey(generateKeyPem().privateKeyPem);
const cheap = { n: 16_384, r: 8, p: 1 };
const passphrase = 'correct horse';
const sealed = await sealKey(key, passphrase, cheap);

test('what was sealed opens by its passphrase alone, and shows its public half without', async () => {
  const opened = await unsealKey(sealed, passphrase);
  assert.ok(opened.equals(key));
  assert.equal(readPublicPart(sealed).id, signerFromKey(key).keyId);
  await assert.rejects(unsealKey(sealed, 'correct house'), { code: 'not-authenticated' });
  await assert.rejects(sealKey(key, 'short', cheap), { code: 'invalid-input' });
  assert.ok(isContainer(sealed));
  assert.ok(!isContainer(generateKeyPem().privateKeyPem));
});

test('the same words in another form of Unicode open the same container', async () => {
  const composed = await sealKey(key, 'Schl\u00fcsselwort', cheap);
  assert.ok((await unsealKey(composed, 'Schlu\u0308sselwort')).equals(key));
});

test('the page says enough to open a container without us', () => {
  const { kdf, cipher, ...rest } = JSON.parse(sealed);
  const bytes = (text: string) => Buffer.from(text, 'base64');
  const wrapping = scryptSync(passphrase, bytes(kdf.salt), 32, { N: kdf.n, r: kdf.r, p: kdf.p, maxmem: 2 ** 26 });
  const { format, keyId, kind, publicKey } = rest;
  const shown = [format, keyId, kind, publicKey, 'scrypt', kdf.n, kdf.r, kdf.p, kdf.salt, 'aes-256-gcm', cipher.iv];
  const opener = createDecipheriv('aes-256-gcm', wrapping, bytes(cipher.iv));
  opener.setAAD(Buffer.from(JSON.stringify(shown))).setAuthTag(bytes(cipher.tag));
  const der = Buffer.concat([opener.update(bytes(rest.ciphertext)), opener.final()]);
  assert.equal(
    signerFromKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })).keyId,
    signerFromKey(key).keyId,
  );
});

test('no member can be changed: it is refused or opens nothing', async () => {
  const changes: readonly ((whole: { kdf: object; cipher: object }) => unknown)[] = [
    (whole) => ({ ...whole, keyId: '00'.repeat(32) }),
    (whole) => ({ ...whole, kind: 'ecdsa-p256' }),
    (whole) => ({ ...whole, publicKey: Buffer.alloc(44).toString('base64') }),
    (whole) => ({ ...whole, kdf: { ...whole.kdf, n: 32_768 } }),
    (whole) => ({ ...whole, kdf: { ...whole.kdf, salt: Buffer.alloc(16).toString('base64') } }),
    (whole) => ({ ...whole, cipher: { ...whole.cipher, iv: Buffer.alloc(12).toString('base64') } }),
    (whole) => ({ ...whole, cipher: { ...whole.cipher, tag: Buffer.alloc(16).toString('base64') } }),
  ];
  for (const change of changes) {
    const changed = JSON.stringify(change(JSON.parse(sealed)));
    await assert.rejects(unsealKey(changed, passphrase), { code: 'not-authenticated' });
  }
});

test('a container that would cost too much, or too little, is refused before anything is computed', () => {
  const kdf = { name: 'scrypt', salt: Buffer.alloc(16).toString('base64') };
  const costs = [
    { n: 2 ** 30, r: 8, p: 1 },
    { n: 1_024, r: 8, p: 1 },
    { n: 100_000, r: 8, p: 1 },
    { n: 262_144, r: 16, p: 1 },
    { n: 262_144, r: 8, p: 1_000_000 },
    { n: 131_072, r: 1, p: 1 },
    { n: '131072', r: 8, p: 1 },
    { n: 131_072, r: 8, p: 1.5 },
  ];
  for (const cost of costs) {
    const text = JSON.stringify({ ...JSON.parse(sealed), kdf: { ...kdf, ...cost } });
    assert.throws(() => readContainer(text), { code: 'invalid-input' }, JSON.stringify(cost));
  }
  assert.throws(() => readContainer(JSON.stringify({ ...JSON.parse(sealed), more: 1 })), { code: 'invalid-input' });
  assert.throws(() => readContainer(`{"format":"${'x'.repeat(70_000)}"}`), { code: 'invalid-input' });
});

test('any text is read or refused as input, and never repeated in the message', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.constant(sealed.slice(0, -20))), (text) => {
      try {
        readContainer(text);
        assert.fail('expected a refusal');
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'invalid-input');
      }
    }),
  );
});
