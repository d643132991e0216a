import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { openSigner, secretReader } from '@fettle/signers';
import { verifySignature } from '@fettle/trust';
import { startKmsDouble } from './signers/kms-double.ts';
import type { SignerWorld } from './signers/signer-world.ts';
import { signersContract } from './signers/signers.contract.ts';

async function openWorld(): Promise<SignerWorld> {
  const kms = await startKmsDouble();
  const wrong = { ...kms.credentials, SecretAccessKey: `wrong/${randomUUID()}` };
  const environment = { GOOD: JSON.stringify(kms.credentials), WRONG: JSON.stringify(wrong) };
  const specOf = { 'ecdsa-p256': 'ECC_NIST_P256', 'rsa-pss': 'RSA_3072', ed25519: '', 'ml-dsa-44': '' };
  return {
    kinds: ['ecdsa-p256', 'rsa-pss'],
    readSecret: secretReader({ environment }),
    secrets: [kms.credentials.SecretAccessKey, wrong.SecretAccessKey],
    newKey: async (kind) => {
      const alias = `alias/${randomUUID()}`;
      kms.aliases.set(alias, kms.addKey(specOf[kind]));
      return `awskms:${alias}?region=${kms.region}&endpoint=${kms.server.address}&secret-source=env:GOOD`;
    },
    replaceKey: async (locator) => {
      const alias = locator.slice('awskms:'.length, locator.indexOf('?'));
      kms.aliases.set(alias, kms.addKey('ECC_NIST_P256'));
    },
    withWrongSecret: (locator) => locator.replace('env:GOOD', 'env:WRONG'),
    goAway: async () => {
      kms.server.mode = 'gone';
    },
    comeBack: async () => {
      kms.server.mode = 'steady';
    },
    stall: {
      stopAnswering: async () => {
        kms.server.mode = 'waiting';
      },
      answerAgain: async () => {
        kms.server.mode = 'steady';
      },
    },
    close: () => kms.server.close(),
  };
}

signersContract('AWS KMS (double)', openWorld);

test('a key of a kind or use that cannot sign metadata is refused when it is opened', async () => {
  const kms = await startKmsDouble();
  const readSecret = secretReader({ environment: { C: JSON.stringify(kms.credentials) } });
  const open = (key: string) =>
    openSigner(`awskms:${key}?region=${kms.region}&endpoint=${kms.server.address}&secret-source=env:C`, { readSecret });
  try {
    await assert.rejects(open(kms.addKey('ECC_NIST_EDWARDS25519')), { code: 'key-refused' });
    await assert.rejects(open(kms.addKey('ECC_NIST_P384')), { code: 'key-refused' });
    await assert.rejects(open(kms.addKey('RSA_2048')), { code: 'key-refused' });
    await assert.rejects(open(kms.addKey('ECC_NIST_P256', 'KEY_AGREEMENT')), { code: 'key-refused' });
    await assert.rejects(open('alias/nobody'), { code: 'not-found' });
  } finally {
    await kms.server.close();
  }
});

test('credentials that expired are read again where they came from, and the signature is still given', async () => {
  const kms = await startKmsDouble();
  kms.credentials = { ...kms.credentials, SessionToken: 'session-one' };
  const readSecret = async () => JSON.stringify(kms.credentials);
  const key = kms.addKey('ECC_NIST_P256');
  const locator = `awskms:${key}?region=${kms.region}&endpoint=${kms.server.address}&secret-source=file:unread`;
  const signer = await openSigner(locator, { readSecret });
  try {
    kms.expired.add(kms.credentials.AccessKeyId);
    kms.credentials = { AccessKeyId: 'AKIDNEXT', SecretAccessKey: 'another/secret', SessionToken: 'session-two' };
    const message = Buffer.from('after an hour');
    assert.ok(verifySignature(signer.publicKey, message, await signer.sign(message)));
  } finally {
    await signer.close();
    await kms.server.close();
  }
});
