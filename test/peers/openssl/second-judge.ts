import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeyKind, PublicKey } from '@fettle/trust';
import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js';

const rawMlDsaKeyBytes = 1_312;
const argumentsOf: Readonly<Record<Exclude<KeyKind, 'ml-dsa-44'>, readonly string[]>> = {
  ed25519: ['pkeyutl', '-verify', '-pubin', '-inkey', 'key.pem', '-rawin', '-in', 'message', '-sigfile', 'signature'],
  'ecdsa-p256': ['dgst', '-sha256', '-verify', 'key.pem', '-signature', 'signature', 'message'],
  'rsa-pss': [
    ...['dgst', '-sha256', '-verify', 'key.pem', '-signature', 'signature'],
    ...['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:32', 'message'],
  ],
};

/**
 * Whether programs that share no code with ours accept a signature: the openssl of the system, whose salt must be
 * exactly 32 bytes; for ML-DSA-44, which that one is too old for, the library @noble/post-quantum.
 */
export function secondJudgeAccepts(key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  if (key.kind === 'ml-dsa-44') {
    const spki = key.key.export({ format: 'der', type: 'spki' });
    return ml_dsa44.verify(signature, message, spki.subarray(-rawMlDsaKeyBytes));
  }
  const folder = mkdtempSync(join(tmpdir(), 'fettle-openssl-'));
  try {
    writeFileSync(join(folder, 'key.pem'), key.key.export({ format: 'pem', type: 'spki' }));
    writeFileSync(join(folder, 'message'), message);
    writeFileSync(join(folder, 'signature'), signature);
    const { status, error } = spawnSync('openssl', argumentsOf[key.kind], { cwd: folder });
    if (error) throw error;
    return status === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
