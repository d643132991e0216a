import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@fettle/cli';

const main = join(import.meta.dirname, '../../packages/cli/src/main.ts');

/** What one command line did. */
export interface Typed {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** A person with a folder, a home, and real programs that end with the desk. */
export interface Desk {
  readonly folder: string;
  /** Runs a command line in this process. */
  readonly type: (...args: readonly string[]) => Promise<Typed>;
  /** The JSON that a command answers. */
  readonly ask: (...args: readonly string[]) => Promise<unknown>;
  /** Starts `fettle …` as a process of its own. */
  readonly start: (...args: readonly string[]) => Program;
  readonly leave: () => Promise<void>;
}

export interface Program {
  readonly child: ChildProcess;
  /** What it has said so far, on both outputs. */
  readonly said: () => string;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export async function openDesk(): Promise<Desk> {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-desk-'));
  const env = { PATH: process.env.PATH, HOME: folder, TMPDIR: folder };
  const programs: Program[] = [];
  const type: Desk['type'] = async (...args) => {
    const said = { out: '', err: '' };
    const sink = (name: 'out' | 'err') => ({ write: (text: string) => (said[name] += text) });
    const io = { stdout: sink('out'), stderr: sink('err'), env, signal: new AbortController().signal };
    return { exit: await run(args, io), ...said };
  };
  return {
    folder,
    type,
    ask: async (...args) => {
      const { exit, out, err } = await type(...args, '--json');
      if (exit !== 0) throw new Error(`fettle ${args.join(' ')} exited with ${exit}: ${err}`);
      return JSON.parse(out);
    },
    start: (...args) => {
      const program = startProgram(args, { cwd: folder, env });
      programs.push(program);
      return program;
    },
    leave: async () => {
      for (const { child, ended } of programs.reverse()) {
        child.kill('SIGTERM');
        await ended;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function startProgram(args: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }): Program {
  const child = spawn(process.execPath, [main, ...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const ended = new Promise<Awaited<Program['ended']>>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  return { child, said: () => said, ended };
}

/** Waits for a condition, at most so long. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, deadlineMs = 60_000): Promise<void> {
  const begun = performance.now();
  while (!(await holds())) {
    if (performance.now() - begun > deadlineMs) throw new Error(`Waited ${deadlineMs} ms in vain: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
