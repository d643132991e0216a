import { createHash } from 'node:crypto';

/** SHA-256 of an object's JSON: what audit events name as before and after. */
export function digestOf(value: object): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
