import type { Instant } from '@fettle/model';
import type { RootMetadata, TimestampMetadata } from '../metadata.ts';
import { Refusal } from '../problem.ts';
import { readTimestamp } from '../read-metadata.ts';
import { tufLimits } from '../tuf-limits.ts';
import { type Cycle, demandBytes, demandFresh, readTrusted, readVerified } from './cycle.ts';

/** @source TUF 1.0.34 §5.4 */
export async function updateTimestamp(cycle: Cycle, root: RootMetadata, now: Instant): Promise<TimestampMetadata> {
  const demand = {
    role: root.roles.timestamp,
    keys: root.keys,
    code: 'timestamp-signatures-missing',
    what: 'the timestamp',
  } as const;
  const how = { demand, read: readTimestamp };
  const trusted = readTrusted(cycle.state.timestamp, tufLimits.timestampBytes, how);
  // §5.4.1: its length is known to nobody beforehand.
  const bytes = await demandBytes(cycle, 'timestamp.json', tufLimits.timestampBytes);
  // §5.4.2: signatures.
  const fetched = readVerified(bytes, tufLimits.timestampBytes, how);
  // §5.4.3: neither version falls. The same version again is discarded, and the cycle goes on with the trusted one:
  // one that died before the snapshot would never end otherwise.
  const chosen = trusted?.metadata.version === fetched.metadata.version ? trusted : fetched;
  if (trusted) demandNoFall(trusted.metadata, fetched.metadata);
  // §5.4.4: expiry.
  demandFresh(chosen.metadata, 'the timestamp', now);
  // §5.4.5: persist.
  if (chosen !== trusted) cycle.state = { ...cycle.state, timestamp: chosen.file.text };
  return chosen.metadata;
}

function demandNoFall(trusted: TimestampMetadata, next: TimestampMetadata): void {
  // §5.4.3.1
  if (next.version < trusted.version) {
    const message = `Expected timestamp ${trusted.version} or newer, found ${next.version}.`;
    throw new Refusal('timestamp-version-fell', message);
  }
  // §5.4.3.2
  if (next.snapshot.version < trusted.snapshot.version) {
    const message = `Expected snapshot ${trusted.snapshot.version} or newer, the timestamp names ${next.snapshot.version}.`;
    throw new Refusal('snapshot-version-fell', message);
  }
}
