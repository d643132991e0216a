import assert from 'node:assert/strict';
import { constants, randomBytes, verify } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { FettleError } from '@fettle/model';
import { type OpenedSigner, openSigner } from '@fettle/signers';
import { type PublicKey, verifySignature } from '@fettle/trust';
import { secondJudgeAccepts } from '../../peers/openssl/second-judge.ts';
import type { SignerWorld } from './signer-world.ts';

/** What every holder of keys must do, wherever the keys are. */
export function signersContract(name: string, openWorld: () => Promise<SignerWorld>): void {
  describe(`signers contract: ${name}`, () => {
    let world: SignerWorld;
    before(async () => {
      world = await openWorld();
    });
    after(async () => await world.close());
    const open = (locator: string, timeoutMs = 10_000) =>
      openSigner(locator, { readSecret: world.readSecret, timeoutMs });
    const withKey = async (act: (signer: OpenedSigner, locator: string) => Promise<void>, timeoutMs?: number) => {
      const locator = await world.newKey(world.kinds[0] ?? 'ed25519');
      const signer = await open(locator, timeoutMs);
      try {
        await act(signer, locator);
      } finally {
        await signer.close();
      }
    };

    it('signs with every kind of key so that node:crypto and a second judge accept it, and nothing else', async () => {
      for (const kind of world.kinds) {
        const signer = await open(await world.newKey(kind));
        try {
          assert.equal(signer.publicKey.kind, kind);
          for (const message of [Buffer.from('release 7'), randomBytes(100_000)]) {
            const signature = await signer.sign(message);
            const changed = Buffer.concat([message, Buffer.from('!')]);
            assert.ok(verifySignature(signer.publicKey, message, signature), kind);
            assert.ok(nodeAccepts(signer.publicKey, message, signature), kind);
            assert.ok(!verifySignature(signer.publicKey, changed, signature), kind);
            assert.ok(secondJudgeAccepts(signer.publicKey, message, signature), kind);
            assert.ok(!secondJudgeAccepts(signer.publicKey, changed, signature), kind);
          }
        } finally {
          await signer.close();
        }
      }
    });

    it('opens the same key again by the locator that it tells, and no other key by it', () =>
      withKey(async (first) => {
        const again = await openSigner(first.locator, { readSecret: world.readSecret, expectedKeyId: first.keyId });
        const other = await open(await world.newKey(world.kinds[0] ?? 'ed25519'));
        try {
          const message = Buffer.from('which key');
          assert.ok(verifySignature(first.publicKey, message, await again.sign(message)));
          assert.ok(!verifySignature(first.publicKey, message, await other.sign(message)));
          const wrong = openSigner(other.locator, { readSecret: world.readSecret, expectedKeyId: first.keyId });
          await assert.rejects(wrong, { code: 'key-refused' });
        } finally {
          await Promise.all([again.close(), other.close()]);
        }
      }));

    it('gives fifty signatures at once, each for its own message', () =>
      withKey(async (signer) => {
        const messages = Array.from({ length: 50 }, (_, index) => Buffer.from(`message ${index}`));
        const signatures = await Promise.all(messages.map((message) => signer.sign(message)));
        for (const [index, signature] of signatures.entries()) {
          assert.ok(verifySignature(signer.publicKey, messages[index] ?? Buffer.alloc(0), signature));
        }
      }));

    it('never signs by another key than the one that was opened, after the key was replaced', () =>
      withKey(async (signer, locator) => {
        await world.replaceKey(locator);
        const message = Buffer.from('after the change');
        const outcome = await signer.sign(message).catch((error: unknown) => error);
        if (outcome instanceof Uint8Array) assert.ok(verifySignature(signer.publicKey, message, outcome));
        else assert.equal(codeOf(outcome), 'key-refused');
        const renewed = openSigner(locator, { readSecret: world.readSecret, expectedKeyId: signer.keyId });
        await assert.rejects(renewed, { code: 'key-refused' });
      }));

    it('says so when the key is gone, and signs again when it is back', () =>
      withKey(async (signer, locator) => {
        const message = Buffer.from('anybody there');
        await world.goAway();
        try {
          await assert.rejects(open(locator, 1_000), (error) =>
            /^(?:signer-unavailable|not-found)$/.test(codeOf(error)),
          );
          if (world.stall) await assert.rejects(signer.sign(message), { code: 'signer-unavailable' });
        } finally {
          await world.comeBack();
        }
        assert.ok(verifySignature(signer.publicKey, message, await signer.sign(message)));
      }));

    it('stops waiting for a key that does not answer, by the time limit and when it is called off', async (t) => {
      await withKey(async (signer) => {
        const { stall } = world;
        const message = Buffer.from('slow');
        const early = signer.sign(message, { signal: AbortSignal.abort(new Error('changed my mind')) });
        await assert.rejects(early, { code: 'signer-unavailable' });
        if (!stall) return t.diagnostic('the key is in this process: it cannot be slow');
        await stall.stopAnswering();
        try {
          const off = new AbortController();
          const calledOff = signer.sign(message, { signal: off.signal });
          off.abort(new Error('changed my mind'));
          await assert.rejects(calledOff, { code: 'signer-unavailable' });
          await assert.rejects(signer.sign(message), { code: 'signer-unavailable' });
        } finally {
          await stall.answerAgain();
        }
        assert.ok(verifySignature(signer.publicKey, message, await signer.sign(message)));
      }, 4_000);
    });

    it('puts no secret into an error, whatever goes wrong', () =>
      withKey(async (signer, locator) => {
        const errors: unknown[] = [];
        const collect = async (work: Promise<unknown>) => {
          errors.push(
            await work.then(
              () => assert.fail('expected a refusal'),
              (error: unknown) => error,
            ),
          );
        };
        await collect(open(world.withWrongSecret(locator)));
        // Vault says the same of a wrong token as of a missing permission.
        assert.match(codeOf(errors[0]), /^(?:not-authenticated|forbidden)$/);
        await world.goAway();
        try {
          await collect(open(locator, 300));
          if (world.stall) await collect(signer.sign(Buffer.from('x')));
        } finally {
          await world.comeBack();
        }
        for (const error of errors) {
          const told = inspect(error, { depth: 20, showHidden: true });
          for (const secret of world.secrets) assert.ok(!told.includes(secret), told.replaceAll(secret, '(secret)'));
        }
      }));

    it('refuses a message that is no metadata, and everything once it is closed', () =>
      withKey(async (signer) => {
        await assert.rejects(signer.sign(Buffer.alloc(8 * 1024 * 1024 + 1)), { code: 'too-large' });
        await assert.rejects(signer.sign(Buffer.alloc(0)), { code: 'invalid-input' });
        await signer.close();
        await assert.rejects(signer.sign(Buffer.from('late')), { code: 'wrong-state' });
      }));
  });
}

// Spelled out here a second time, so that the verifier of the product is judged too.
function nodeAccepts({ key, kind }: PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  switch (kind) {
    case 'ed25519':
      return signature.length === 64 && verify(null, message, key, signature);
    case 'ml-dsa-44':
      return signature.length === 2_420 && verify(null, message, key, signature);
    case 'ecdsa-p256':
      return signature[0] === 0x30 && verify('sha256', message, { key, dsaEncoding: 'der' }, signature);
    case 'rsa-pss':
      return verify('sha256', message, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }, signature);
  }
}

function codeOf(error: unknown): string {
  return error instanceof FettleError ? error.code : String(error);
}
