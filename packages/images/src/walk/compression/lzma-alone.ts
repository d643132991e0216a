import { Unseen } from '../core/unseen.ts';
import { damaged, LzmaDecoder, lzmaProperties } from './lzma-decoder.ts';

export const lzmaHeaderBytes = 13;
const unknownSize = 0xffff_ffff_ffff_ffffn;

/** What stands before the data of the old format, which has no magic number. */
export interface LzmaAloneHeader {
  readonly decoder: LzmaDecoder;
  readonly dictionaryBytes: number;
  /** Null where an end marker shows the end. */
  readonly sizeBytes: number | null;
}

/** @source LZMA specification (Igor Pavlov, public domain), the .lzma file format */
export function readLzmaHeader(bytes: Buffer): LzmaAloneHeader {
  if (bytes.length < lzmaHeaderBytes) throw damaged();
  const properties = lzmaProperties(bytes.readUInt8(0));
  if (!properties) throw damaged();
  const size = bytes.readBigUInt64LE(5);
  const decoder = new LzmaDecoder();
  decoder.reset(properties);
  if (size !== unknownSize && size > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged();
  return {
    decoder,
    dictionaryBytes: bytes.readUInt32LE(1),
    sizeBytes: size === unknownSize ? null : Number(size),
  };
}

/**
 * Unpacks one small file of the old LZMA format.
 * @throws Unseen when it is damaged or gives more than `most` bytes
 */
export function unpackLzmaAlone(packed: Buffer, most: number): Buffer {
  const { decoder, sizeBytes } = readLzmaHeader(packed);
  if (sizeBytes !== null && sizeBytes > most) {
    throw new Unseen('malformed', `A block announces ${sizeBytes} bytes; at most ${most} are right.`);
  }
  const end = sizeBytes ?? most;
  const window = { bytes: Buffer.allocUnsafeSlow(end), position: 0, start: 0, end };
  const at = lzmaHeaderBytes + decoder.begin(packed, lzmaHeaderBytes);
  const { isEnd } = decoder.run(window, packed, at, end);
  if (isEnd && sizeBytes !== null) throw damaged();
  return window.bytes.subarray(0, window.position);
}
