import type { ImageReader, Sink } from './image-reader.ts';

/** Whether all bytes from `offset` on to the end are 0x00 or 0xFF, as erased flash and padding are. */
export async function isFiller(reader: ImageReader, offset: number, length: number): Promise<boolean> {
  const check = new FillerCheck();
  await reader.feed('padding', [{ offset, length }], [check]);
  return check.isFiller;
}

class FillerCheck implements Sink {
  isFiller = true;

  update(chunk: Uint8Array): void {
    if (this.isFiller) this.isFiller = chunk.every((byte) => byte === 0 || byte === 0xff);
  }
}
