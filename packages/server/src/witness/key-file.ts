import { createPrivateKey, type KeyObject } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { FettleError } from '@fettle/model';
import { generateKeyPem } from '@fettle/trust';

/**
 * The Ed25519 key in a file, which only its owner can read; made when absent. Of several processes that make it at
 * once, one does.
 * @throws FettleError `invalid-input` when others may read it, or it is no such key
 */
export function openKeyFile(file: string): KeyObject {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(fresh, generateKeyPem().privateKeyPem, { mode: 0o600 });
    // Unlike a rename, a link never replaces a key that is there.
    linkSync(fresh, file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  } finally {
    rmSync(fresh, { force: true });
  }
  if ((statSync(file).mode & 0o077) !== 0) {
    throw new FettleError('invalid-input', `${file}: others may read this key. Run: chmod 600 ${file}`);
  }
  const key = createPrivateKey(readFileSync(file));
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new FettleError('invalid-input', `${file}: expected an Ed25519 key, found ${key.asymmetricKeyType}.`);
}
