import type { WalkedFile } from '@fettle/images';

/** The whole content as text; undefined when it is longer than the bound. */
export async function fileText(file: WalkedFile, limit: number): Promise<string | undefined> {
  if (file.content.size > limit) return undefined;
  return asBuffer(file.bytes ?? (await file.content.read(0, file.content.size))).toString('utf8');
}

/** The same bytes, without a copy. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
