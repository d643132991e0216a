import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { cutMiddle } from './errors.ts';

export interface RunDemand {
  readonly command: readonly string[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** How a program ended, with the end of what it said. */
export type RunResult =
  | {
      readonly ended: 'ok';
      readonly output: string;
      /** Everything that it said on standard output; absent when that was more than a program may answer. */
      readonly stdout?: string;
    }
  | {
      readonly ended: 'failed' | 'timed-out' | 'not-started' | 'stopped';
      readonly message: string;
      readonly output: string;
    };

/** Runs programs: health checks, the readiness program and the reboot command. */
export interface Runner {
  run(demand: RunDemand): Promise<RunResult>;
}

const maxOutput = 2_000;
const maxAnswerBytes = 8_192;
/** Grandchildren may hold the pipes open: what they say later is not waited for. */
const lastWordsMs = 500;

/** A runner that starts each program in a process group of its own, so that a time-out ends its children too. */
export function processRunner(folder: string): Runner {
  return {
    run: ({ command, timeoutMs, signal }) =>
      new Promise((resolve) => {
        const [program = '', ...args] = command;
        const child = spawn(program, args, { cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
        const output = gather(child.stdout, child.stderr);
        const answer = gatherAnswer(child.stdout);
        let ended: 'timed-out' | 'stopped' | undefined;
        const end = (how: 'timed-out' | 'stopped') => {
          ended ??= how;
          killGroup(child.pid);
        };
        const timer = setTimeout(() => end('timed-out'), timeoutMs);
        let lastWords: NodeJS.Timeout | undefined;
        const stop = () => end('stopped');
        signal.addEventListener('abort', stop, { once: true });
        if (signal.aborted) stop();
        const settle = (result: RunResult) => {
          clearTimeout(timer);
          clearTimeout(lastWords);
          signal.removeEventListener('abort', stop);
          child.stdout.destroy();
          child.stderr.destroy();
          resolve(result);
        };
        child.on('error', (error) => settle({ ended: 'not-started', message: error.message, output: output() }));
        const tell = (code: number | null, killedBy: string | null) => {
          if (ended === 'timed-out') {
            settle({ ended, message: `did not end within ${timeoutMs / 1_000} s`, output: output() });
          } else if (ended === 'stopped') settle({ ended, message: 'was stopped', output: output() });
          else if (code === 0) settle({ ended: 'ok', output: output(), ...answer() });
          else settle({ ended: 'failed', message: `ended with ${killedBy ?? `exit code ${code}`}`, output: output() });
        };
        // A program may have ended before all that it said was read.
        child.on('exit', (code, killedBy) => {
          lastWords = setTimeout(() => tell(code, killedBy), lastWordsMs);
        });
        child.on('close', tell);
      }),
  };
}

function gather(...streams: readonly Readable[]): () => string {
  let text = '';
  for (const stream of streams) {
    stream.on('error', () => undefined);
    stream.on('data', (chunk: Buffer) => {
      text = cutMiddle(text + chunk.toString('utf8'), 2 * maxOutput);
    });
  }
  return () => cutMiddle(text.trim(), maxOutput);
}

function gatherAnswer(stream: Readable): () => { readonly stdout?: string } {
  const parts: Buffer[] = [];
  let length = 0;
  stream.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= maxAnswerBytes) parts.push(chunk);
  });
  return () => (length <= maxAnswerBytes ? { stdout: Buffer.concat(parts).toString('utf8') } : {});
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}
