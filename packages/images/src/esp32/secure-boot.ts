import { createHash, type Hash } from 'node:crypto';
import { type KeyRing, spkiId } from '../image-keys.ts';
import type { SignatureFinding } from '../inspection.ts';
import type { ImageReader } from '../reading/image-reader.ts';
import { StreamedCheck } from '../reading/streamed-check.ts';
import { blockBytes, blockMagic, readSignatureBlock, type SignatureBlock } from './signature-block.ts';

export const sectorBytes = 4096;
export const maxBlocks = 3;

export interface SecureBoot {
  readonly signatures: readonly SignatureFinding[];
  readonly warnings: readonly string[];
  /** First byte after the sector with the signatures, or after the image where there is none. */
  readonly end: number;
}

/**
 * Checks the signatures of Secure Boot v2: up to three blocks in the sector after the image, which is padded to 4 KiB.
 * Everything before that sector is signed.
 * @source ESP-IDF Secure Boot v2, signature block format
 */
export async function checkSecureBoot(reader: ImageReader, imageEnd: number, ring: KeyRing): Promise<SecureBoot> {
  const sectorAt = Math.ceil(imageEnd / sectorBytes) * sectorBytes;
  const none = { signatures: [], warnings: [], end: imageEnd };
  if (sectorAt + sectorBytes > reader.size) return none;
  const sector = await reader.bytes('The sector with signatures', sectorAt, sectorBytes);
  const blocks = blocksOf(sector).map((bytes) => readSignatureBlock(bytes));
  if (blocks.length === 0) return none;
  const checks = blocks.map((block) => prepare(block));
  const sinks = checks.flatMap((check) => (check ? [check.hash, check.signature] : []));
  await reader.feed('The signed bytes', [{ offset: 0, length: sectorAt }], sinks);
  return {
    signatures: blocks.map((block, index) => finding(block, checks[index], ring)),
    warnings: [...blockWarnings(blocks), ...restWarnings(sector, blocks.length)],
    end: sectorAt + sectorBytes,
  };
}

function blocksOf(sector: Buffer): Buffer[] {
  const blocks: Buffer[] = [];
  for (let index = 0; index < maxBlocks && sector[index * blockBytes] === blockMagic; index++) {
    blocks.push(sector.subarray(index * blockBytes, (index + 1) * blockBytes));
  }
  return blocks;
}

interface Check {
  readonly hash: Hash;
  readonly signature: StreamedCheck;
}

function prepare(block: SignatureBlock): Check | undefined {
  if (!block.ok) return undefined;
  return { hash: createHash(block.how.digest), signature: new StreamedCheck(block.key, block.how, block.signature) };
}

function finding(block: SignatureBlock, check: Check | undefined, ring: KeyRing): SignatureFinding {
  const { algorithm } = block;
  if (!block.ok || !check) {
    const verdict = block.ok || block.isKnown ? 'bad' : 'unchecked';
    return { what: 'image', algorithm, keyId: null, keyHint: null, verdict };
  }
  const keyId = spkiId(block.key);
  const isGood = block.stated.equals(check.hash.digest()) && check.signature.isGood();
  // The block brings its key along, so a good signature alone says nothing: the key must be one of ours.
  const isOurs = ring.some((key) => key.id === keyId);
  const verdict = !isGood ? 'bad' : isOurs ? 'ok' : 'unknown-key';
  return { what: 'image', algorithm, keyId, keyHint: block.keyDigest, verdict };
}

function blockWarnings(blocks: readonly SignatureBlock[]): string[] {
  return blocks.flatMap((block, index) => (block.ok ? [] : [`Signature block ${index}: ${block.message}.`]));
}

function restWarnings(sector: Buffer, blocks: number): string[] {
  const isEmpty = sector.subarray(blocks * blockBytes).every((byte) => byte === 0xff || byte === 0);
  return isEmpty ? [] : [`After ${blocks} signature block(s), the rest of their sector is not empty.`];
}
