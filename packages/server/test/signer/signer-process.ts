import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const main = join(import.meta.dirname, '../../src/signer/main.ts');

/** The real program as a process of its own. */
export interface SignerProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  /** The socket that it says it listens on. */
  readonly socket: string;
  /** Ends it with a signal. @returns its exit code */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts it and waits until it is ready. */
export async function startSigner(args: readonly string[]): Promise<SignerProcess> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  const exit = once(child, 'exit') as Promise<[number | null]>;
  const line = new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  const ended = exit.then(([code]) => Promise.reject(new Error(`The signer ended with ${code}: ${complaints}`)));
  ended.catch(() => {});
  const { socket } = JSON.parse(await Promise.race([line, ended])) as { socket: string };
  return {
    child,
    pid: child.pid ?? 0,
    socket,
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      const [code] = await exit;
      return code;
    },
  };
}
