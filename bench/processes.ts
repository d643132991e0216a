import { type ChildProcess, fork, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { LoadOrder, LoadResult } from './load.ts';

/** The processes of the bench: servers that are measured, the client that drives them, and what they cost. */
const here = fileURLToPath(new URL('.', import.meta.url));
const serverMain = join(here, '../packages/server/src/main.ts');
const children = new Set<ChildProcess>();

/** Ends whatever is still running. */
export function endAll(): void {
  for (const child of children) child.kill('SIGKILL');
}

export interface MeasuredServer {
  readonly port: number;
  readonly pid: number;
  readonly readyMs: number;
  stop(): Promise<void>;
}

/**
 * Starts the real server over a data folder and waits until it is ready.
 * @param settings more of its flags
 */
export async function startServer(dataDir: string, settings: readonly string[] = []): Promise<MeasuredServer> {
  const port = await freePort();
  const begun = performance.now();
  const options = ['--data-dir', dataDir, '--http-port', String(port), '--log-level', 'warn', ...settings];
  const child = start([serverMain, ...options]);
  await until('the server to be ready', async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status === 200);
  return { port, pid: child.pid ?? 0, readyMs: performance.now() - begun, stop: () => stop(child) };
}

/** Starts a program of ours with our Node. */
export function start(parameters: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [...parameters], { stdio: ['ignore', 'ignore', 'inherit'] });
  children.add(child);
  return child;
}

/** Starts the bare server that answers `body` and streams `file`. */
export function startBare(body: string, file = ''): Promise<{ port: number; pid: number }> {
  const child = fork(join(here, 'bare-server.ts'), [body, file]);
  children.add(child);
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve({ ...(message as { port: number }), pid: child.pid ?? 0 }));
    child.once('error', reject);
  });
}

export type Drive = (order: LoadOrder) => Promise<LoadResult>;

/** Starts the one client that drives every server. */
export function startLoad(): Drive {
  const child = fork(join(here, 'load.ts'), [], { serialization: 'advanced' });
  children.add(child);
  return (order) =>
    new Promise((resolve, reject) => {
      child.once('message', (message: { result?: LoadResult; error?: string }) => {
        if (message.result) resolve(message.result);
        else reject(new Error(message.error));
      });
      child.send(order);
    });
}

export function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => {
      children.delete(child);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

export async function until(what: string, isSo: () => Promise<boolean>, limitMs = 60_000): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (performance.now() < deadline) {
    if (await isSo().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`Waited ${limitMs / 1_000} s for ${what}.`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
    probe.once('error', reject);
  });
}

const ticksPerSecond = 100;

/** Processor time of a process so far, user and system. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

export function residentMb(pid: number): number {
  const found = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1] ?? 0) / 1_024;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
