import { createPrivateKey } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { FettleError } from '@fettle/model';
import { generateKeyPem, type KeyKind, type PublicKey, type Signer, signerFromKey, signerFromPem } from '@fettle/trust';
import { readLocator, writeLocator } from '../locator.ts';
import { type OpenedSigner, requireSignable } from '../opened-signer.ts';
import { type ReadSecret, refuseLooseMode } from '../secrets.ts';
import { readPublicPart, sealKey, unsealKey } from './container.ts';
import { isContainer, maxKeyFileBytes } from './container-shape.ts';

export interface NewKeyFile {
  readonly path: string;
  readonly kind: KeyKind;
  /** Without one the key is written as plain PEM, which whoever reads the file can use. */
  readonly passphrase?: string;
}

/**
 * Makes a key and writes it to a new file with mode 0600.
 * @throws FettleError `already-exists`: a key is never overwritten
 */
export async function createKeyFile({ path, kind, passphrase }: NewKeyFile): Promise<PublicKey> {
  const { privateKeyPem } = generateKeyPem(kind);
  const key = createPrivateKey(privateKeyPem);
  const text = passphrase === undefined ? privateKeyPem : await sealKey(key, passphrase);
  await writeNew(path, text);
  return signerFromKey(key).publicKey;
}

/**
 * Opens a key file: a container of ours, or PEM (PKCS#8), which is not encrypted and is told to be so.
 * @param locator `file:PATH` with `passphrase-source`
 */
export async function openFileSigner(locator: string, readSecret: ReadSecret): Promise<OpenedSigner> {
  const { name: path, parameters } = readLocator(locator, ['passphrase-source']);
  const text = await readKeyFile(path);
  const source = parameters.get('passphrase-source');
  const plain = !isContainer(text);
  const signer = plain
    ? signerFromPem(text)
    : await unseal(text, await readSecret({ source, what: `passphrase of ${path}` }));
  let closed = false;
  return {
    keyId: signer.keyId,
    publicKey: signer.publicKey,
    protection: plain ? 'plain-file' : 'encrypted-file',
    locator: writeLocator('file', path, { 'passphrase-source': source }),
    sign: async (message, options) => {
      if (closed) throw new FettleError('wrong-state', 'Expected an open signer, found one that was closed.');
      if (options?.signal?.aborted) throw new FettleError('signer-unavailable', 'The signature was called off.');
      requireSignable(message);
      return await signer.sign(message);
    },
    close: async () => {
      closed = true;
    },
  };
}

/** The public half of a key file; of a container without its passphrase. */
export async function readPublicHalf(path: string): Promise<PublicKey> {
  const text = await readKeyFile(path);
  return isContainer(text) ? readPublicPart(text) : signerFromPem(text).publicKey;
}

async function unseal(text: string, passphrase: string): Promise<Signer> {
  const signer = signerFromKey(await unsealKey(text, passphrase));
  if (signer.keyId === readPublicPart(text).id) return signer;
  throw new FettleError('key-refused', 'The key file names another public key than its private half has.');
}

async function readKeyFile(path: string): Promise<string> {
  try {
    const handle = await open(path, 'r');
    try {
      const { mode, size } = await handle.stat();
      refuseLooseMode(mode, path);
      if (size > maxKeyFileBytes) {
        throw new FettleError('too-large', `Expected a key file of at most ${maxKeyFileBytes} bytes, found ${size}.`);
      }
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof FettleError) throw cause;
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    const missing = code === 'ENOENT';
    const message = `Expected a key file at ${path}, ${missing ? 'found no such file' : `could not read it (${code})`}.`;
    throw new FettleError(missing ? 'not-found' : 'invalid-input', message, { cause });
  }
}

async function writeNew(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    const exists = cause.code === 'EEXIST';
    const found = exists ? 'found a file: a key is never overwritten' : `could not write there (${cause.code})`;
    throw new FettleError(exists ? 'already-exists' : 'invalid-input', `Expected a new place at ${path}, ${found}.`, {
      cause,
    });
  });
  try {
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}
