import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { FettleError } from '@fettle/model';

export interface ChildOptions {
  readonly folder: string;
  readonly socket: string;
  /** A line that it wrote to standard error. */
  readonly onComplaint: (line: string) => void;
}

/** A signer that this process starts when it is needed, and ends with itself. */
export interface SignerChild {
  /** Starts it unless it runs. @throws FettleError `signer-unavailable` */
  ensure(): Promise<void>;
  readonly pid: number | undefined;
  close(): Promise<void>;
}

const startMs = 30_000;
const stopMs = 10_000;
// `.ts` in a checkout, `.js` in a published package: the same as this very file.
const main = fileURLToPath(new URL(`main${extname(import.meta.url)}`, import.meta.url));

/** Where the socket of a child is: in its folder, unless that path is longer than the name of a socket may be. */
export function childSocket(folder: string): string {
  const path = join(resolve(folder), 'signer.sock');
  if (Buffer.byteLength(path) <= 107) return path;
  const name = createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 16);
  const short = join(tmpdir(), `fettle-signer-${userInfo().uid}-${name}`);
  mkdirSync(short, { recursive: true, mode: 0o700 });
  return join(short, 'signer.sock');
}

/** Makes a signer that runs as a child; nothing is started yet. */
export function createSignerChild(options: ChildOptions): SignerChild {
  let child: ChildProcess | undefined;
  let starting: Promise<void> | undefined;
  let isClosed = false;
  const isRunning = () => child !== undefined && child.exitCode === null && child.signalCode === null;
  const start = async () => {
    child = spawnSigner(options);
    child.unref();
    await ready(child);
  };
  return {
    get pid() {
      return isRunning() ? child?.pid : undefined;
    },
    async ensure() {
      if (isClosed) throw new FettleError('signer-unavailable', 'The server is stopping.');
      if (!starting && isRunning()) return;
      starting ??= start().finally(() => {
        starting = undefined;
      });
      await starting;
    },
    async close() {
      isClosed = true;
      await starting?.catch(() => {});
      if (child && isRunning()) await end(child);
    },
  };
}

/** It inherits no environment: database passwords and the like are none of its business. */
function spawnSigner({ folder, socket, onComplaint }: ChildOptions): ChildProcess {
  const args = ['--folder', folder, '--socket', socket, '--end-with-input'];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    // The open end of its standard input is what tells it that this process lives.
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {},
  });
  child.on('error', (error) => onComplaint(error.message));
  child.stdin?.on('error', () => {});
  if (child.stderr) createInterface({ input: child.stderr }).on('line', onComplaint);
  return child;
}

async function ready(child: ChildProcess): Promise<void> {
  const { stdout } = child;
  if (!stdout) throw new FettleError('internal', 'Expected to read the output of the signer.');
  const said = new Promise<true>((settle) => createInterface({ input: stdout }).once('line', () => settle(true)));
  const ended = once(child, 'exit').then(
    () => false as const,
    () => false as const,
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((settle) => {
    timer = setTimeout(() => settle(false), startMs).unref();
  });
  const isReady = await Promise.race([said, ended, late]);
  clearTimeout(timer);
  if (isReady) return;
  child.kill('SIGKILL');
  throw new FettleError('signer-unavailable', 'The signer did not start; what it said is in the log of the server.');
}

async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopMs);
  child.stdin?.end();
  child.kill('SIGTERM');
  await gone;
  clearTimeout(timer);
}
