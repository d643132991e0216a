import type { Socket } from 'node:net';
import { FettleError } from '@fettle/model';
import { createLineCutter, type LineCutter } from './lines.ts';
import {
  longestLine,
  problemOf,
  readRequest,
  type SignerAnswer,
  type SignerAnswers,
  type SignerRequest,
  writeAnswer,
} from './messages.ts';

export interface SocketLimits {
  /** More connections are closed at once. */
  readonly connections: number;
  /** From the first byte of a line to its last. */
  readonly lineMs: number;
  /** Bytes of lines that have not ended, of all connections together. */
  readonly pendingBytes: number;
  /** Requests of one connection that wait for their answer; more are not read. */
  readonly inFlight: number;
  /** A connection without a request for so long is closed. */
  readonly idleMs: number;
}

/** What all connections share. */
export interface Desk {
  readonly limits: SocketLimits;
  readonly answer: (request: SignerRequest) => Promise<SignerAnswers[keyof SignerAnswers]>;
  readonly onFailure: (error: unknown) => void;
  /** Bytes of lines that have not ended. */
  pendingBytes: number;
}

const lastAnswersMs = 1_000;

/** One client: its lines are read as fast as they are answered, within bounds of time and room. */
export class ServedConnection {
  readonly #socket: Socket;
  readonly #desk: Desk;
  readonly #cutter: LineCutter = createLineCutter(longestLine);
  #late: NodeJS.Timeout | undefined;
  #counted = 0;
  #inFlight = 0;
  #isClosing = false;
  #onQuiet: () => void = () => {};

  constructor(socket: Socket, desk: Desk) {
    this.#socket = socket;
    this.#desk = desk;
    socket.setTimeout(desk.limits.idleMs, () => {
      if (this.#inFlight === 0) socket.destroy();
    });
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('drain', () => this.#readOn());
    socket.once('close', () => {
      clearTimeout(this.#late);
      this.#count(0);
    });
  }

  /** Reads nothing more, answers what was read, and ends it. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#pause();
    if (this.#inFlight > 0) {
      await new Promise<void>((resolve) => {
        this.#onQuiet = resolve;
      });
    }
    this.#socket.destroySoon();
    // Who does not take its answers now does not hold up the end.
    const late = setTimeout(() => this.#socket.destroy(), lastAnswersMs);
    this.#socket.once('close', () => clearTimeout(late));
  }

  #read(chunk: Buffer): void {
    const wasPending = this.#cutter.pending > 0;
    const lines = this.#cutter.push(chunk);
    this.#count(this.#cutter.pending);
    const { limits, pendingBytes } = this.#desk;
    if (lines === 'too-long' || pendingBytes > limits.pendingBytes) return void this.#socket.destroy();
    if (lines.length > 0 || !wasPending) this.#expectEnd();
    for (const line of lines) void this.#take(line);
  }

  /** A line that has begun has to end in time, but for the time in which it is not read. */
  #expectEnd(): void {
    clearTimeout(this.#late);
    if (this.#cutter.pending === 0) return;
    this.#late = setTimeout(() => this.#socket.destroy(), this.#desk.limits.lineMs);
  }

  async #take(line: Buffer): Promise<void> {
    const read = readOrNone(line);
    // What has no id cannot be answered, and whoever writes such lines is no client.
    if (!read) return void this.#socket.destroy();
    this.#inFlight++;
    if (this.#inFlight >= this.#desk.limits.inFlight) this.#pause();
    const answer = await this.#answerTo(read);
    if (!this.#socket.destroyed && !this.#socket.write(writeAnswer(answer))) this.#pause();
    this.#inFlight--;
    if (this.#inFlight === 0) this.#onQuiet();
    this.#readOn();
  }

  async #answerTo({ id, request }: ReturnType<typeof readRequest>): Promise<SignerAnswer> {
    try {
      return { id, done: await this.#desk.answer(request()) };
    } catch (error) {
      if (!(error instanceof FettleError) || error.code === 'internal') this.#desk.onFailure(error);
      return { id, problem: problemOf(error) };
    }
  }

  #pause(): void {
    this.#socket.pause();
    clearTimeout(this.#late);
  }

  #readOn(): void {
    const socket = this.#socket;
    if (!socket.isPaused() || this.#isClosing || socket.writableNeedDrain) return;
    if (this.#inFlight >= this.#desk.limits.inFlight) return;
    this.#expectEnd();
    socket.resume();
  }

  #count(bytes: number): void {
    this.#desk.pendingBytes += bytes - this.#counted;
    this.#counted = bytes;
  }
}

function readOrNone(line: Buffer): ReturnType<typeof readRequest> | undefined {
  try {
    return readRequest(line);
  } catch (error) {
    if (error instanceof FettleError) return undefined;
    throw error;
  }
}
