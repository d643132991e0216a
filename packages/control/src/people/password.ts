import { scrypt, timingSafeEqual } from 'node:crypto';
import { FettleError } from '@fettle/model';

/** log2 of scrypt's N, then r and p: 32 MiB and some 50 ms for each attempt. @source RFC 7914 §2 */
const costs = { logN: 15, r: 8, p: 1 } as const;
const hashBytes = 32;
/** Bytes of randomness that a salt has. @source NIST SP 800-63B §5.1.1.2 asks for 4 or more */
export const saltBytes = 16;

const leastLength = 12;
const mostLength = 128;
const leastDifferent = 5;

/** How many are worked on at once, and how many wait: what guesses cost the server stays bounded. */
const mostAtOnce = 2;
const mostWaiting = 32;

/**
 * What is wrong with a password that somebody wants to use; undefined when nothing is.
 * @source NIST SP 800-63B §5.1.1.2: length is what counts, no rules on kinds of characters
 */
export function passwordProblem(password: string, about: { readonly name: string; readonly fullName: string }) {
  const text = normal(password);
  const length = [...text].length;
  if (length < leastLength || text.length > mostLength) {
    return `A password has ${leastLength} to ${mostLength} characters, this one has ${length}.`;
  }
  if (new Set(text).size < leastDifferent) return `A password has at least ${leastDifferent} different characters.`;
  const folded = text.toLowerCase();
  const own = [about.name, ...about.fullName.toLowerCase().split(/\s+/)].filter((word) => word.length >= 4);
  const rest = own.reduce((left, word) => left.replaceAll(word, ''), folded);
  if (rest.length < leastLength - 4) return 'A password is not made of the name of whoever uses it.';
  return undefined;
}

/**
 * What is kept of a password: `scrypt$LOGN$R$P$SALT$HASH`, both base64.
 * @param salt `saltBytes` random bytes
 * @throws FettleError `overloaded`
 */
export async function hashPassword(password: string, salt: Uint8Array): Promise<string> {
  const hash = await derive(password, { salt, ...costs });
  const parts = [costs.logN, costs.r, costs.p, Buffer.from(salt).toString('base64'), hash.toString('base64')];
  return `scrypt$${parts.join('$')}`;
}

/**
 * Whether a password is the one that was kept, in the time that it takes either way.
 * @throws FettleError `overloaded`
 */
export async function isPassword(password: string, kept: string): Promise<boolean> {
  const found = /^scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([A-Za-z0-9+/=]{1,64})\$([A-Za-z0-9+/=]{44})$/.exec(kept);
  if (!found) throw new FettleError('internal', 'A password is kept in a form that this Fettle does not know.');
  const [, logN = '', r = '', p = '', salt = '', hash = ''] = found;
  const how = { logN: Number(logN), r: Number(r), p: Number(p), salt: Buffer.from(salt, 'base64') };
  return timingSafeEqual(await derive(password, how), Buffer.from(hash, 'base64'));
}

/** What somebody who does not exist has as password: nobody learns from the time that a refusal takes who does. */
export const nobodysPassword = `scrypt$${costs.logN}$${costs.r}$${costs.p}$${'A'.repeat(22)}==$${'A'.repeat(43)}=`;

interface Derivation {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Uint8Array;
}

/** What waits for one of the places; they are the process's own, as the threads and the memory are that they use. */
const waiting: (() => void)[] = [];
let running = 0;

async function derive(password: string, { logN, r, p, salt }: Derivation): Promise<Buffer> {
  await takePlace();
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      const N = 2 ** logN;
      const options = { N, r, p, maxmem: 256 * N * r };
      scrypt(normal(password).slice(0, mostLength * 4), salt, hashBytes, options, (error, key) => {
        if (error) reject(error);
        else resolve(key);
      });
    });
  } finally {
    // A place goes from hand to hand; nobody who comes later slips in between.
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

async function takePlace(): Promise<void> {
  if (running < mostAtOnce) {
    running++;
    return;
  }
  if (waiting.length >= mostWaiting) throw new FettleError('overloaded', 'Too many log in at once. Try again soon.');
  await new Promise<void>((resolve) => waiting.push(resolve));
}

/** The same characters however they were typed. */
function normal(password: string): string {
  return password.normalize('NFKC');
}
