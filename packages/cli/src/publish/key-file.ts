import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FettleError } from '@fettle/model';
import { createKeyFile as writeKeyFile } from '@fettle/signers/file';
import type { KeyKind, PublicKey } from '@fettle/trust';
import { configFolder } from '../config.ts';
import type { Environment } from '../io.ts';
import { pemOf } from '../trust/open-key.ts';

/** Where the release key lives unless told otherwise. */
export function defaultKeyFile(env: Environment): string {
  return join(configFolder(env), 'release.key');
}

/** The public half stands beside the key, for `fleet key add`, for officers and for devices. */
export function publicKeyFile(keyFile: string): string {
  return `${keyFile}.pub`;
}

/** Makes a key pair: the private half with mode 0600 and never over an existing file. */
export async function createKeyFile(
  file: string,
  { kind, passphrase }: { readonly kind: KeyKind; readonly passphrase: string | undefined },
): Promise<PublicKey> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const publicKey = await writeKeyFile({ path: file, kind, ...(passphrase === undefined ? {} : { passphrase }) }).catch(
    (error) => {
      throw isThere(error) ? existing(file, error) : error;
    },
  );
  try {
    await writeNew(publicKeyFile(file), pemOf(publicKey));
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  return publicKey;
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    const handle = await open(file, 'wx', 0o644);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw existing(file, error);
  }
}

function isThere(error: unknown): boolean {
  return error instanceof FettleError && error.code === 'already-exists';
}

function existing(file: string, cause: unknown): FettleError {
  return new FettleError('already-exists', `${file} exists: expected a new place, a key is never overwritten.`, {
    cause,
    details: { next: 'fettle key show, or fettle key create --out OTHER-FILE' },
  });
}
