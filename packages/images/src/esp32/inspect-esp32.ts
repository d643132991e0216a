import type { KeyRing } from '../image-keys.ts';
import type { Findings } from '../inspection.ts';
import { isFiller } from '../reading/filler.ts';
import type { ImageReader } from '../reading/image-reader.ts';
import { readAppImage } from './app-image.ts';
import { chipName } from './chips.ts';
import { readDescriptor } from './descriptor.ts';
import { checkSecureBoot } from './secure-boot.ts';

/**
 * Reads an image for a chip of the ESP32 family: chip, version, secure version, checksum, hash, signatures.
 * Memory: a window, a chunk and the sector with the signatures.
 * @source ESP-IDF, app image format and Secure Boot v2
 */
export async function inspectEsp32(reader: ImageReader, ring: KeyRing): Promise<Findings> {
  const image = await readAppImage(reader);
  const described = await readDescriptor(reader, image.segments[0]);
  const boot = await checkSecureBoot(reader, image.end, ring);
  return {
    ...described,
    hardwareIds: [chipName(image.chipId)],
    hashes: image.hashes,
    signatures: boot.signatures,
    unsigned: boot.signatures.length === 0 ? ['image'] : [],
    warnings: [...boot.warnings, ...(await trailingWarnings(reader, boot.end))],
  };
}

async function trailingWarnings(reader: ImageReader, end: number): Promise<string[]> {
  const length = reader.size - end;
  if (length === 0 || (await isFiller(reader, end, length))) return [];
  return [`After the image, at ${end}, come ${length} bytes that no hash covers.`];
}
