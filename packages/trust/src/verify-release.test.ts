import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { componentName, deviceType, digest, fleetId, type Manifest } from '@fettle/model';
import fc from 'fast-check';
import { preAuthEncoding, signEnvelope } from './dsse.ts';
import { generateKeyPem, signerFromPem } from './file-signer.ts';
import { readPublicKey } from './keys.ts';
import { decodeManifest, encodeManifest, manifestPayloadType } from './manifest.ts';
import type { Signer } from './signer.ts';
import { verifyRelease } from './verify-release.ts';

const fleet = fleetId('thermostat');
const manifest: Manifest = {
  fleet,
  version: '1.2.0',
  counter: 3,
  securityFloor: 1,
  allowDowngrade: false,
  mustPassThrough: false,
  requires: [],
  artifacts: [
    {
      deviceType: deviceType('board-a'),
      component: componentName('rootfs'),
      kind: 'image',
      digest: digest('ab'.repeat(32)),
      sizeBytes: 4096,
      hardware: ['C'],
    },
  ],
  notes: 'Fixes the fan.',
};
const signer = signerFromPem(generateKeyPem().privateKeyPem);
const other = signerFromPem(generateKeyPem().privateKeyPem);

async function envelopeOf(payload: Uint8Array, signers: readonly Signer[]): Promise<string> {
  return JSON.stringify(await signEnvelope(manifestPayloadType, payload, signers));
}

test('a release signed by a trusted key gives back exactly what was signed', async () => {
  const verdict = verifyRelease(await envelopeOf(encodeManifest(manifest), [signer]), {
    fleet,
    keys: [signer.publicKey],
    threshold: 1,
  });
  assert.ok(verdict.ok);
  assert.deepEqual(verdict.manifest, manifest);
  assert.deepEqual(
    verdict.signedBy.map((key) => key.id),
    [signer.keyId],
  );
});

test('the envelope verifies with openssl: nothing but Ed25519 over the DSSE encoding', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-dsse-'));
  try {
    const envelope = JSON.parse(await envelopeOf(encodeManifest(manifest), [signer]));
    const payload = Buffer.from(envelope.payload, 'base64');
    writeFileSync(join(folder, 'message'), preAuthEncoding(envelope.payloadType, payload));
    writeFileSync(join(folder, 'sig'), Buffer.from(envelope.signatures[0].sig, 'base64'));
    writeFileSync(join(folder, 'key.pem'), signer.publicKey.key.export({ format: 'pem', type: 'spki' }));
    const args = ['pkeyutl', '-verify', '-pubin', '-inkey', 'key.pem', '-rawin', '-in', 'message', '-sigfile', 'sig'];
    assert.match(execFileSync('openssl', args, { cwd: folder, encoding: 'utf8' }), /Verified Successfully/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the pre-authentication encoding is that of the DSSE specification', () => {
  const encoded = preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world'));
  assert.equal(Buffer.from(encoded).toString(), 'DSSEv1 29 http://example.com/HelloWorld 11 hello world');
});

test('one key that signs twice counts once', async () => {
  const trust = { fleet, keys: [signer.publicKey, other.publicKey], threshold: 2 };
  assert.equal(verifyRelease(await envelopeOf(encodeManifest(manifest), [signer, signer]), trust).ok, false);
  assert.equal(verifyRelease(await envelopeOf(encodeManifest(manifest), [signer, other]), trust).ok, true);
});

test('a signature by an unknown key, for another fleet or another payload type is refused by its own code', async () => {
  const trust = { fleet, keys: [signer.publicKey], threshold: 1 };
  const code = (text: string, wanted = trust) => {
    const verdict = verifyRelease(text, wanted);
    return verdict.ok ? 'ok' : verdict.code;
  };
  const good = await envelopeOf(encodeManifest(manifest), [signer]);
  assert.equal(code(await envelopeOf(encodeManifest(manifest), [other])), 'signature-invalid');
  assert.equal(code(good, { ...trust, fleet: fleetId('fridge') }), 'wrong-fleet');
  assert.equal(code(good, { ...trust, keys: [] }), 'signature-invalid');
  assert.equal(code(good, { ...trust, threshold: 0 }), 'signature-invalid');
  const typed = JSON.stringify(await signEnvelope('text/plain', encodeManifest(manifest), [signer]));
  assert.equal(code(typed), 'signature-invalid');
  assert.equal(code(await envelopeOf(Buffer.from('{}'), [signer])), 'manifest-invalid');
});

test('an ECDSA P-256 key signs as well as an Ed25519 key', async () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = readPublicKey(pair.publicKey.export({ format: 'pem', type: 'spki' }).toString());
  const ecdsa: Signer = {
    keyId: publicKey.id,
    publicKey,
    sign: async (message) => sign('sha256', message, pair.privateKey),
  };
  const text = await envelopeOf(encodeManifest(manifest), [ecdsa]);
  assert.ok(verifyRelease(text, { fleet, keys: [publicKey], threshold: 1 }).ok);
});

test('one changed character anywhere in the envelope never yields another manifest', async () => {
  const good = await envelopeOf(encodeManifest(manifest), [signer]);
  const trust = { fleet, keys: [signer.publicKey], threshold: 1 };
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.constantFrom(...'aZ0+/"{}=,'), (position, character) => {
      const changed = good.slice(0, position) + character + good.slice(position + 1);
      const verdict = verifyRelease(changed, trust);
      if (verdict.ok) assert.deepEqual(verdict.manifest, manifest);
    }),
    { numRuns: 2_000 },
  );
});

test('any text is refused with a reason, never thrown at', () => {
  const trust = { fleet, keys: [signer.publicKey], threshold: 1 };
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => verifyRelease(text, trust).ok === false));
});

const anyManifest: fc.Arbitrary<Manifest> = fc.record({
  fleet: fc.constant(fleet),
  version: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9.+_~-]{0,20}$/),
  counter: fc.integer({ min: 10, max: 2 ** 40 }),
  securityFloor: fc.nat(10),
  allowDowngrade: fc.boolean(),
  mustPassThrough: fc.boolean(),
  requires: fc.array(
    fc.record({
      component: fc.stringMatching(/^[a-z0-9]{1,8}$/).map(componentName),
      counter: fc.integer({ min: 1, max: 2 ** 40 }),
    }),
    { maxLength: 3 },
  ),
  artifacts: fc.uniqueArray(
    fc.record({
      deviceType: fc.stringMatching(/^[a-z0-9]{1,8}$/).map(deviceType),
      component: fc.stringMatching(/^[a-z0-9]{1,8}$/).map(componentName),
      kind: fc.constantFrom('image' as const, 'delta' as const, 'bundle' as const),
      digest: fc.stringMatching(/^[0-9a-f]{64}$/).map(digest),
      sizeBytes: fc.integer({ min: 1, max: 2 ** 36 }),
      hardware: fc.array(fc.string({ minLength: 1, maxLength: 8 }), { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 10, selector: (a) => `${a.deviceType}/${a.component}` },
  ),
  notes: fc.string({ unit: 'grapheme', maxLength: 200 }),
});

test('a manifest that was encoded is decoded to the same', () => {
  fc.assert(
    fc.property(anyManifest, (one) => {
      const decoded = decodeManifest(encodeManifest(one));
      assert.ok(decoded.ok);
      assert.deepEqual(decoded.manifest, structuredClone(one));
    }),
  );
});

test('manifest bytes of any kind are decoded or refused, never thrown at', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => decodeManifest(bytes).ok === false));
  fc.assert(fc.property(fc.json(), (text) => decodeManifest(Buffer.from(text)).ok === false));
});

test('a manifest with an unknown field, a doubled place or a floor above itself is refused', () => {
  const [artifact] = manifest.artifacts;
  assert.ok(artifact);
  const refuse = (changed: object) => {
    const body = { ...JSON.parse(Buffer.from(encodeManifest(manifest)).toString()), ...changed };
    return decodeManifest(Buffer.from(JSON.stringify(body)));
  };
  const place = JSON.parse(Buffer.from(encodeManifest(manifest)).toString()).artifacts[0];
  for (const changed of [
    { extra: 1 },
    { artifacts: [place, place] },
    { artifacts: [] },
    { securityFloor: 4 },
    { counter: 0 },
  ]) {
    assert.equal(refuse(changed).ok, false, JSON.stringify(changed));
  }
});
