import { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/** Takes a body piece by piece; `null` tells that it is complete. */
export type Taker = (piece: Buffer | null) => void;

const inherited = IncomingMessage.prototype as IncomingMessage & { _dump(): void };
const streamEnded = Object.getOwnPropertyDescriptor(Readable.prototype, 'readableEnded')?.get as () => boolean;

/**
 * A request whose body can be taken as it comes from the parser, without a stream in between: for bodies of some hundred
 * bytes the stream costs as much as everything else. Whoever does not ask for that gets the stream as ever.
 */
export class Request extends IncomingMessage {
  #take: Taker | undefined;
  #isStream = false;

  /**
   * From here on the body goes to `take`. Nothing tells when the other side is gone before the end.
   * @returns false when a piece went into the stream already: then only the stream has it all
   */
  takeBody(take: Taker): boolean {
    if (this.#isStream) return false;
    this.#take = take;
    return true;
  }

  /** The parser hands the body over here. */
  override push(piece: Buffer | null): boolean {
    if (!this.#take) {
      this.#isStream = true;
      return super.push(piece);
    }
    this.#take(piece);
    return true;
  }

  // Asked before the parser lets go of the request. As types know it only as a field, it cannot be written as a getter.
  static {
    Object.defineProperty(Request.prototype, 'readableEnded', {
      configurable: true,
      get(this: Request): boolean {
        return this.#take ? this.complete : streamEnded.call(this);
      },
    });
  }

  /** node:http drops here what nobody has read by the time the answer is out: a body that was taken leaves nothing. */
  _dump(): void {
    if (this.#take && this.complete) return;
    this.#take = undefined;
    inherited._dump.call(this);
  }
}
