import { setTimeout as delay } from 'node:timers/promises';
import { FettleError } from '@fettle/model';
import { errorOf, type SignerAnswer, type SignerAnswers, type SignerRequest, writeRequest } from './messages.ts';
import { openConnection, type SignerConnection } from './signer-connection.ts';

export interface CallOptions {
  readonly path: string;
  /** How long a caller waits, connecting and trying again included. */
  readonly timeoutMs: number;
  /** When nobody is there: starts the signer where that is the caller's part. */
  readonly prepare: () => Promise<void>;
  /** From [0, 1). */
  readonly random: () => number;
}

interface Call {
  readonly line: string;
  readonly resolve: (value: SignerAnswers[keyof SignerAnswers]) => void;
  readonly reject: (error: FettleError) => void;
  readonly timer: NodeJS.Timeout;
}

const mostCalls = 20_000;
const backoff = { baseMs: 20, capMs: 2_000 };

/**
 * Calls over one connection, made at the first of them and again whenever it ends. A call whose connection ended is sent
 * again: the signer signs the same bytes twice, and never other ones under the same version.
 */
export class SignerCalls {
  readonly #options: CallOptions;
  readonly #calls = new Map<number, Call>();
  #nextId = 1;
  #connection: SignerConnection | undefined;
  #connecting = false;
  #failures = 0;
  #lastError: FettleError | undefined;
  #isClosed = false;

  constructor(options: CallOptions) {
    this.#options = options;
  }

  /** @throws FettleError what the signer says, `overloaded`, `signer-unavailable` when it does not answer in time */
  call<K extends SignerRequest['do']>(request: Extract<SignerRequest, { do: K }>): Promise<SignerAnswers[K]> {
    if (this.#isClosed) return Promise.reject(new FettleError('signer-unavailable', 'The server is stopping.'));
    if (this.#calls.size >= mostCalls) {
      return Promise.reject(new FettleError('overloaded', `${mostCalls} calls wait for the signer; ask again later.`));
    }
    const id = this.#nextId++;
    const line = writeRequest(id, request);
    return new Promise<SignerAnswers[keyof SignerAnswers]>((resolve, reject) => {
      const timer = setTimeout(() => this.#giveUp(id), this.#options.timeoutMs);
      this.#calls.set(id, { line, resolve, reject, timer });
      if (this.#connection) this.#connection.send(line);
      else void this.#connect();
    }) as Promise<SignerAnswers[K]>;
  }

  close(): void {
    this.#isClosed = true;
    this.#connection?.close();
    for (const id of [...this.#calls.keys()]) this.#giveUp(id);
  }

  #giveUp(id: number): void {
    const call = this.#take(id);
    const { path, timeoutMs } = this.#options;
    const why = this.#lastError?.message ?? `The signer on ${path} did not answer within ${timeoutMs} ms.`;
    call?.reject(new FettleError('signer-unavailable', why, { cause: this.#lastError }));
  }

  #take(id: number): Call | undefined {
    const call = this.#calls.get(id);
    if (!call) return undefined;
    clearTimeout(call.timer);
    this.#calls.delete(id);
    return call;
  }

  #settle(answer: SignerAnswer): void {
    const call = this.#take(answer.id);
    if (!call) return;
    if ('problem' in answer) call.reject(errorOf(answer.problem));
    else call.resolve(answer.done);
  }

  async #connect(): Promise<void> {
    if (this.#connecting) return;
    this.#connecting = true;
    while (this.#calls.size > 0 && !this.#connection && !this.#isClosed) {
      try {
        await this.#open().catch(async () => {
          // Also another process may have started one there: it is looked for first.
          await this.#options.prepare();
          await this.#open();
        });
        this.#failures = 0;
      } catch (error) {
        this.#lastError = error instanceof FettleError ? error : unexpected(error);
        await this.#pause();
      }
    }
    this.#connecting = false;
  }

  async #open(): Promise<void> {
    const connection = await openConnection(this.#options.path, {
      onAnswer: (answer) => {
        this.#lastError = undefined;
        this.#settle(answer);
      },
      onEnd: () => {
        this.#connection = undefined;
        this.#failures++;
        if (this.#calls.size > 0) void this.#pause().then(() => this.#connect());
      },
    });
    this.#connection = connection;
    for (const { line } of this.#calls.values()) connection.send(line);
    if (this.#isClosed) connection.close();
  }

  /** Exponential with full jitter. */
  #pause(): Promise<void> {
    const ceiling = Math.min(backoff.capMs, backoff.baseMs * 2 ** Math.min(this.#failures++, 20));
    return delay(ceiling * this.#options.random(), undefined, { ref: false });
  }
}

function unexpected(cause: unknown): FettleError {
  const message = `The signer cannot be reached: ${cause instanceof Error ? cause.message : String(cause)}`;
  return new FettleError('signer-unavailable', message, { cause });
}
