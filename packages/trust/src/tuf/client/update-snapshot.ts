import type { Instant } from '@fettle/model';
import {
  type FileMeta,
  type RootMetadata,
  type SnapshotMetadata,
  type TimestampMetadata,
  wireName,
} from '../metadata.ts';
import { sha256Of } from '../parse-signed.ts';
import { Refusal } from '../problem.ts';
import { readSnapshot } from '../read-metadata.ts';
import { tufLimits } from '../tuf-limits.ts';
import { type Cycle, demandBytes, demandFresh, readTrusted, readVerified } from './cycle.ts';

/** What the timestamp says of the snapshot decides. @source TUF 1.0.34 §5.5 */
export async function updateSnapshot(
  cycle: Cycle,
  root: RootMetadata,
  { timestamp, now }: { readonly timestamp: TimestampMetadata; readonly now: Instant },
): Promise<SnapshotMetadata> {
  const { role, meta } = { role: root.roles.snapshot, meta: timestamp.snapshot };
  const demand = { role, keys: root.keys, code: 'snapshot-signatures-missing', what: 'the snapshot' } as const;
  const how = { demand, read: readSnapshot };
  const trusted = readTrusted(cycle.state.snapshot, tufLimits.snapshotBytes, how);
  if (trusted && isListed(trusted.file.text, trusted.metadata.version, meta)) {
    demandFresh(trusted.metadata, 'the snapshot', now);
    return trusted.metadata;
  }
  // §5.5.1: no more than the timestamp says.
  const maxBytes = Math.min(meta.length ?? tufLimits.snapshotBytes, tufLimits.snapshotBytes);
  const bytes = await demandBytes(cycle, wireName('snapshot', meta.version), maxBytes);
  // §5.5.2: hash, before anything is parsed.
  if (!hasBytesOf(bytes, meta)) {
    throw new Refusal(
      'snapshot-hash',
      `Expected snapshot ${meta.version} as the timestamp names it, found other bytes.`,
    );
  }
  // §5.5.3: signatures.
  const { file, metadata } = readVerified(bytes, maxBytes, how);
  // §5.5.4: the version that was announced.
  if (metadata.version !== meta.version) {
    const message = `Expected snapshot ${meta.version}, found version ${metadata.version}.`;
    throw new Refusal('snapshot-version-wrong', message);
  }
  // §5.5.5
  if (trusted) demandNoFall(trusted.metadata, metadata);
  // §5.5.6: expiry.
  demandFresh(metadata, 'the snapshot', now);
  // §5.5.7: persist.
  cycle.state = { ...cycle.state, snapshot: file.text };
  return metadata;
}

/** Whether bytes are those that another file lists, as far as it says. */
export function hasBytesOf(bytes: Uint8Array, meta: FileMeta): boolean {
  if (meta.length !== undefined && bytes.length !== meta.length) return false;
  return meta.sha256 === undefined || sha256Of(bytes) === meta.sha256;
}

/** Whether a stored file is the one that another file lists. */
export function isListed(text: string, version: number, meta: FileMeta): boolean {
  return version === meta.version && hasBytesOf(Buffer.from(text, 'utf8'), meta);
}

/** @source TUF 1.0.34 §5.5.5: no role disappears, no version falls */
function demandNoFall(trusted: SnapshotMetadata, next: SnapshotMetadata): void {
  for (const [role, { version }] of trusted.meta) {
    const now = next.meta.get(role);
    if (now === undefined) {
      throw new Refusal('target-entry-vanished', `Expected ${role} in snapshot ${next.version}, it was listed before.`);
    }
    if (now.version < version) {
      const message = `Expected ${role} ${version} or newer, snapshot ${next.version} lists ${now.version}.`;
      throw new Refusal('targets-version-fell', message);
    }
  }
}
