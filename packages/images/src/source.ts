import { FettleError } from '@fettle/model';

/** Bytes that can be read at any offset: a file, a buffer, an object in a store. */
export interface Source {
  /** Bytes in all. */
  readonly size: number;
  /**
   * Gives exactly `length` bytes from `offset`, all of them inside `size`; rejects when it cannot.
   * The bytes stay as they are: no buffer that a later read fills again.
   */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/**
 * A source over bytes in memory. Reads are views, nothing is copied.
 * @throws FettleError `invalid-input` when a read goes past the end
 */
export function bytesSource(bytes: Uint8Array): Source {
  return {
    size: bytes.length,
    read: async (offset, length) => {
      if (offset < 0 || length < 0 || offset + length > bytes.length) {
        const message = `Expected a read inside ${bytes.length} bytes, found ${length} bytes at ${offset}.`;
        throw new FettleError('invalid-input', message);
      }
      return bytes.subarray(offset, offset + length);
    },
  };
}
