import { createHash, pbkdf2Sync } from 'node:crypto';
import type { Found } from './detector.ts';

/** What is kept of a secret: enough to know it again, not enough to use it or to guess it. */
export interface SealedSecret {
  /** Hex SHA-256 of the secret; of short ones that people choose, PBKDF2-HMAC-SHA256, so that guessing costs. */
  readonly secretHash: string;
  readonly hashKind: 'sha256' | 'pbkdf2-sha256-50000';
  /** First and last characters of a long one; empty for others and for what is no text. */
  readonly masked: string;
}

const rounds = 50_000;
const salt = 'fettle secrets gate';

export function sealSecret({ rule, secret }: Found): SealedSecret {
  if (rule.guessable) {
    const secretHash = pbkdf2Sync(secret, salt, rounds, 32, 'sha256').toString('hex');
    return { secretHash, hashKind: 'pbkdf2-sha256-50000', masked: '' };
  }
  const secretHash = createHash('sha256').update(secret).digest('hex');
  return { secretHash, hashKind: 'sha256', masked: typeof secret === 'string' ? masked(secret) : '' };
}

function masked(secret: string): string {
  const kept = secret.length >= 36 ? 4 : secret.length >= 20 ? 2 : 0;
  return kept === 0 ? '' : `${secret.slice(0, kept)}…${secret.slice(-kept)}`;
}
