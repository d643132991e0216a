import { chunkBytes, type PartReader } from '../core/part-reader.ts';

/** Whether everything from `offset` on is one byte again and again, 0x00 or 0xFF: padding, erased flash. */
export async function isFillerFrom(reader: PartReader, offset: number): Promise<boolean> {
  for (let at = offset; at < reader.size; at += chunkBytes) {
    const bytes = await reader.source.read(at, Math.min(chunkBytes, reader.size - at));
    for (let index = 0; index < bytes.length; index++) {
      const byte = bytes[index];
      if (byte !== 0 && byte !== 0xff) return false;
    }
  }
  return true;
}
