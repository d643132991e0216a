import { maxSignatures } from '../reading/bounds.ts';
import type { ImageReader } from '../reading/image-reader.ts';
import { Malformed } from '../reading/malformed.ts';
import { areaHeaderBytes, type McubootHeader, plainAreaMagic, protectedAreaMagic, tag } from './layout.ts';

export interface Tag {
  readonly type: number;
  readonly data: Buffer;
  /** Whether hash and signature cover it. */
  readonly isProtected: boolean;
}

export interface TagAreas {
  readonly tags: readonly Tag[];
  /** Header, body and protected area: what hash and signature cover, from the first byte of the image. */
  readonly signedBytes: number;
  /** First byte after the areas. */
  readonly end: number;
}

/** Reads the protected area, if the header announces one, and the plain one. @source MCUboot design, image trailer */
export async function readTagAreas(reader: ImageReader, header: McubootHeader): Promise<TagAreas> {
  const bodyEnd = header.headerSize + header.bodySize;
  reader.require('The body', header.headerSize, header.bodySize);
  const first = header.protectedSize === 0 ? [] : await readProtected(reader, bodyEnd, header.protectedSize);
  const signedBytes = bodyEnd + header.protectedSize;
  const plain = await readArea(reader, signedBytes, plainAreaMagic);
  const tags = [...first, ...plain.tags];
  requireOnce(tags);
  return { tags, signedBytes, end: signedBytes + plain.total };
}

async function readProtected(reader: ImageReader, offset: number, announced: number): Promise<readonly Tag[]> {
  const { tags, total } = await readArea(reader, offset, protectedAreaMagic);
  if (total === announced) return tags;
  const message = `The header announces ${announced} bytes of protected tags; the area at ${offset} says ${total}.`;
  throw new Malformed('contradiction', message);
}

async function readArea(reader: ImageReader, offset: number, magic: number): Promise<{ tags: Tag[]; total: number }> {
  const head = await reader.bytes('The header of the tags', offset, areaHeaderBytes);
  if (head.readUInt16LE(0) !== magic) {
    const found = head.readUInt16LE(0).toString(16);
    throw new Malformed('contradiction', `Expected tags (0x${magic.toString(16)}) at ${offset}, found 0x${found}.`);
  }
  const total = head.readUInt16LE(2);
  if (total < areaHeaderBytes) {
    throw new Malformed('contradiction', `The tags at ${offset} should have at least 4 bytes; they say ${total}.`);
  }
  const area = await reader.bytes('The tags', offset, total);
  const tags: Tag[] = [];
  for (let at = areaHeaderBytes; at < total; ) {
    const start = at + 4;
    const end = start <= total ? start + area.readUInt16LE(at + 2) : Number.POSITIVE_INFINITY;
    if (end > total) throw new Malformed('out-of-bounds', `The tag at ${offset + at} ends after its area.`);
    const isProtected = magic === protectedAreaMagic;
    tags.push({ type: area.readUInt16LE(at), data: area.subarray(start, end), isProtected });
    at = end;
  }
  return { tags, total };
}

/** Tags that may be there several times: each signature comes with the hash of its key. Vendors' are theirs. */
const manifold: ReadonlySet<number> = new Set([
  tag.keyHash,
  tag.publicKey,
  tag.rsa2048,
  tag.rsa3072,
  tag.ecdsa,
  tag.ed25519,
  0x40,
]);

function requireOnce(tags: readonly Tag[]): void {
  const seen = new Set<number>();
  for (const { type } of tags) {
    const isFree = manifold.has(type) || (type & 0xff) >= 0xa0;
    if (!isFree && seen.has(type)) throw new Malformed('duplicate', `The tag 0x${type.toString(16)} is there twice.`);
    seen.add(type);
  }
  const signatures = tags.filter((one) => isSignature(one.type)).length;
  if (signatures > maxSignatures) throw new Malformed('limit', `${signatures} signatures; at most ${maxSignatures}.`);
}

export function isSignature(type: number): boolean {
  return type === tag.rsa2048 || type === tag.rsa3072 || type === tag.ecdsa || type === tag.ed25519;
}
