import { createPublicKey } from 'node:crypto';
import { FettleError } from '@fettle/model';
import { generateKeyPem, type Signer, signerFromPem } from '@fettle/trust';
import { type Disk, readSmallFile, replaceFile } from './disk.ts';

const maxKeyBytes = 16_384;

/** The device's identity: its key and the public half as enrolment wants it (SubjectPublicKeyInfo, DER, base64). */
export interface Identity {
  readonly publicKey: string;
  sign(text: string): Promise<string>;
}

/**
 * Reads the device key, or makes one when there is none. A key that cannot be read is never replaced:
 * the server knows this device by it.
 * @throws FettleError `invalid-input` when the file is no Ed25519 key
 */
export async function openIdentity(disk: Disk, keyFile: string): Promise<Identity> {
  const found = await readSmallFile(disk, keyFile, maxKeyBytes);
  const pem = found ? found.toString('utf8') : await makeKey(disk, keyFile);
  const signer = readKey(pem, keyFile);
  const publicKey = createPublicKey(pem).export({ format: 'der', type: 'spki' }).toString('base64');
  return {
    publicKey,
    sign: async (text) => Buffer.from(await signer.sign(Buffer.from(text, 'utf8'))).toString('base64'),
  };
}

async function makeKey(disk: Disk, keyFile: string): Promise<string> {
  const { privateKeyPem } = generateKeyPem();
  await replaceFile(disk, keyFile, Buffer.from(privateKeyPem, 'utf8'));
  return privateKeyPem;
}

function readKey(pem: string, keyFile: string): Signer {
  try {
    return signerFromPem(pem);
  } catch (cause) {
    const message = `${keyFile} is not an Ed25519 key (PKCS#8 PEM). Restore it; a new key needs a new enrolment.`;
    throw new FettleError('invalid-input', message, { cause });
  }
}
