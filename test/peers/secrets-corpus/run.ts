import { spawnSync } from 'node:child_process';
import type { Run } from './kinds.ts';

export const run: Run = (program, args) => {
  const { status, stdout, stderr, error } = spawnSync(program, args, { maxBuffer: 16_777_216 });
  if (error) throw error;
  if (status !== 0) throw new Error(`Expected ${program} to succeed, found ${status}: ${stderr}`);
  return stdout;
};
