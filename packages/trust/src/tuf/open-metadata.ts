import { encodeMetadata } from './encode-metadata.ts';
import type { Metadata, MetadataType } from './metadata.ts';
import { type ParsedSigned, parsePayload, parseSigned } from './parse-signed.ts';
import { Refusal, type Refused, refusedBy } from './problem.ts';
import { readMetadata } from './read-metadata.ts';
import { tufLimits } from './tuf-limits.ts';

/** The most bytes that a file of each type may have. */
export const largestBytes: Readonly<Record<MetadataType, number>> = {
  root: tufLimits.rootBytes,
  targets: tufLimits.targetsBytes,
  snapshot: tufLimits.snapshotBytes,
  timestamp: tufLimits.timestampBytes,
};

/** Reads a whole file for showing or storing it. Verifies no signature: `validSigners` does. */
export function openMetadata(
  bytes: Uint8Array,
): { readonly ok: true; readonly file: ParsedSigned; readonly metadata: Metadata } | Refused {
  try {
    const file = parseSigned(bytes, tufLimits.targetsBytes);
    const metadata = readMetadata(file.signed);
    demandSize(bytes, metadata);
    return { ok: true, file, metadata };
  } catch (error) {
    return refusedBy(error);
  }
}

/**
 * Reads what somebody is asked to sign: canonical bytes of a signed part, in which every member at every depth is
 * understood (what `unknown` and `custom` hold is looked at by `checkSuccessor`).
 */
export function openPayload(bytes: Uint8Array): { readonly ok: true; readonly metadata: Metadata } | Refused {
  try {
    const metadata = readMetadata(parsePayload(bytes, tufLimits.targetsBytes));
    demandSize(bytes, metadata);
    if (Buffer.compare(encodeMetadata(metadata), bytes) !== 0) {
      throw new Refusal('metadata-malformed', 'Expected only members that this program knows, found others.');
    }
    return { ok: true, metadata };
  } catch (error) {
    return refusedBy(error);
  }
}

function demandSize(bytes: Uint8Array, { type }: Metadata): void {
  if (bytes.length <= largestBytes[type]) return;
  const message = `Expected at most ${largestBytes[type]} bytes of ${type}, found ${bytes.length}.`;
  throw new Refusal('metadata-too-large', message);
}
