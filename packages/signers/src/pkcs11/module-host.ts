import { realpath } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { FettleError } from '@fettle/model';
import type { Answer, Order, Outcome } from './messages.ts';

/** The module lost its session: log in, then ask again. */
export class SessionLost extends Error {}

interface Waiting {
  resolve(outcome: Outcome): void;
  reject(error: Error): void;
}

const stopTimeoutMs = 2_000;
// One thread for each module in this process, as a module may be initialised only once (PKCS#11 2.40 §5.4).
const hosts = new Map<string, ModuleHost>();

/** Takes a share in the thread of a module; `release` gives it back, and the last one ends the thread. */
export async function acquireModule(modulePath: string): Promise<ModuleHost> {
  const path = await realpath(modulePath).catch(() => modulePath);
  for (;;) {
    const host = hosts.get(path) ?? new ModuleHost(path);
    hosts.set(path, host);
    if (host.take()) return host;
    await host.ended;
  }
}

/** The thread of one module, seen from outside: orders in, outcomes out. Starts again if it dies. */
export class ModuleHost {
  readonly #path: string;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #shares = 0;
  #next = 0;
  /** Set once the last share was given back. */
  ended: Promise<void> | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** False when this host is about to end. */
  take(): boolean {
    if (this.ended) return false;
    this.#shares++;
    return true;
  }

  /** @throws SessionLost, or FettleError with the code of the module's thread */
  async call(order: Order): Promise<Outcome> {
    const worker = this.#worker ?? this.#start();
    const id = this.#next++;
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    this.#waiting.set(id, { resolve, reject });
    worker.ref();
    worker.postMessage({ id, order });
    return await promise;
  }

  async release(): Promise<void> {
    this.#shares--;
    if (this.#shares > 0) return;
    this.ended ??= this.#stop();
    await this.ended;
  }

  async #stop(): Promise<void> {
    const worker = this.#worker;
    if (worker) {
      const { promise: ended, resolve } = Promise.withResolvers<void>();
      worker.once('exit', () => resolve());
      // A library that hangs cannot be ended by anybody: it is left behind, and whoever closes is free.
      const timer = setTimeout(() => {
        worker.unref();
        void worker.terminate();
        resolve();
      }, stopTimeoutMs);
      // A thread that is dead already says so by its exit.
      this.call({ act: 'stop' }).catch(() => undefined);
      await ended;
      clearTimeout(timer);
    }
    hosts.delete(this.#path);
  }

  #start(): Worker {
    const entry = new URL(
      import.meta.url.endsWith('.ts') ? './module-thread.ts' : './module-thread.js',
      import.meta.url,
    );
    // Without the options of the main program, some of which a thread refuses.
    const worker = new Worker(entry, { workerData: { modulePath: this.#path }, execArgv: [] });
    this.#worker = worker;
    worker.on('message', (answer: Answer) => this.#settle(worker, answer));
    worker.on('error', (cause) => this.#fail(worker, cause));
    worker.on('exit', () => this.#fail(worker, undefined));
    worker.unref();
    return worker;
  }

  #settle(worker: Worker, { id, outcome, problem }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    // An open key must not keep a program alive that has nothing else to do.
    if (this.#waiting.size === 0) worker.unref();
    if (!waiting) return;
    if (!problem) waiting.resolve(outcome ?? {});
    else if (problem.code === 'login-needed') waiting.reject(new SessionLost(problem.message));
    else waiting.reject(new FettleError(problem.code, problem.message));
  }

  #fail(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const message = `The thread of the PKCS#11 module ${this.#path} ended. The next call starts it again.`;
    for (const { reject } of this.#waiting.values()) reject(new FettleError('signer-unavailable', message, { cause }));
    this.#waiting.clear();
  }
}
