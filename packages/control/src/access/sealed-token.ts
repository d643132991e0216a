import { createHmac, timingSafeEqual } from 'node:crypto';

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
const longest = 1_024;

/** @param secret 32 bytes that belong to the installation */
export function createSealer(secret: Uint8Array): Sealer {
  const mac = (purpose: SealPurpose, body: string) =>
    createHmac('sha256', secret).update(`${purpose}\n${body}`).digest('base64url');
  return {
    seal(purpose, fields) {
      const body = fields.join('~');
      return `${body}~${mac(purpose, body)}`;
    },
    open(purpose, token) {
      if (token.length > longest) return undefined;
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
