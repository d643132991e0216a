import type { WalkedFile } from '@fettle/images';

const windowBytes = 4_194_304;
/** What begins at the end of one window is whole in the next: certificates, configurations of kernels. */
const overlapBytes = 262_144;

/** The content of a file for those who search it: whole, or of large files in windows that overlap. */
export async function eachWindow(file: WalkedFile, look: (window: Buffer) => void): Promise<void> {
  const { bytes, content, sizeBytes } = file;
  if (bytes) {
    look(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    return;
  }
  for (let at = 0; at < sizeBytes; at += windowBytes) {
    const read = await content.read(at, Math.min(sizeBytes - at, windowBytes + overlapBytes));
    look(Buffer.from(read.buffer, read.byteOffset, read.byteLength));
  }
}
