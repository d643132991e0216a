export {
  type Envelope,
  type EnvelopeProblem,
  type EnvelopeVerdict,
  parseEnvelope,
  preAuthEncoding,
  signEnvelope,
  verifyEnvelope,
} from './dsse.ts';
export { generateKeyPem, signerFromKey, signerFromPem } from './file-signer.ts';
export { type KeyKind, keyIdOf, type PublicKey, readPublicKey, verifySignature } from './keys.ts';
export { readBundle, writeBundle } from './log/bundle.ts';
export {
  type Checkpoint,
  type CheckpointVerdict,
  checkpointText,
  readCheckpointText,
  verifyCheckpoint,
} from './log/checkpoint.ts';
export { edgeRoot, emptyEdge, type Growth, growTree, type TreeEdge, type WholeTile } from './log/edge.ts';
export {
  type CommittedField,
  commitmentTo,
  encodeEntry,
  entryDifferences,
  entryOf,
  erasedValues,
  fieldsToCommit,
  type LogEntry,
  mostEntryBytes,
  readEntry,
  type Salts,
  saltBytes,
} from './log/entry.ts';
export { type GrowthRequest, type GrowthVerdict, type Head, judgeGrowth } from './log/growth.ts';
export { emptyRoot, type Hash, leafHash, nodeHash, rootOf, sameHash } from './log/merkle.ts';
export {
  type Cosigned,
  type NoteSignature,
  noteOf,
  readNote,
  readSignature,
  verifyCosignature,
  verifyNote,
} from './log/note.ts';
export { isKeyName, type NoteKey, noteKey, readVkey, vkeyOf } from './log/note-keys.ts';
export { type LogPolicy, policyKeys, quorumOf, readLogPolicy } from './log/policy.ts';
export { type HashPlace, type HashReader, proveConsistency, proveInclusion, readLogRoot } from './log/proofs.ts';
export {
  type CheckpointSignature,
  cosignatureLine,
  type LogSigner,
  logKeyOf,
  type SignCheckpoint,
  signCheckpoint,
  signCheckpointBy,
  witnessKeyOf,
} from './log/signers.ts';
export {
  hashesAtLevel,
  mostTileLevels,
  type ReadTile,
  readTilePath,
  splitTile,
  type TilePlace,
  tileHashReader,
  tilePath,
  tileWidth,
  widthAt,
} from './log/tiles.ts';
export { readTlogProof, type TlogProof, verifyTlogProof, writeTlogProof } from './log/tlog-proof.ts';
export { mostProofHashes, verifyConsistency, verifyInclusion } from './log/verify-proofs.ts';
export { mostWitnessRequestBytes, readWitnessRequest, type WitnessRequest, witnessRequest } from './log/witness.ts';
export { decodeManifest, encodeManifest, type ManifestVerdict, manifestPayloadType } from './manifest.ts';
export type { Signer, SignOptions } from './signer.ts';
export {
  encodeStatement,
  parseStatement,
  type Statement,
  type StatementReading,
  type StatementSubject,
  statementPayloadType,
  statementType,
} from './statement.ts';
export { encodeCanonical, type JsonObject, type JsonValue } from './tuf/canonical.ts';
export type { FetchMetadata } from './tuf/client/cycle.ts';
export type { FoundTarget, Lookup } from './tuf/client/find-target.ts';
export { resumeTrust, type TrustedState, trustedRoot, trustRoot } from './tuf/client/trusted-state.ts';
export {
  type DeviceTrust,
  type DeviceUpdateOptions,
  type DeviceVerdict,
  updateDevice,
  type VerifiedAssignment,
} from './tuf/client/update-device.ts';
export { type UpdatedRepository, type UpdateOptions, updateRepository } from './tuf/client/update-repository.ts';
export { diffMetadata } from './tuf/diff.ts';
export {
  encodeMetadata,
  encodeRoot,
  encodeSnapshot,
  encodeTargets,
  encodeTimestamp,
  fileMetaOf,
} from './tuf/encode-metadata.ts';
export { manifestOfTargets, targetPath, targetsOfManifest } from './tuf/manifest-of-targets.ts';
export {
  type DelegatedRole,
  type Delegations,
  type FileMeta,
  type Metadata,
  type MetadataType,
  type RoleKeys,
  type RootMetadata,
  type SnapshotMetadata,
  type TargetFile,
  type TargetsMetadata,
  type TimeAuthority,
  type TimestampMetadata,
  targetWirePath,
  wireName,
} from './tuf/metadata.ts';
export { openMetadata, openPayload } from './tuf/open-metadata.ts';
export type { ParsedSigned, TufSignature } from './tuf/parse-signed.ts';
export { isDelegatedRoleName, isPathPattern, isTargetPath, pathMatches } from './tuf/paths.ts';
export { type Attack, isWorthWaiting, mayPass, type Refused, type TufProblem, tufProblems } from './tuf/problem.ts';
export { addSignature, assembleFile, signatureBy, signMetadata } from './tuf/sign-metadata.ts';
export {
  checkSuccessor,
  longestDays,
  type SuccessorContext,
  type SuccessorFinding,
  type SuccessorProblem,
} from './tuf/successor.ts';
export {
  encodeTargetCustom,
  openTargetCustom,
  type ReleaseFacts,
  signableText,
  type TargetAssignment,
  type TargetCustom,
  type TargetInfo,
  type TargetMatch,
} from './tuf/target-custom.ts';
export {
  floorAfterRoot,
  signTime,
  type TimeEvidence,
  type TimeProblem,
  type TrustedTime,
  timeKeysOf,
  trustedTime,
} from './tuf/time.ts';
export { encodeTufKey, publicKeyOf, type TufKey, tufKeyOf } from './tuf/tuf-key.ts';
export { tufLimits } from './tuf/tuf-limits.ts';
export {
  type AssignedTarget,
  type AssignmentEvidence,
  type AssignmentVerdict,
  type ComponentFacts,
  type DeviceFacts,
  verifyAssignment,
} from './tuf/verify-assignment.ts';
export { validSigners } from './tuf/verify-role.ts';
export { type ReleaseTrust, type ReleaseVerdict, verifyRelease } from './verify-release.ts';
