/** Bounds on metadata from outside; tuf-js has the same byte limits, so that whatever we publish it can read. */
export const tufLimits = {
  /** Bytes of `N.root.json`. */
  rootBytes: 512_000,
  /** Bytes of `timestamp.json`. */
  timestampBytes: 16_384,
  /** Bytes of a snapshot. */
  snapshotBytes: 2_000_000,
  /** Bytes of a targets file, delegated or not. */
  targetsBytes: 5_000_000,
  /** Bytes that one update of a device fetches from both repositories together. */
  updateBytes: 8_388_608,
  /** Bytes of a signed time. */
  timeBytes: 2_048,
  /** New roots that one update follows; the next update goes on from there. */
  rootSteps: 256,
  /** Delegated roles that the search for one target visits. */
  delegations: 32,
  /** Delegations of one role. */
  delegatedRoles: 1_024,
  /** Paths of one delegation. */
  pathsPerDelegation: 256,
  keys: 256,
  keysPerRole: 64,
  signatures: 64,
  /** Hexadecimal digits of a signature: ML-DSA-44 has 4,840. */
  signatureDigits: 16_384,
  snapshotEntries: 20_000,
  targets: 20_000,
  /** Targets that a director assigns to one device. */
  assignments: 64,
  pathLength: 256,
  roleNameLength: 100,
  jsonDepth: 16,
  /** Members and elements of one file, all levels together. */
  jsonNodes: 500_000,
} as const;
