import type { RefusedProof } from './judge-proof.ts';

const refusals: Readonly<Record<RefusedProof['rule'], true>> = {
  'proof-malformed': true,
  'signature-untrusted': true,
  'statement-unusable': true,
  'subject-differs': true,
  'identity-differs': true,
};

/** Every rule of findings of the provenance gate. */
export const provenanceRules: readonly string[] = [
  ...Object.keys(refusals),
  'settings-unusable',
  'no-provenance',
  'quorum-missed',
];
