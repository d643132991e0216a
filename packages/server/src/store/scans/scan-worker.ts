import { Worker } from 'node:worker_threads';
import { FettleError } from '@fettle/model';
import type { ScanOrder } from './orders.ts';
import type { ScanAnswer, ScanRequest } from './scan-messages.ts';

/** Reads that may be under way or wait. */
const mostWaiting = 64;
/** A thread that nobody needs is let go after this long. */
const idleMs = 60_000;
const mostMemoryMb = 512;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: FettleError) => void;
}

/** One thread for the long reads of a database file, started when it is first needed. */
export class ScanWorker {
  readonly #file: string;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;
  #isClosed = false;

  constructor(file: string) {
    this.#file = file;
  }

  run(order: ScanOrder): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(new FettleError('overloaded', 'The store is closed: the server stops.'));
    if (this.#waiting.size >= mostWaiting) {
      return Promise.reject(new FettleError('overloaded', 'Too many searches are under way; try again later.'));
    }
    clearTimeout(this.#idle);
    const request: ScanRequest = { id: ++this.#lastId, order };
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.id, { resolve, reject });
      this.#worker ??= this.#start();
      // Only what is waited for keeps the process alive.
      this.#worker.ref();
      try {
        this.#worker.postMessage(request);
      } catch (cause) {
        this.#waiting.delete(request.id);
        reject(new FettleError('internal', 'What was asked for is not plain data.', { cause }));
      }
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#fail(new FettleError('overloaded', 'The server stops; the search was given up.'));
    await this.#letGo();
  }

  #start(): Worker {
    // Beside this file, in whatever language this file runs.
    const entry = new URL(import.meta.url.replace(/scan-worker\.(\w+)$/, 'scan-thread.$1'));
    const limits = { maxOldGenerationSizeMb: mostMemoryMb };
    const worker = new Worker(entry, { workerData: { file: this.#file }, resourceLimits: limits });
    worker.on('message', (answer: ScanAnswer) => this.#take(answer));
    worker.on('error', (cause) => this.#lose(worker, cause));
    worker.on('exit', () => this.#lose(worker, undefined));
    return worker;
  }

  #take(answer: ScanAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) {
      this.#worker?.unref();
      this.#idle = setTimeout(() => void this.#letGo(), idleMs);
      this.#idle.unref();
    }
    if ('value' in answer) waiting?.resolve(answer.value);
    else waiting?.reject(new FettleError(answer.code, answer.message, { details: answer.details }));
  }

  /** The thread has ended by itself: who waits for it is told, and the next read starts another. */
  #lose(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#fail(new FettleError('internal', 'The thread for long reads ended; ask again.', { cause }));
  }

  #fail(error: FettleError): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }

  async #letGo(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}
