import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { FettleError } from '@fettle/model';
import { diskProblem } from './disk-files.ts';
import type { Turn } from './turns.ts';

/** After this much the bytes are made durable while more come in. */
const syncEveryBytes = 64 * 1_048_576;

interface Receiving {
  readonly offset: number;
  readonly sizeLimit: number;
  readonly turn: Turn;
}

/**
 * Writes what comes in, from `offset` up to `sizeLimit`. However it ends, what was written is durable or taken back.
 * An error of the sender's stream passes through as it is; the stream itself is left open, so that its owner can answer.
 */
export async function receive(handle: FileHandle, bytes: Readable, receiving: Receiving): Promise<number> {
  const { offset, sizeLimit, turn } = receiving;
  const progress = { size: offset };
  turn.durableBytes = offset;
  const chunks = bytes.iterator({ destroyOnReturn: false });
  const takenOver = new Promise<never>((_, reject) => {
    turn.taken.addEventListener('abort', () => reject(turn.taken.reason), { once: true });
  });
  takenOver.catch(() => {});
  try {
    while (progress.size < sizeLimit) {
      turn.taken.throwIfAborted();
      const { value, done } = await Promise.race([chunks.next(), takenOver]);
      if (done === true) break;
      await write(handle, Buffer.isBuffer(value) ? value : Buffer.from(value), { ...receiving, progress });
    }
  } finally {
    // Also when the line broke: the client goes on from here.
    await makeDurable(handle, { ...receiving, progress });
  }
  return progress.size;
}

interface Writing extends Receiving {
  readonly progress: { size: number };
}

async function write(handle: FileHandle, chunk: Uint8Array, writing: Writing): Promise<void> {
  const { progress, sizeLimit, turn } = writing;
  const room = Math.min(chunk.byteLength, sizeLimit - progress.size);
  try {
    for (let at = 0; at < room; ) {
      const { bytesWritten } = await handle.write(chunk, at, room - at, progress.size);
      at += bytesWritten;
      progress.size += bytesWritten;
    }
  } catch (error) {
    await takeBack(handle, writing);
    throw diskProblem(error);
  }
  if (progress.size - (turn.durableBytes ?? 0) >= syncEveryBytes) await makeDurable(handle, writing);
}

async function makeDurable(handle: FileHandle, writing: Writing): Promise<void> {
  try {
    await handle.datasync();
    writing.turn.durableBytes = writing.progress.size;
  } catch (error) {
    await takeBack(handle, writing);
    throw diskProblem(error);
  }
}

/** The disk failed, not the sender: as if the bytes of this request had never come, and their room is free again. */
async function takeBack(handle: FileHandle, { offset, progress, turn }: Writing): Promise<void> {
  progress.size = offset;
  turn.durableBytes = offset;
  await handle.truncate(offset);
}

/** Tells the client where its upload really goes on. */
export function offsetMismatch(receivedBytes: number): FettleError {
  const message = `The upload goes on at byte ${receivedBytes}: ask for its state, then send from there.`;
  return new FettleError('offset-mismatch', message, { details: { receivedBytes } });
}
