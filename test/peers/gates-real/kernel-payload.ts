import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Where the packed kernel lies. @source Linux, Documentation/arch/x86/boot: payload_offset, payload_length */
function payloadOf(bytes: Buffer): { readonly from: number; readonly to: number } {
  const sectors = bytes.readUInt8(0x1f1) || 4;
  const from = (sectors + 1) * 512 + bytes.readUInt32LE(0x248);
  return { from, to: from + bytes.readUInt32LE(0x24c) };
}

export interface KernelImage {
  readonly bytes: Buffer;
  /** The kernel as an ELF file, as programs of others unpack it. */
  readonly unpacked: Buffer;
}

const unpackers = ['lz4 -dc', 'zstd -dc', 'xz -dc --single-stream', 'gzip -dc'];

/** Reads a bzImage; its packer is whichever of Debian's program takes it. */
export function readKernelImage(path: string): KernelImage {
  const bytes = readFileSync(path);
  const { from, to } = payloadOf(bytes);
  // The last four bytes are the size of what was packed.
  const [packed, size] = [bytes.subarray(from, to - 4), bytes.readUInt32LE(to - 4)];
  for (const command of unpackers) {
    try {
      const unpacked = execFileSync('sh', ['-c', command], { input: packed, maxBuffer: 1 << 28, stdio: 'pipe' });
      if (unpacked.length === size) return { bytes, unpacked };
    } catch {
      // Packed by another one.
    }
  }
  throw new Error(`none of ${unpackers.join(', ')} unpacks the kernel in ${path}`);
}

/** The image with another payload, told in its header. */
export function withPayload(image: Buffer, packed: Buffer, unpackedBytes: number): Buffer {
  const { from, to } = payloadOf(image);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(unpackedBytes);
  const made = Buffer.concat([image.subarray(0, from), packed, size, image.subarray(to)]);
  made.writeUInt32LE(packed.length + 4, 0x24c);
  return made;
}
