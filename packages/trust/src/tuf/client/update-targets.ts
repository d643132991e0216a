import type { Instant } from '@fettle/model';
import {
  type FileMeta,
  type RootMetadata,
  type SnapshotMetadata,
  type TargetsMetadata,
  wireName,
} from '../metadata.ts';
import { Refusal } from '../problem.ts';
import { readTargets } from '../read-metadata.ts';
import { tufLimits } from '../tuf-limits.ts';
import { type Cycle, demandBytes, demandFresh, type RoleDemand, readTrusted, readVerified } from './cycle.ts';
import { hasBytesOf, isListed } from './update-snapshot.ts';

/** The top-level targets that the snapshot lists. @source TUF 1.0.34 §5.6 */
export async function updateTargets(
  cycle: Cycle,
  root: RootMetadata,
  { snapshot, now }: { readonly snapshot: SnapshotMetadata; readonly now: Instant },
): Promise<TargetsMetadata> {
  const meta = snapshot.meta.get('targets');
  if (!meta) throw new Refusal('target-entry-vanished', 'Expected targets in the snapshot, found none.');
  const what = 'the top-level targets';
  const demand = { role: root.roles.targets, keys: root.keys, code: 'targets-signatures-missing', what } as const;
  const stored = cycle.state.targets;
  const { text, targets } = await loadTargets(cycle, { name: 'targets', meta, stored, demand, now });
  if (text !== stored) cycle.state = { ...cycle.state, targets: text };
  return targets;
}

export interface TargetsDemand {
  readonly name: string;
  readonly meta: FileMeta;
  /** What is trusted of this role already. */
  readonly stored: string | undefined;
  readonly demand: RoleDemand;
  readonly now: Instant;
}

/** A targets file of any role: the trusted one where it is still listed, else the one that is served. */
export async function loadTargets(
  cycle: Cycle,
  { name, meta, stored, demand, now }: TargetsDemand,
): Promise<{ readonly text: string; readonly targets: TargetsMetadata }> {
  const how = { demand, read: readTargets };
  const trusted = readTrusted(stored, tufLimits.targetsBytes, how);
  if (trusted && isListed(trusted.file.text, trusted.metadata.version, meta)) {
    demandFresh(trusted.metadata, demand.what, now);
    return { text: trusted.file.text, targets: trusted.metadata };
  }
  // §5.6.1: no more than the snapshot says.
  const maxBytes = Math.min(meta.length ?? tufLimits.targetsBytes, tufLimits.targetsBytes);
  const bytes = await demandBytes(cycle, wireName(name, meta.version), maxBytes);
  // §5.6.2: hash.
  if (!hasBytesOf(bytes, meta)) {
    throw new Refusal('targets-hash', `Expected ${demand.what} as the snapshot names it, found other bytes.`);
  }
  // §5.6.3: signatures by the keys of whoever delegated.
  const { file, metadata } = readVerified(bytes, maxBytes, how);
  // §5.6.4: the version that was announced.
  if (metadata.version !== meta.version) {
    const message = `Expected ${demand.what} in version ${meta.version}, found ${metadata.version}.`;
    throw new Refusal('targets-version-wrong', message);
  }
  // §5.6.5: expiry. §5.6.6, persisting, is the caller's.
  demandFresh(metadata, demand.what, now);
  return { text: file.text, targets: metadata };
}
