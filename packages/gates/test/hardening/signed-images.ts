import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type ImageSigner, writeMcuboot } from '@fettle/images';

/** Bytes that look random and are always the same. */
export function steadyBytes(length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, index) => {
    return createHash('sha256').update(String(index)).digest();
  });
  return Buffer.concat(blocks).subarray(0, length);
}

export interface SigningKey {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export function makeKey(): SigningKey {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

/** An image of MCUboot, signed. */
export function signedImage(key: SigningKey, version: string, counter = 7): Promise<Uint8Array> {
  const signer: ImageSigner = {
    publicKey: { key: key.publicKey },
    sign: async (message) => sign('sha256', message, key.privateKey),
  };
  return writeMcuboot({ body: steadyBytes(20_000), version, counter }, signer);
}
