export { type CheckBounds, checkBounds, type RunOptions, runCheck } from './check-process.ts';
export { fileScratch } from './file-scratch.ts';
export { type OpenSource, openFileSource } from './file-source.ts';
export {
  type CheckInput,
  type CheckInputKind,
  type CheckOrder,
  type CheckOutcome,
  checkInputKinds,
  type PortableReport,
} from './messages.ts';
