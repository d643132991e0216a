import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const main = join(import.meta.dirname, '../../../packages/server/src/main.ts');
const readyWithinMs = 60_000;
const tailLines = 40;

/** The real server as a process of its own that can be killed at any moment and started again on the same data. */
export class ServerProcess {
  readonly dataDir: string;
  readonly #flags: readonly string[];
  #port = 0;
  #child: ChildProcess | undefined;
  #tail: string[] = [];
  url = '';

  constructor(dataDir: string, flags: readonly string[] = []) {
    this.dataDir = dataDir;
    this.#flags = flags;
  }

  /** 0 before the first start. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get adminToken(): string {
    return readFileSync(join(this.dataDir, 'admin.token'), 'utf8').trim();
  }

  /** Starts it, on the port that it had before, and waits until it says that it is ready. */
  async start(): Promise<void> {
    const flags = ['--data-dir', this.dataDir, '--http-port', String(this.#port), ...this.#flags];
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...flags], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Half of a start is reading the sources: twenty starts need not read them twenty times.
      env: { ...process.env, NODE_COMPILE_CACHE: `${this.dataDir}.cache` },
    });
    this.#child = child;
    this.#tail = [];
    const ready = new Promise<string>((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on('line', (line) => {
          this.#tail.push(line);
          if (this.#tail.length > tailLines) this.#tail.shift();
          const url = line.includes('"msg":"ready"') ? (JSON.parse(line) as { url: string }).url : undefined;
          if (url) resolve(url);
        });
      }
    });
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`The server ended with ${code} before it was ready:\n${this.#tail.join('\n')}`);
    });
    ended.catch(() => {});
    const late = new Promise<never>((_, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`Not ready in ${readyWithinMs} ms:\n${this.#tail.join('\n')}`)),
        readyWithinMs,
      );
      void ready.then(() => clearTimeout(timer));
    });
    this.url = await Promise.race([ready, ended, late]);
    this.#port = Number(new URL(this.url).port);
  }

  /** `kill -9`: nothing is flushed, nobody is told. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** Sends it a signal, if it runs. */
  signal(name: NodeJS.Signals): void {
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) child.kill(name);
  }

  /** Ends it gently. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Ends it and removes everything that it has written. */
  async remove(): Promise<void> {
    await this.#end('SIGTERM');
    await rm(this.dataDir, { recursive: true, force: true });
    await rm(`${this.dataDir}.cache`, { recursive: true, force: true });
  }

  /** The last lines that it logged. */
  get log(): string {
    return this.#tail.join('\n');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }
}
