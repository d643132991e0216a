import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Source } from '@fettle/images';
import { FettleError } from '@fettle/model';

const chunkBytes = 1_048_576;

/** The bytes of a source in order, in pieces. */
export async function* chunksOf(source: Source): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < source.size; at += chunkBytes) yield source.read(at, Math.min(chunkBytes, source.size - at));
}

/** Whether the bytes are a gzip member. @source RFC 1952 §2.3.1 */
export async function isGzip(source: Source): Promise<boolean> {
  if (source.size < 18) return false;
  const [first, second, method] = await source.read(0, 3);
  return first === 0x1f && second === 0x8b && method === 8;
}

/**
 * The unpacked bytes of a gzip file, in pieces.
 * @throws FettleError `too-large` past `mostBytes`, `invalid-input` when it is broken
 */
export async function* gunzip(source: Source, mostBytes: number): AsyncGenerator<Uint8Array> {
  const unpacked = createGunzip();
  // Its failure ends the reading below with the same error.
  const input = Readable.from(chunksOf(source));
  pipeline(input, unpacked, () => undefined);
  let size = 0;
  try {
    for await (const chunk of unpacked) {
      if (!(chunk instanceof Uint8Array)) continue;
      size += chunk.length;
      if (size > mostBytes)
        throw new FettleError('too-large', `Expected at most ${mostBytes} bytes out of a gzip file, found more.`);
      yield chunk;
    }
  } catch (cause) {
    if (cause instanceof FettleError) throw cause;
    throw new FettleError('invalid-input', 'Expected a whole gzip file, found a broken one.', { cause });
  } finally {
    unpacked.destroy();
    input.destroy();
  }
}

/**
 * Lines without their ends, empty ones left out. Memory: one line.
 * @throws FettleError `too-large` for a line of more than `mostBytes`
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, mostBytes: number): AsyncGenerator<Uint8Array> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  for await (const chunk of chunks) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    for (let end = buffer.indexOf(0x0a); end >= 0; end = buffer.indexOf(0x0a, from)) {
      const line = trimEnd(Buffer.concat([...held, buffer.subarray(from, end)]));
      if (line.length > mostBytes) throw tooLong(mostBytes);
      if (line.length > 0) yield line;
      held = [];
      heldBytes = 0;
      from = end + 1;
    }
    held.push(Buffer.from(buffer.subarray(from)));
    heldBytes += buffer.length - from;
    if (heldBytes > mostBytes) throw tooLong(mostBytes);
  }
  const last = trimEnd(Buffer.concat(held));
  if (last.length > 0) yield last;
}

function trimEnd(line: Buffer): Buffer {
  let end = line.length;
  while (end > 0 && (line[end - 1] ?? 0) <= 0x20) end--;
  return line.subarray(0, end);
}

function tooLong(mostBytes: number): FettleError {
  return new FettleError('too-large', `Expected lines of at most ${mostBytes} bytes, found a longer one.`);
}
