/** Every limit on what comes from outside, in one place (`docs/limits.md` is made from it). */
export const limits = {
  /** Bytes of a management request body. */
  manageBodyBytes: 1_048_576,
  /** Bytes of a device request body other than an upload. */
  deviceBodyBytes: 65_536,
  /** Bytes of one artifact: 64 GiB. */
  artifactBytes: 68_719_476_736,
  /** Bytes of a DSSE envelope. */
  envelopeBytes: 524_288,
  artifactsPerRelease: 256,
  /** Hardware revisions that one artifact names. */
  hardwarePerArtifact: 64,
  signaturesPerEnvelope: 16,
  keysPerFleet: 32,
  /** Changes of signed metadata that wait for signatures, per tenant. */
  openTrustChanges: 20,
  /** Bytes of one metadata file of a repository. */
  trustFileBytes: 4_194_304,
  deviceTypesPerFleet: 256,
  groupsPerFleet: 1_000,
  /** Different names of attributes and tags that are remembered per fleet. */
  namesPerFleet: 2_000,
  /** Characters of an expression. */
  expressionLength: 2_000,
  attributesPerDevice: 64,
  tagsPerDevice: 64,
  /** Characters of an attribute or tag name. */
  attributeNameLength: 64,
  /** Characters of an attribute or tag value. */
  attributeValueLength: 256,
  componentsPerDevice: 16,
  /** Rollouts whose attempts are kept with the device. */
  attemptsPerDevice: 16,
  /** Newest rollouts of a fleet that a decision looks at. */
  rolloutsPerDecision: 50,
  /** Reports in one check-in. */
  reportsPerCheckIn: 64,
  /** Characters of a report's detail or error message; the middle is cut out. */
  reportDetailLength: 2_000,
  /** Reports kept for one deployment; later ones still change the status. */
  reportsPerDeployment: 200,
  /** Devices waiting for acceptance per fleet. */
  pendingDevicesPerFleet: 1_000,
  phasesPerRollout: 32,
  windowsPerRollout: 32,
  metricsPerGate: 16,
  /** Numbers that a device may report in one check-in. */
  metricsPerCheckIn: 64,
  freezesPerFleet: 100,
  /** Rules of an image policy. */
  imageRulesPerFleet: 64,
  keysPerImageRule: 4,
  /** Checks of releases that wait or run, per tenant. */
  openChecks: 32,
  /** Of those, the ones of one fleet: others get their turns. */
  openChecksPerFleet: 8,
  /** How long the gates' answer lets a release be published; after that they look anew. */
  clearanceMs: 604_800_000,
  /** The same, once newer data on vulnerabilities have come in. */
  clearanceOnOldDataMs: 86_400_000,
  /** Bytes of a document that comes with a release: SBOM, VEX, provenance. */
  evidenceBytes: 33_554_432,
  /** Documents that come with one release. */
  suppliedPerCheck: 32,
  /** Bytes of these documents together. */
  suppliedBytesPerCheck: 67_108_864,
  /** Sets of vulnerability data that a tenant keeps. */
  dataSets: 256,
  /** Signed exceptions of a fleet that were not revoked. */
  waiversPerFleet: 1_000,
  /** Newest releases of a fleet that are judged anew when its policy changes. */
  rejudgedReleases: 1_000,
  /** Accounts of people, disabled ones too. */
  people: 1_000,
  /** Roles of a person. */
  rolesPerPerson: 32,
  /** Accounts of a person at issuers of CI. */
  accountsPerPerson: 16,
  /** Logins of a person that are not over. */
  loginsPerPerson: 32,
  /** Fleets that a token or an account is bound to. */
  fleetsPerCredential: 50,
  /** Signatures of people under one release. */
  approvalsPerRelease: 200,
  holdsPerFleet: 100,
  /** Releases of a fleet that must be passed through. */
  steppingStonesPerFleet: 200,
  notesLength: 10_000,
  /** Levels of nesting in any JSON body. */
  jsonDepth: 16,
  /** Rows of one page of a list. */
  pageSize: 500,
  publishersPerTenant: 200,
  /** Claims of an ID token that a publisher compares. */
  claimsPerPublisher: 16,
  /** Characters of an ID token. */
  idTokenLength: 16_384,
  /** Tokens of one publisher that live at the same time. */
  tokensPerPublisher: 100,
  /** Uploads that are not finished, per tenant. */
  openUploads: 64,
} as const;
