import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FettleError } from '@fettle/model';
import { generateKeyPem, readPublicKey, type Signer, signerFromPem } from '@fettle/trust';
import { configFolder, refuseLooseMode } from '../config.ts';
import type { Environment } from '../io.ts';

/** Where the release key lives unless told otherwise. */
export function defaultKeyFile(env: Environment): string {
  return join(configFolder(env), 'release.key');
}

/** The public half stands beside the key, for `fleet key add` and for devices. */
export function publicKeyFile(keyFile: string): string {
  return `${keyFile}.pub`;
}

/** Makes a key pair: the private half with mode 0600 and never over an existing file. */
export async function createKeyFile(file: string): Promise<{ signer: Signer; publicKeyPem: string }> {
  const { privateKeyPem, publicKeyPem } = generateKeyPem();
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeNew(file, privateKeyPem, 0o600);
  try {
    await writeNew(publicKeyFile(file), publicKeyPem, 0o644);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  return { signer: signerFromPem(privateKeyPem), publicKeyPem };
}

/**
 * Reads a private key file for signing.
 * @throws FettleError `invalid-input` when others could read it, or when it is no Ed25519 key
 */
export async function readSigner(file: string): Promise<Signer> {
  try {
    await refuseLooseMode(file);
    return signerFromPem(await readFile(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new FettleError('invalid-input', `${file}: expected the release key, found no such file.`, {
      cause: error,
      details: { next: 'fettle key create, then fettle fleet key add' },
    });
  }
}

/** The public half of a key file: of the file itself when it is public, else of the private key in it. */
export async function readPublicHalf(file: string): Promise<{ keyId: string; publicKeyPem: string }> {
  const text = await readFile(file, 'utf8');
  const isPrivate = text.includes('PRIVATE KEY');
  const { id, key } = isPrivate ? signerFromPem(text).publicKey : readPublicKey(text);
  return { keyId: id, publicKeyPem: key.export({ format: 'pem', type: 'spki' }).toString() };
}

async function writeNew(file: string, text: string, mode: number): Promise<void> {
  try {
    const handle = await open(file, 'wx', mode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new FettleError('already-exists', `${file} exists: expected a new place, a key is never overwritten.`, {
      cause: error,
      details: { next: 'fettle key show, or fettle key create --out OTHER-FILE' },
    });
  }
}
