import { verifySignature } from '../keys.ts';
import type { RoleKeys } from './metadata.ts';
import type { ParsedSigned } from './parse-signed.ts';
import { Refusal, type TufProblem } from './problem.ts';
import { publicKeyOf, type TufKey } from './tuf-key.ts';

/**
 * The keyids whose signatures hold, at most one for each key: a key that stands under two keyids counts once.
 * Cost: one verification for each key of the role that signed, and none beyond the threshold.
 * @source TUF 1.0.34 §4.2.1, §5.3.4
 */
export function validSigners(file: ParsedSigned, role: RoleKeys, keys: ReadonlyMap<string, TufKey>): readonly string[] {
  const signatures = new Map(file.signatures.map(({ keyid, sig }) => [keyid, sig]));
  const counted = new Map<string, string>();
  for (const keyid of role.keyids) {
    if (counted.size >= role.threshold) break;
    const sig = signatures.get(keyid);
    const key = keys.get(keyid);
    if (sig === undefined || key === undefined) continue;
    const publicKey = publicKeyOf(key);
    if (publicKey === undefined || counted.has(publicKey.id)) continue;
    if (verifySignature(publicKey, file.signedBytes, Buffer.from(sig, 'hex'))) counted.set(publicKey.id, keyid);
  }
  return [...counted.values()];
}

/**
 * Demands the threshold of a role.
 * @throws Refusal with the code that names the role
 */
export function demandThreshold(
  file: ParsedSigned,
  role: RoleKeys,
  demand: { readonly keys: ReadonlyMap<string, TufKey>; readonly code: TufProblem; readonly what: string },
): void {
  const found = validSigners(file, role, demand.keys).length;
  if (role.threshold >= 1 && found >= role.threshold) return;
  const signed = file.signatures.map(({ keyid }) => keyid.slice(0, 12)).join(', ') || 'nobody';
  throw new Refusal(
    demand.code,
    `Expected ${role.threshold} valid signature(s) for ${demand.what}, found ${found} (signed by ${signed}).`,
  );
}
