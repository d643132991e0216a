import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { FettleError } from '@fettle/model';
import { confinement } from './confinement.ts';
import { residentBytes } from './memory-watch.ts';
import type { CheckInput, CheckOrder, CheckOutcome, ChildMessage, ChildOrder, InputFile } from './messages.ts';

/** What one check may take; beyond it the process is ended and the check has failed. */
export interface CheckBounds {
  /** Of everything: the program, the walk and all gates. */
  readonly memoryBytes: number;
  readonly timeMs: number;
}

export const checkBounds: CheckBounds = { memoryBytes: 512 * 1_048_576, timeMs: 1_800_000 };

export interface RunOptions {
  readonly bounds?: CheckBounds;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((bytes: number) => void) | undefined;
  /** Where the folder of this run is made; it may have to hold the unpacked image. */
  readonly temporary?: string;
}

/** The heap alone; buffers are counted by what the process holds in all. */
const heapMb = 224;
const lookEveryMs = 200;

/**
 * Runs all gates over one artifact in a process of its own, at low priority. What the image makes of that process is
 * the end of that process alone.
 * @param take reads what it needs of the outcome, also its documents, before their files are removed
 * @throws FettleError `check-failed` when it takes too much time or memory or ends by itself, `invalid-input`
 */
export async function runCheck<T>(
  order: CheckOrder,
  take: (outcome: CheckOutcome) => Promise<T>,
  { bounds = checkBounds, signal, onProgress, temporary = tmpdir() }: RunOptions = {},
): Promise<T> {
  signal?.throwIfAborted();
  const folder = await mkdtemp(join(temporary, 'fettle-check-'));
  try {
    const inputs = await inFiles(order.inputs, folder);
    return await take(await inProcess({ ...order, inputs }, folder, { bounds, signal, onProgress }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What was handed over as text becomes a file of this run. */
async function inFiles(inputs: readonly CheckInput[], folder: string): Promise<InputFile[]> {
  const files: InputFile[] = [];
  for (const [index, input] of inputs.entries()) {
    if ('path' in input) files.push(input);
    else {
      const { kind, digest, text } = input;
      const path = join(folder, `supplied-${index}`);
      await writeFile(path, text);
      files.push({ kind, digest, path });
    }
  }
  return files;
}

type Watching = Required<Pick<RunOptions, 'bounds'>> & Pick<RunOptions, 'signal' | 'onProgress'>;

async function inProcess(
  order: ChildOrder,
  folder: string,
  { bounds, signal, onProgress }: Watching,
): Promise<CheckOutcome> {
  // Beside this file, in whatever language this file runs.
  const entry = new URL(import.meta.url.replace(/check-process\.(\w+)$/, 'child.$1'));
  // The child is told its folder before anything else: it removes it when whoever asked is gone.
  const child = fork(entry, [folder], {
    execArgv: [`--max-old-space-size=${heapMb}`, ...confinement(order, folder)],
    env: {},
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const { promise, resolve, reject } = Promise.withResolvers<CheckOutcome>();
  const stop = (error: unknown) => {
    reject(error);
    child.kill('SIGKILL');
  };
  const abort = () => stop(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(() => stop(tooMuch(`more than ${bounds.timeMs} ms`)), bounds.timeMs);
  const watch = setInterval(() => {
    void watchMemory(child, bounds, stop);
  }, lookEveryMs);
  child.on('message', (message: ChildMessage) => {
    if (message.kind === 'progress') onProgress?.(message.bytes);
    else if (message.kind === 'done') resolve(message.outcome);
    else reject(new FettleError(message.code, message.message));
  });
  child.on('error', stop);
  child.on('exit', (code, by) => reject(tooMuch(`ended by itself (${by ?? `exit code ${code}`})`)));
  lowerPriority(child);
  // One that was killed before it could take its order is told of by its exit, like one that is killed later.
  child.send(order, () => {});
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    clearInterval(watch);
    signal?.removeEventListener('abort', abort);
    await end(child);
  }
}

/** Until it has ended, it may still write into the folder that is removed next. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function watchMemory(child: ChildProcess, { memoryBytes }: CheckBounds, stop: (error: unknown) => void) {
  const held = child.pid === undefined ? undefined : await residentBytes(child.pid);
  if (held !== undefined && held > memoryBytes) stop(tooMuch(`more than ${memoryBytes} bytes of memory`));
}

/** Devices are answered first. */
function lowerPriority({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It ended already, or the system does not allow it: then it runs like everything else.
  }
}

function tooMuch(what: string): FettleError {
  return new FettleError('check-failed', `The check of this artifact was ended: it took ${what}.`, {
    details: { next: 'fettle check FILE on a machine of yours shows how far it comes.' },
  });
}
