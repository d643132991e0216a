import { hash, timingSafeEqual } from 'node:crypto';

/**
 * Short tokens that the server can check without looking anything up: fields and an HMAC-SHA-256 over them.
 * Fields may not contain `~`; the purpose keeps one kind of token from passing as another.
 */
export interface Sealer {
  seal(purpose: SealPurpose, fields: readonly string[]): string;
  /** @returns the fields, or undefined when the token was not sealed here for this purpose */
  open(purpose: SealPurpose, token: string): readonly string[] | undefined;
}

export type SealPurpose = 'device-token' | 'challenge';
const longest = 2_048;

/** @param secret 32 bytes that belong to the installation */
export function createSealer(secret: Uint8Array): Sealer {
  const hmac = createMac(secret);
  const mac = (purpose: SealPurpose, body: string) => hmac(`${purpose}\n${body}`);
  return {
    seal(purpose, fields) {
      const body = fields.join('~');
      return `${body}~${mac(purpose, body)}`;
    },
    open(purpose, token) {
      if (token.length > longest / 2) return undefined;
      const cut = token.lastIndexOf('~');
      if (cut < 0) return undefined;
      const body = token.slice(0, cut);
      const found = Buffer.from(token.slice(cut + 1));
      const expected = Buffer.from(mac(purpose, body));
      if (found.length !== expected.length || !timingSafeEqual(found, expected)) return undefined;
      return body.split('~');
    },
  };
}

const blockBytes = 64;

/**
 * HMAC-SHA-256 over short texts, base64url. Two one-shot hashes cost a third of a `createHmac` object, and this runs
 * for every call of every device; a test holds it against node:crypto's own. @source RFC 2104 §2
 */
export function createMac(key: Uint8Array): (text: string) => string {
  if (key.length > blockBytes) throw new RangeError(`A key has at most ${blockBytes} bytes.`);
  const inner = Buffer.alloc(blockBytes + 4 * longest, 0x36);
  const outer = Buffer.alloc(blockBytes + 32, 0x5c);
  for (const [i, byte] of key.entries()) {
    inner[i] = byte ^ 0x36;
    outer[i] = byte ^ 0x5c;
  }
  return (text) => {
    if (text.length > longest) throw new RangeError(`A text has at most ${longest} characters.`);
    const length = inner.write(text, blockBytes, 'utf8');
    hash('sha256', inner.subarray(0, blockBytes + length), 'buffer').copy(outer, blockBytes);
    return hash('sha256', outer, 'base64url');
  };
}
