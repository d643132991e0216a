import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomBytes,
  scrypt,
} from 'node:crypto';
import { promisify } from 'node:util';
import { FettleError } from '@fettle/model';
import { type PublicKey, readPublicKey } from '@fettle/trust';
import { containerFormat, type KeyContainer, readContainer, type ScryptCost } from './container-shape.ts';

const deriveKey = promisify<string, Uint8Array, number, object, Buffer>(scrypt);
/** 128 MiB and a third of a second for each guess at the passphrase. */
const usualCost: ScryptCost = { n: 131_072, r: 8, p: 1 };
const shortestPassphrase = 8;

/**
 * Encrypts a private key by a passphrase: scrypt (RFC 7914) gives the key of AES-256-GCM (NIST SP 800-38D), whose
 * additional data is everything else in the container, so that no part of it can be changed.
 */
export async function sealKey(key: KeyObject, passphrase: string, cost: ScryptCost = usualCost): Promise<string> {
  if (passphrase.length < shortestPassphrase) {
    const message = `Expected a passphrase of at least ${shortestPassphrase} characters, found fewer.`;
    throw new FettleError('invalid-input', message);
  }
  const der = key.export({ format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const { id, kind } = readPublicKey(spki);
  const [salt, iv] = [randomBytes(16), randomBytes(12)];
  const header: Omit<KeyContainer, 'tag' | 'ciphertext'> = {
    format: containerFormat,
    keyId: id,
    kind,
    publicKey: spki,
    cost,
    salt,
    iv,
  };
  const wrapping = await wrappingKey(passphrase, salt, cost);
  const cipher = createCipheriv('aes-256-gcm', wrapping, iv).setAAD(authenticated(header));
  const ciphertext = Buffer.concat([cipher.update(der), cipher.final()]);
  der.fill(0);
  wrapping.fill(0);
  const shown = {
    format: containerFormat,
    keyId: id,
    kind,
    publicKey: spki.toString('base64'),
    kdf: { name: 'scrypt', ...cost, salt: salt.toString('base64') },
    cipher: { name: 'aes-256-gcm', iv: iv.toString('base64'), tag: cipher.getAuthTag().toString('base64') },
    ciphertext: ciphertext.toString('base64'),
  };
  return `${JSON.stringify(shown, null, 2)}\n`;
}

/**
 * Opens a container.
 * @throws FettleError `invalid-input` for another format, `not-authenticated` when the passphrase does not open it
 */
export async function unsealKey(text: string, passphrase: string): Promise<KeyObject> {
  const container = readContainer(text);
  const { salt, iv, tag, ciphertext, cost } = container;
  const wrapping = await wrappingKey(passphrase, salt, cost);
  let der: Buffer;
  try {
    const cipher = createDecipheriv('aes-256-gcm', wrapping, iv, { authTagLength: 16 });
    cipher.setAAD(authenticated(container)).setAuthTag(tag);
    der = Buffer.concat([cipher.update(ciphertext), cipher.final()]);
  } catch {
    // The cause of node:crypto says nothing, and a wrong passphrase looks exactly like a changed file.
    throw new FettleError('not-authenticated', 'The passphrase does not open the key file, or the file was changed.');
  } finally {
    wrapping.fill(0);
  }
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  return key;
}

/** The public half, which stands in the clear, and no more proven than the file is. */
export function readPublicPart(text: string): PublicKey {
  return readPublicKey(readContainer(text).publicKey);
}

async function wrappingKey(passphrase: string, salt: Uint8Array, { n, r, p }: ScryptCost): Promise<Buffer> {
  // Unicode in one form, else the same words typed on another system open nothing (RFC 8265 §4.2.1).
  return await deriveKey(passphrase.normalize('NFC'), salt, 32, { N: n, r, p, maxmem: 128 * n * r + 1024 * 1024 });
}

function authenticated(header: Omit<KeyContainer, 'tag' | 'ciphertext'>): Buffer {
  const { format, keyId, kind, publicKey, cost, salt, iv } = header;
  const inOrder = [format, keyId, kind, base64(publicKey), 'scrypt', cost.n, cost.r, cost.p, base64(salt)];
  return Buffer.from(JSON.stringify([...inOrder, 'aes-256-gcm', base64(iv)]), 'utf8');
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
