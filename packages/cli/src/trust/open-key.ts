import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FettleError } from '@fettle/model';
import { type OpenedSigner, openSigner, type ReadSecret, secretReader } from '@fettle/signers';
import { readPublicHalf as readFileHalf } from '@fettle/signers/file';
import { type PublicKey, readPublicKey, type TufKey, tufKeyOf } from '@fettle/trust';
import type { Io } from '../io.ts';

const schemes = /^(?:file|pkcs11|vault|awskms):/;

/** A locator as people type it: a plain path means a key file. */
export function locatorOf(text: string): string {
  return schemes.test(text) ? text : `file:${encodeURIComponent(resolve(text)).replaceAll('%2F', '/')}`;
}

/** Where this command line reads PINs and passphrases: named places, else the person at the terminal. */
export function secretsOf({ env, ask }: Io): ReadSecret {
  return secretReader({
    environment: env,
    ...(ask ? { prompt: (what: string) => ask(`${what}: `, { hidden: true }) } : {}),
  });
}

/**
 * Opens a key for signing; whoever opened it closes it.
 * @param text a locator, or the path of a key file
 */
export async function openKey(text: string, io: Io): Promise<OpenedSigner> {
  try {
    return await openSigner(locatorOf(text), { readSecret: secretsOf(io) });
  } catch (error) {
    throw isMissing(error) ? missingFile(text, error) : error;
  }
}

/** Uses a key and closes it, whatever happens. */
export async function withKey<T>(text: string, io: Io, use: (signer: OpenedSigner) => Promise<T>): Promise<T> {
  const signer = await openKey(text, io);
  try {
    return await use(signer);
  } finally {
    await signer.close();
  }
}

/**
 * The public half of a key: of a public key file, of a key file without its passphrase, or of any locator.
 * @throws FettleError what opening it throws
 */
export async function publicHalfOf(text: string, io: Io): Promise<PublicKey> {
  if (schemes.test(text) && !text.startsWith('file:')) {
    return withKey(text, io, async ({ publicKey }) => publicKey);
  }
  const path = text.startsWith('file:') ? decodeURIComponent(text.slice('file:'.length).split('?')[0] ?? '') : text;
  const pem = await readFile(resolve(path), 'utf8');
  return pem.includes('-----BEGIN PUBLIC KEY-----') ? readPublicKey(pem) : readFileHalf(resolve(path));
}

/** The public halves of several keys as metadata names them; the same one twice is a mistake. */
export async function tufKeysOf(texts: readonly string[], io: Io): Promise<readonly TufKey[]> {
  const keys: TufKey[] = [];
  for (const text of texts) {
    const key = tufKeyOf(await publicHalfOf(text, io));
    if (keys.some(({ keyid }) => keyid === key.keyid)) {
      throw new FettleError('invalid-input', `Expected different keys, found ${text} twice.`);
    }
    keys.push(key);
  }
  return keys;
}

export function pemOf({ key }: PublicKey): string {
  return key.export({ format: 'pem', type: 'spki' }).toString();
}

function isMissing(error: unknown): boolean {
  return error instanceof FettleError && error.code === 'not-found';
}

function missingFile(text: string, cause: unknown): FettleError {
  const isFile = !schemes.test(text);
  const message = cause instanceof FettleError ? cause.message : String(cause);
  const next = isFile ? `fettle key create --out ${text}` : `fettle key show ${text}`;
  return new FettleError(isFile ? 'invalid-input' : 'not-found', message, { cause, details: { next } });
}
