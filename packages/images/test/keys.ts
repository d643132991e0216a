import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { ImageSigner } from '../src/mcuboot/write-mcuboot.ts';

export interface TestKey {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export type TestKeyKind = 'ed25519' | 'p256' | 'p384' | 'rsa3072';

const made = new Map<string, TestKey>();

/** A key pair, made when it is first wanted; other numbers are other keys. */
export function testKey(kind: TestKeyKind, number = 1): TestKey {
  const name = `${kind}-${number}`;
  const key = made.get(name) ?? generate(kind);
  made.set(name, key);
  return key;
}

function generate(kind: TestKeyKind): TestKey {
  switch (kind) {
    case 'ed25519':
      return generateKeyPairSync('ed25519');
    case 'p256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
    case 'p384':
      return generateKeyPairSync('ec', { namedCurve: 'P-384' });
    case 'rsa3072':
      return generateKeyPairSync('rsa', { modulusLength: 3_072 });
  }
}

/** A signer in memory, as one of the trust package behaves. */
export function testSigner({ publicKey, privateKey }: TestKey): ImageSigner {
  const isEd25519 = publicKey.asymmetricKeyType === 'ed25519';
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const key = publicKey.asymmetricKeyType === 'rsa' ? { key: privateKey, ...padding } : privateKey;
  return { publicKey: { key: publicKey }, sign: async (message) => sign(isEd25519 ? null : 'sha256', message, key) };
}
