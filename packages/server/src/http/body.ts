import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { FettleError, limits } from '@fettle/model';
import { native } from '@fettle/protocol';
import { HttpRefusal } from './problem.ts';
import { Request } from './request.ts';

/** What is read and thrown away so that a client that sends too much still gets to read the refusal. */
const politeExcessBytes = 8 * 1_048_576;

type Done = (error: FettleError | undefined, body: Buffer) => void;
const nothing = Buffer.alloc(0);

/**
 * Reads a request body of at most `limitBytes` and calls back once, not at all when the other side leaves before the
 * end. Callbacks and not promises: this is the hot path.
 * Too large a body is refused as soon as that is known; up to 8 MiB more are read and dropped first.
 */
export function readBody(request: IncomingMessage, limitBytes: number, done: Done): void {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    done(
      new HttpRefusal(415, `Content-Encoding ${encoding.slice(0, 40)} is not supported; send plain bytes.`),
      nothing,
    );
    return;
  }
  const declared = Number(request.headers['content-length'] ?? Number.NaN);
  if (declared > limitBytes + politeExcessBytes) {
    done(tooLarge(limitBytes), nothing);
    return;
  }
  let first: Buffer | undefined;
  let rest: Buffer[] | undefined;
  let size = 0;
  let isDone = false;
  const finish = (error: FettleError | undefined) => {
    if (isDone) return;
    isDone = true;
    if (error) done(error, nothing);
    else if (size > limitBytes) done(tooLarge(limitBytes), nothing);
    else done(undefined, rest ? Buffer.concat(rest, size) : (first ?? nothing));
  };
  const take = (chunk: Buffer) => {
    size += chunk.length;
    if (size > limitBytes) {
      first = rest = undefined;
      if (size > limitBytes + politeExcessBytes) finish(undefined);
    } else if (first === undefined) first = chunk;
    else if (rest === undefined) rest = [first, chunk];
    else rest.push(chunk);
    // The parser lets no more through than was declared: no need to wait for the end to be told.
    if (size === declared) finish(undefined);
  };
  const takePiece = (piece: Buffer | null) => (piece === null ? finish(undefined) : take(piece));
  if (request instanceof Request && request.takeBody(takePiece)) return;
  request.on('data', take);
  request.on('end', () => finish(undefined));
  const broke = () => {
    if (!isDone) finish(broken());
  };
  request.on('error', broke);
  request.on('close', broke);
}

/**
 * The text of a JSON body.
 * @throws FettleError `invalid-input` for bytes that are not UTF-8
 */
export function bodyText(body: Buffer): string {
  if (!isUtf8(body)) throw new FettleError('invalid-input', 'The body is not valid UTF-8.');
  return body.toString('utf8');
}

/**
 * Parses JSON that may be hostile: bounded in depth, without keys that mean something to JavaScript.
 * @throws FettleError `invalid-input`
 */
export function parseJson(text: string): unknown {
  if (native.isTooDeep(text, limits.jsonDepth)) {
    throw new FettleError('invalid-input', `JSON may nest at most ${limits.jsonDepth} levels.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FettleError('invalid-input', `The body is not JSON: ${(error as Error).message}`);
  }
  if (suspicious.test(text)) refusePrototypeKeys(value);
  return value;
}

const suspicious = /"(?:_|\\u005[Ff])(?:_|\\u005[Ff])(?:p|\\u0070)/;

function refusePrototypeKeys(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === '__proto__') throw new FettleError('invalid-input', 'A key may not be called __proto__.');
    refusePrototypeKeys(inner);
  }
}

function tooLarge(limitBytes: number): FettleError {
  return new HttpRefusal(413, `The body is over the limit of ${limitBytes} bytes.`, {
    code: 'too-large',
    headers: { connection: 'close' },
  });
}

function broken(): FettleError {
  return new HttpRefusal(400, 'The request ended before its body was complete.');
}
