import { Worker } from 'node:worker_threads';
import { type ErrorCode, FettleError } from '@fettle/model';
import type { ThreadAnswer, ThreadRequest } from './messages.ts';

/** A thread that nobody needs is let go after this long. */
const idleMs = 60_000;

export interface OrderThreadOptions {
  /** The program of the thread, which calls `answerOrders`. */
  readonly entry: URL;
  /** Its `workerData`. */
  readonly data: unknown;
  readonly mostMemoryMb: number;
  /** Orders that may be under way or wait. */
  readonly mostWaiting: number;
  /** What is said when more are given, and after the end; both are `overloaded`. */
  readonly tooMany: string;
  readonly stopped: string;
  /** What is said to those who wait when the thread ends by itself. */
  readonly lost: { readonly code: ErrorCode; readonly message: string };
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: FettleError) => void;
}

/** One thread that carries out orders. It is started when it is first needed, and anew after it was lost. */
export class OrderThread<Order> {
  readonly #options: OrderThreadOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;
  #isClosed = false;

  constructor(options: OrderThreadOptions) {
    this.#options = options;
  }

  /** @throws FettleError what the thread says; `overloaded`; the code of `lost` */
  ask(order: Order): Promise<unknown> {
    const { mostWaiting, tooMany, stopped } = this.#options;
    if (this.#isClosed) return Promise.reject(new FettleError('overloaded', stopped));
    if (this.#waiting.size >= mostWaiting) return Promise.reject(new FettleError('overloaded', tooMany));
    clearTimeout(this.#idle);
    const request: ThreadRequest<Order> = { id: ++this.#lastId, order };
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

  /** Gives up what is under way and lets the thread go; the next order starts another. */
  async giveUp(why: FettleError): Promise<void> {
    this.#fail(why);
    await this.#letGo();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.giveUp(new FettleError('overloaded', this.#options.stopped));
  }

  #start(): Worker {
    const { entry, data, mostMemoryMb } = this.#options;
    const worker = new Worker(entry, { workerData: data, resourceLimits: { maxOldGenerationSizeMb: mostMemoryMb } });
    worker.on('message', (answer: ThreadAnswer) => this.#take(worker, answer));
    worker.on('error', (cause) => this.#lose(worker, cause));
    worker.on('exit', () => this.#lose(worker, undefined));
    return worker;
  }

  #take(worker: Worker, answer: ThreadAnswer): void {
    // What a thread still had to say when it was let go was given up with it.
    if (this.#worker !== worker) return;
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) {
      worker.unref();
      this.#idle = setTimeout(() => void this.#letGo(), idleMs);
      this.#idle.unref();
    }
    if ('value' in answer) waiting?.resolve(answer.value);
    else waiting?.reject(new FettleError(answer.code, answer.message, { details: answer.details }));
  }

  /** The thread has ended by itself: who waits for it is told, and the next order starts another. */
  #lose(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const { code, message } = this.#options.lost;
    this.#fail(new FettleError(code, message, { cause }));
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

/** The program with this name in the folder of the file at `url`, in whatever language that one runs. */
export function programBeside(url: string, name: string): URL {
  return new URL(`${name}${url.slice(url.lastIndexOf('.'))}`, url);
}
