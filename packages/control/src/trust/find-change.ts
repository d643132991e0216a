import {
  FettleError,
  type Instant,
  isTopRole,
  type NewAuditEvent,
  type TrustChange,
  type TrustChangeId,
  type TrustSignature,
} from '@fettle/model';
import { type Metadata, openPayload } from '@fettle/trust';
import { demand, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import type { Page, PageRequest } from '../page.ts';
import { digestOfText } from './stored-files.ts';
import type { TrustReads } from './trust-store.ts';

/** A change and who has signed it so far. */
export interface SignedChange {
  readonly change: TrustChange;
  readonly signatures: readonly TrustSignature[];
}

export async function listTrustChanges(scope: Scope, brain: Brain, page: PageRequest): Promise<Page<TrustChange>> {
  demand(scope, 'trust.read');
  return brain.store.reads(scope).trustChanges(page);
}

/** A change with its signatures. */
export async function getTrustChange(scope: Scope, brain: Brain, id: TrustChangeId): Promise<SignedChange> {
  demand(scope, 'trust.read');
  const reads = brain.store.reads(scope);
  const change = await requireChange(reads, id);
  return { change, signatures: await reads.trustSignatures(id) };
}

/** @throws FettleError `not-found` */
export async function requireChange(reads: Pick<TrustReads, 'trustChange'>, id: TrustChangeId): Promise<TrustChange> {
  const change = await reads.trustChange(id);
  if (!change) throw new FettleError('not-found', `There is no change ${id}.`);
  return change;
}

/** @throws FettleError `not-found`, `wrong-state` when it takes no signatures any more */
export async function openChange(reads: Pick<TrustReads, 'trustChange'>, id: TrustChangeId, now: Instant) {
  const change = await requireChange(reads, id);
  if (change.status !== 'open') throw new FettleError('wrong-state', `This change is ${change.status}.`);
  if (change.expiresAt > now) return change;
  const since = new Date(change.expiresAt).toISOString();
  throw new FettleError('wrong-state', `This change expired at ${since}. Request it again.`);
}

/** What a change says, which was read when it was requested. */
export function metadataOf(change: TrustChange): Metadata {
  const opened = openPayload(Buffer.from(change.payload, 'utf8'));
  if (opened.ok) return opened.metadata;
  throw new FettleError('internal', `Change ${change.id} is not what it was: ${opened.message}`);
}

export function aboutChange(change: TrustChange): Omit<NewAuditEvent, 'verb' | 'reason'> {
  const fleet = isTopRole(change.role) ? null : change.role;
  return { object: `trust-change/${change.id}`, fleet, before: null, after: digestOfText(change.payload) };
}
