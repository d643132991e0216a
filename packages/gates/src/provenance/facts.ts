/** What policies may ask of provenance. */
export const provenanceFacts = {
  provenanceBundles: 'How many bundles and envelopes came with the artifact.',
  provenanceAccepted: 'How many of them prove that an accepted builder made these very bytes.',
  provenanceBuilders: 'How many independent builders did so.',
  provenanceQuorum: 'How many have to.',
  provenanceBuilderIds: 'The builder ids of the accepted proofs.',
  provenanceCommits: 'The commits that the accepted proofs name.',
  provenanceRefs: 'The git refs that the accepted proofs name.',
  provenanceRuns: 'The invocation ids of the accepted proofs.',
  provenanceLogged: 'Whether an accepted proof is in a public transparency log.',
} as const;
export type ProvenanceFact = keyof typeof provenanceFacts;
