/** Bounds on what one gate tells of one artifact. */
export const gateLimits = {
  findings: 2_000,
  messageCharacters: 400,
  documentBytes: 33_554_432,
  /** Documents that come from outside: SBOMs, VEX, provenance bundles, waivers. */
  suppliedBytes: 33_554_432,
  /** How long VEX that came with a release is believed after its check: a supplier says it anew with each release. */
  suppliedVexMs: 31_622_400_000,
} as const;
