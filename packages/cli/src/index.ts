export { type ExitCode, exitCodes } from './exit-codes.ts';
export type { Environment, Io, TextSink } from './io.ts';
export { run } from './run.ts';
