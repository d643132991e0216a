import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readImageKey } from '@fettle/images';
import type { Io } from '../io.ts';
import { publicHalfOf } from '../trust/open-key.ts';

/** The public half of a key of images: a public key file, also of a kind that only boot loaders know, or any locator. */
export async function imageKeyOf(text: string, io: Io): Promise<KeyObject> {
  if (!/^[a-z0-9]+:/.test(text)) {
    const pem = await readFile(resolve(text), 'utf8');
    if (pem.includes('-----BEGIN PUBLIC KEY-----')) return readImageKey(pem);
  }
  return (await publicHalfOf(text, io)).key;
}
