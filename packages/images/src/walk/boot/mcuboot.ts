import { areaHeaderBytes, flag, headerBytes, plainAreaMagic, readHeader } from '../../mcuboot/layout.ts';
import type { OpenLayer } from '../core/open-layer.ts';
import { rangeSource } from '../core/part-reader.ts';
import { Unseen } from '../core/unseen.ts';

/** Presents the program in an image of MCUboot as `body`. @source MCUboot design, image format */
export async function openMcuboot(open: OpenLayer): Promise<number> {
  const header = readHeader(await open.reader.bytes('The header', 0, headerBytes));
  const { headerSize, bodySize, protectedSize } = header;
  open.reader.require('The body', headerSize, bodySize);
  if ((header.flags & (flag.aes128 | flag.aes256)) !== 0) {
    open.problem('body', new Unseen('encrypted', 'The body of the image is encrypted.'));
  }
  await open.part('body', { kind: 'range', source: rangeSource(open.source, headerSize, bodySize) }, bodySize);
  const end = headerSize + bodySize + protectedSize;
  if (end + areaHeaderBytes > open.reader.size) return end;
  const area = await open.reader.bytes('The tags', end, areaHeaderBytes);
  return area.readUInt16LE(0) === plainAreaMagic ? end + area.readUInt16LE(2) : end;
}
