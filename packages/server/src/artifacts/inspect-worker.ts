import { Worker } from 'node:worker_threads';
import type { ImageInspector, InspectionOrder } from '@fettle/control';
import type { Inspection } from '@fettle/images';
import { FettleError } from '@fettle/model';
import type { InspectAnswer, InspectRequest } from './inspect-messages.ts';

/** Orders that may be under way or wait. */
const mostWaiting = 64;
/** A thread that nobody needs is let go after this long. */
const idleMs = 60_000;
/** Twice what one inspection may hold, and the program. */
const mostMemoryMb = 192;
/** The largest images that boot loaders know have 4 GiB, which a slow disk reads in that time. */
const mostInspectionMs = 300_000;

interface Waiting {
  readonly order: InspectionOrder;
  readonly resolve: (value: Inspection) => void;
  readonly reject: (error: FettleError) => void;
}

/** One thread that looks into artifacts on disk, one after the other; started when it is first needed. */
export class InspectWorker implements ImageInspector {
  readonly #folder: string;
  readonly #timeMs: number;
  readonly #queue: Waiting[] = [];
  #worker: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: { readonly id: number; readonly waiting: Waiting } | undefined;
  #lastId = 0;
  #isClosed = false;

  /** @param folder the folder of the artifacts */
  constructor(folder: string, { timeMs = mostInspectionMs }: { readonly timeMs?: number } = {}) {
    this.#folder = folder;
    this.#timeMs = timeMs;
  }

  inspect(order: InspectionOrder): Promise<Inspection> {
    if (this.#isClosed) return Promise.reject(new FettleError('overloaded', 'The server stops; publish again later.'));
    if (this.#queue.length >= mostWaiting) {
      return Promise.reject(new FettleError('overloaded', 'Too many images wait to be looked into; try again later.'));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ order, resolve, reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const stopping = new FettleError('overloaded', 'The server stops; publish again later.');
    for (const { reject } of this.#queue.splice(0)) reject(stopping);
    await this.#letGo(stopping);
  }

  #next(): void {
    const waiting = this.#running ? undefined : this.#queue.shift();
    if (!waiting) return;
    clearTimeout(this.#timer);
    const request: InspectRequest = { id: ++this.#lastId, order: waiting.order };
    this.#running = { id: request.id, waiting };
    this.#worker ??= this.#start();
    // Only what is waited for keeps the process alive.
    this.#worker.ref();
    const late = new FettleError('image-refused', `An image was not looked into within ${this.#timeMs} ms.`);
    this.#timer = setTimeout(() => void this.#letGo(late).then(() => this.#next()), this.#timeMs);
    this.#worker.postMessage(request);
  }

  #start(): Worker {
    // Beside this file, in whatever language this file runs.
    const entry = new URL(import.meta.url.replace(/inspect-worker\.(\w+)$/, 'inspect-thread.$1'));
    const limits = { maxOldGenerationSizeMb: mostMemoryMb };
    const worker = new Worker(entry, { workerData: { folder: this.#folder }, resourceLimits: limits });
    worker.on('message', (answer: InspectAnswer) => this.#take(answer));
    worker.on('error', (cause) => this.#lose(worker, cause));
    worker.on('exit', () => this.#lose(worker, undefined));
    return worker;
  }

  #take(answer: InspectAnswer): void {
    if (this.#running?.id !== answer.id) return;
    const { resolve, reject } = this.#running.waiting;
    this.#running = undefined;
    clearTimeout(this.#timer);
    this.#worker?.unref();
    this.#timer = setTimeout(() => void this.#letGo(undefined), idleMs);
    this.#timer.unref();
    if ('value' in answer) resolve(answer.value);
    else reject(new FettleError(answer.code, answer.message));
    this.#next();
  }

  /** The thread has ended by itself: an image that ends it is refused, the next one gets another thread. */
  #lose(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    clearTimeout(this.#timer);
    const running = this.#running;
    this.#running = undefined;
    const message = 'The thread that looks into images ended over this one; it takes more than any image may.';
    running?.waiting.reject(new FettleError('image-refused', message, { cause }));
    this.#next();
  }

  async #letGo(why: FettleError | undefined): Promise<void> {
    clearTimeout(this.#timer);
    const [worker, running] = [this.#worker, this.#running];
    this.#worker = undefined;
    this.#running = undefined;
    if (why) running?.waiting.reject(why);
    await worker?.terminate();
  }
}
