/** Bounds on what one gate tells of one artifact. */
export const gateLimits = {
  findings: 2_000,
  messageCharacters: 400,
  documentBytes: 33_554_432,
  /** Documents that come from outside: SBOMs, VEX, provenance bundles, waivers. */
  suppliedBytes: 33_554_432,
} as const;
