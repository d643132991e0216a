import { Malformed } from '../reading/malformed.ts';
import { hex32 } from '../reading/text.ts';

/** First four bytes of an image, little endian. @source MCUboot design, image format */
export const mcubootMagic = 0x96f3b83d;
/** The header of before 2017, with another hash: refused. */
export const oldMcubootMagic = 0x96f3b83c;
export const headerBytes = 32;
export const areaHeaderBytes = 4;
export const protectedAreaMagic = 0x6908;
export const plainAreaMagic = 0x6907;

/** Types of the tags that we read or write. @source MCUboot design, TLV types */
export const tag = {
  keyHash: 0x01,
  publicKey: 0x02,
  sha256: 0x10,
  sha384: 0x11,
  sha512: 0x12,
  rsa2048: 0x20,
  ecdsa: 0x22,
  rsa3072: 0x23,
  ed25519: 0x24,
  pureSignature: 0x25,
  securityCounter: 0x50,
  vendorId: 0x74,
  classId: 0x75,
  designVendorId: 0x80,
  designClassId: 0x81,
} as const;

/** Bits of the header's flags. */
export const flag = { aes128: 0x4, aes256: 0x8, nonBootable: 0x10, ramLoad: 0x20, romFixed: 0x100 } as const;
const knownFlags = 0x1 | flag.aes128 | flag.aes256 | flag.nonBootable | flag.ramLoad | flag.romFixed | 0xe00;

/** The last 16 bytes of a slot that is written with 8-byte alignment; another alignment stands in the first two. */
export const slotTrailerMagic = Buffer.from('77c295f360d2ef7f3552500f2cb67980', 'hex');
export const alignedTrailerMagic = Buffer.from('2de15d29410b8d77679c110f1f8a', 'hex');

export interface McubootHeader {
  readonly loadAddress: number;
  readonly headerSize: number;
  readonly protectedSize: number;
  readonly bodySize: number;
  readonly flags: number;
  readonly version: string;
  readonly build: number;
}

/** Reads the 32 bytes of the header, little endian. @source MCUboot design, image format */
export function readHeader(bytes: Buffer): McubootHeader {
  const header = {
    loadAddress: bytes.readUInt32LE(4),
    headerSize: bytes.readUInt16LE(8),
    protectedSize: bytes.readUInt16LE(10),
    bodySize: bytes.readUInt32LE(12),
    flags: bytes.readUInt32LE(16),
    version: versionText(bytes),
    build: bytes.readUInt32LE(24),
  };
  if (header.headerSize < headerBytes) {
    const message = `The header should have at least ${headerBytes} bytes; it says ${header.headerSize}.`;
    throw new Malformed('contradiction', message);
  }
  return header;
}

/** What is odd in the header but does not keep the image from being read. */
export function headerWarnings(bytes: Buffer, header: McubootHeader): string[] {
  const warnings: string[] = [];
  const unknown = (header.flags & ~knownFlags) >>> 0;
  if (unknown !== 0) warnings.push(`The header has flags that are not known: ${hex32(unknown)}.`);
  if ((header.flags & flag.nonBootable) !== 0) warnings.push('The header says that the image cannot be booted.');
  if (bytes.readUInt32LE(28) !== 0) warnings.push('The last four bytes of the header are not zero.');
  return warnings;
}

function versionText(bytes: Buffer): string {
  const build = bytes.readUInt32LE(24);
  const plain = `${bytes.readUInt8(20)}.${bytes.readUInt8(21)}.${bytes.readUInt16LE(22)}`;
  return build === 0 ? plain : `${plain}+${build}`;
}
