export {
  type ElfForm,
  type ElfSection,
  type ElfSegment,
  type ElfTable,
  type ElfTables,
  elfForm,
  elfHeaderBytes,
  elfNote,
  elfSectionOf,
  elfSegmentOf,
  elfTables,
  isElf,
  statedElfForm,
} from './elf/layout.ts';
export type { ImageKey } from './image-keys.ts';
export { inspectImage } from './inspect.ts';
export {
  type HashFinding,
  type ImageFormat,
  type Inspection,
  imageFormats,
  type Layer,
  type SignatureFinding,
  type SignatureVerdict,
} from './inspection.ts';
export { judgeImage } from './judge.ts';
export type { ImageDemand, ImageFinding, ImageFindingCode, ImageJudgement, ImageVerdict } from './judgement.ts';
export { type ImageSigner, type McubootInput, writeMcuboot } from './mcuboot/write-mcuboot.ts';
export { readImageKey } from './read-image-key.ts';
export type { Problem, ProblemCode } from './reading/malformed.ts';
export { recognise } from './recognise.ts';
export { bytesSource, type Source } from './source.ts';
export { type EnvArea, type EnvConfig, parseEnvConfig } from './uboot-env/env-config.ts';
export {
  type EnvForm,
  encodeEnvironment,
  type ParsedEnvironment,
  parseEnvironment,
} from './uboot-env/environment.ts';
export { chooseCopy, nextFlag } from './uboot-env/redundancy.ts';
export {
  findZipDirectory,
  type ZipMember,
  type ZipReader,
  zipContentAt,
  zipMembers,
} from './walk/archives/zip-directory.ts';
export { type WalkLimits, walkLimits } from './walk/walk-limits.ts';
export type {
  EntryKind,
  Scratch,
  ScratchFile,
  Visitor,
  WalkedEntry,
  WalkedFile,
  WalkedLayer,
  WalkFormat,
  WalkProblem,
  WalkProblemCode,
  WalkResult,
} from './walk/walked.ts';
export { walkFormats } from './walk/walked.ts';
