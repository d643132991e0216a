import { FettleError } from '@fettle/model';
import { publicKeyOf, type TufKey, tufKeyOf } from '@fettle/trust';
import type { Io } from '../io.ts';
import { publicHalfOf } from './open-key.ts';

const keyidStart = /^[0-9a-f]{8,64}$/;

/**
 * Finds keys of a role by what people call them: a keyid or its first 8 digits or more, the id that `key show` tells, or
 * a public key file.
 * @throws FettleError `not-found` for a key that the role does not have
 */
export async function keyidsIn(
  texts: readonly string[],
  keys: readonly TufKey[],
  io: Io,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const text of texts) {
    const matching = keys.filter(await matcherOf(text, io));
    const [only] = matching;
    if (!only || matching.length > 1) {
      const known = keys.map(({ keyid }) => keyid.slice(0, 12)).join(', ');
      throw new FettleError('not-found', `Expected one of the keys ${known}, found "${text.slice(0, 80)}".`, {
        details: { next: 'fettle root show' },
      });
    }
    found.add(only.keyid);
  }
  return found;
}

/** Whether a key is the one that somebody names. */
export async function matcherOf(text: string, io: Io): Promise<(key: TufKey) => boolean> {
  if (keyidStart.test(text)) {
    return (key) => key.keyid.startsWith(text) || (publicKeyOf(key)?.id.startsWith(text) ?? false);
  }
  const { keyid } = tufKeyOf(await publicHalfOf(text, io));
  return (key) => key.keyid === keyid;
}
