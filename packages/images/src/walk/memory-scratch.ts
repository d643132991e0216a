import { FettleError } from '@fettle/model';
import { bytesSource } from '../source.ts';
import type { Scratch } from './walked.ts';

/**
 * A scratch in memory, for tests and small images.
 * @param mostBytes of all files that are not discarded, together
 * @returns a scratch whose files reject with FettleError `too-large` beyond that
 */
export function memoryScratch(mostBytes: number): Scratch {
  let held = 0;
  return {
    create: async () => {
      const pieces: Uint8Array[] = [];
      let size = 0;
      return {
        append: async (bytes) => {
          if (held + bytes.length > mostBytes) {
            const message = `The scratch holds ${mostBytes} bytes; ${held + bytes.length} are wanted. Use files instead.`;
            throw new FettleError('too-large', message);
          }
          held += bytes.length;
          size += bytes.length;
          pieces.push(Uint8Array.from(bytes));
        },
        source: () => bytesSource(Buffer.concat(pieces)),
        discard: async () => {
          pieces.length = 0;
          held -= size;
          size = 0;
        },
      };
    },
  };
}
