import type { WalkProblemCode } from '@fettle/images';

const walkCodes: Readonly<Record<WalkProblemCode, true>> = {
  malformed: true,
  'leads-out': true,
  unsupported: true,
  encrypted: true,
  'too-deep': true,
  'too-many': true,
  'too-large': true,
  'too-compressed': true,
};

/** Every rule of findings of the contents gate. */
export const contentsRules: readonly string[] = [
  'malformed',
  'hash-mismatch',
  'format-mismatch',
  'format-unknown',
  'version-mismatch',
  'version-not-stated',
  'hardware-mismatch',
  'hardware-not-stated',
  'hardware-not-compared',
  'too-large-for-slot',
  'published-before',
  'size-mismatch',
  ...Object.keys(walkCodes).map((code) => `walk-${code}`),
];
