import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '@fettle/cli/publish';

/** What the action may touch of the job that it runs in. */
export interface Host {
  readonly env: Environment;
  /** The log of the job, where commands are understood. */
  readonly write: (text: string) => void;
  readonly workspace: string;
  /** A folder of this job alone, for what the command line keeps. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

export function hostOf(env: Environment, { write, cwd, signal }: Surroundings): Host {
  const workspace = env.GITHUB_WORKSPACE || cwd;
  return { env, write, workspace, folder: join(env.RUNNER_TEMP || tmpdir(), 'fettle-publish'), signal };
}

interface Surroundings {
  readonly write: (text: string) => void;
  readonly cwd: string;
  readonly signal: AbortSignal;
}
