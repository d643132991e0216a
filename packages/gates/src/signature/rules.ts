import type { ImageFindingCode } from '@fettle/images';

/** What is said of an image that passes: no finding. */
type Fine = `${string}-ok`;

const codes: Readonly<Record<Exclude<ImageFindingCode, Fine>, true>> = {
  malformed: true,
  'hash-mismatch': true,
  'format-mismatch': true,
  'signature-bad': true,
  'signature-missing': true,
  'signature-unchecked': true,
  'key-unknown': true,
  'key-not-allowed': true,
  'format-without-signature': true,
  encrypted: true,
  'counter-too-low': true,
  'counter-missing': true,
  'format-without-counter': true,
  'hardware-mismatch': true,
  'hardware-not-stated': true,
  'version-mismatch': true,
  'version-not-stated': true,
};

/** Every rule of findings of the signature gate. */
export const signatureRules: readonly string[] = [...Object.keys(codes), 'no-rule'];
