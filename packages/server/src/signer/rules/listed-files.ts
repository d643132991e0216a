import type { FileMeta, SnapshotMetadata, TimestampMetadata } from '@fettle/trust';
import { type Refused, refused } from './refusal.ts';
import type { SignedRecord } from './signed-record.ts';

export type Verdict = { readonly ok: true } | Refused;

/**
 * The snapshot of the image repository names files that the signer has verified for itself, byte for byte, and the
 * top-level targets among them.
 * @param verified the file of a role in a version, if the signer knows it
 */
export function judgeImageSnapshot(
  { meta }: Pick<SnapshotMetadata, 'meta'>,
  verified: (role: string, version: number) => FileMeta | undefined,
): Verdict {
  if (!meta.has('targets')) return refused('not-verified', 'Expected the snapshot to list targets, it does not.');
  for (const [role, file] of meta) {
    const known = verified(role, file.version);
    if (known && isSame(known, file)) continue;
    const message = `Expected the snapshot to list files that were verified here, found other bytes of ${role} ${file.version}, or bytes that were never shown.`;
    return refused('not-verified', message);
  }
  return { ok: true };
}

/** A timestamp names exactly the snapshot that was signed last; there is no freezing on an older one. */
export function judgeTimestamp(
  { snapshot }: Pick<TimestampMetadata, 'snapshot'>,
  lastSnapshot: SignedRecord | undefined,
): Verdict {
  return judgeNamed(snapshot, lastSnapshot, 'snapshot');
}

/** The director's snapshot for a device lists the targets that were signed last for it, and nothing else. */
export function judgeDirectorSnapshot(
  { meta }: Pick<SnapshotMetadata, 'meta'>,
  lastTargets: SignedRecord | undefined,
): Verdict {
  if (meta.size > 1) return refused('not-signed-last', 'Expected a director snapshot to list targets alone.');
  return judgeNamed(meta.get('targets'), lastTargets, 'targets');
}

function judgeNamed(named: FileMeta | undefined, last: SignedRecord | undefined, role: string): Verdict {
  if (!last) return refused('not-signed-last', `Expected ${role} to be signed first, nothing was signed yet.`);
  if (named && isSame(last.file, named)) return { ok: true };
  const found = named ? `version ${named.version} of other bytes` : 'none';
  return refused('not-signed-last', `Expected the ${role} signed last, version ${last.version}, found ${found}.`);
}

/** Length and hash have to be said: a version alone would let other bytes in. */
function isSame(known: FileMeta, named: FileMeta): boolean {
  return known.version === named.version && known.length === named.length && known.sha256 === named.sha256;
}
