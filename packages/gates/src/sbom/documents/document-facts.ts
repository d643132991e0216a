import { createHash } from 'node:crypto';
import type { Digest, Instant } from '@fettle/model';
import type { Candidate } from '../../core/gate.ts';
import type { SoftwareInventory } from '../component.ts';
import { writePurl } from '../inventory/purl.ts';

/** What an SBOM document is made of; the same facts give the same bytes. */
export interface DocumentFacts {
  readonly candidate: Candidate;
  readonly inventory: SoftwareInventory;
  readonly timestamp: Instant;
  /** A UUID, kept with the release. */
  readonly serialNumber: string;
  /** Who publishes the release: the author of the document and the supplier of the firmware. */
  readonly supplier: string;
  /** Version of this program. */
  readonly toolVersion: string;
  /** Whether every program in the image is accounted for; unknown where there are no programs that files could name. */
  readonly completeness: 'complete' | 'incomplete' | 'unknown';
}

/** The firmware itself as a purl. */
export function candidatePurl({ fleet, version, digest }: Candidate): string {
  return writePurl({ type: 'generic', name: fleet, version, qualifiers: { checksum: `sha256:${digest}` } });
}

/**
 * A serial number that an artifact always gets again: a UUID of version 8 made of its digest.
 * @source RFC 9562 §5.8
 */
export function serialNumberOf(digest: Digest): string {
  const bytes = createHash('sha256').update(`sbom of ${digest}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
