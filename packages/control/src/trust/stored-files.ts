import { createHash } from 'node:crypto';
import { FettleError, type FleetId, isTopRole, type Repository, type RoleName, type TrustFile } from '@fettle/model';
import {
  type DelegatedRole,
  type FileMeta,
  fileMetaOf,
  type Metadata,
  openMetadata,
  type RootMetadata,
  type SnapshotMetadata,
  type TargetsMetadata,
  type TimestampMetadata,
  type TufKey,
} from '@fettle/trust';
import type { TrustReads } from './trust-store.ts';

/** A file of ours with what it says. */
export interface Opened<M extends Metadata = Metadata> {
  readonly file: TrustFile;
  readonly metadata: M;
}

type OfRole<R extends string> = R extends 'root'
  ? RootMetadata
  : R extends 'snapshot'
    ? SnapshotMetadata
    : R extends 'timestamp'
      ? TimestampMetadata
      : TargetsMetadata;

/** The newest file of a role. Reads it anew each time: only for what is done seldom. */
export async function readRole<R extends RoleName>(
  reads: TrustReads,
  repository: Repository,
  role: R,
): Promise<Opened<OfRole<R>> | undefined> {
  const file = await reads.trustFile(repository, role);
  return file && { file, metadata: openStored(file) as OfRole<R> };
}

/** @throws FettleError `internal`: every file was read before it was stored */
export function openStored(file: TrustFile): Metadata {
  const opened = openMetadata(Buffer.from(file.text, 'utf8'));
  const type = isTopRole(file.role) ? file.role : 'targets';
  if (opened.ok && opened.metadata.type === type) return opened.metadata;
  const why = opened.ok ? `it is of type ${opened.metadata.type}` : opened.message;
  throw new FettleError('internal', `The stored file ${file.role} ${file.version} is not what it was: ${why}`);
}

/** Whom the top-level targets let sign for a fleet. */
export interface Delegation {
  readonly role: DelegatedRole;
  readonly keys: ReadonlyMap<string, TufKey>;
}

/** The delegation of a fleet; undefined where the fleet trusts its own keys. */
export async function delegationOf(reads: TrustReads, fleet: FleetId): Promise<Delegation | undefined> {
  const targets = await readRole(reads, 'image', 'targets');
  return targets && delegationIn(targets.metadata, fleet);
}

export function delegationIn({ delegations }: TargetsMetadata, fleet: string): Delegation | undefined {
  const role = delegations?.roles.find(({ name }) => name === fleet);
  return role && delegations && { role, keys: delegations.keys };
}

/** How a snapshot or a timestamp lists a file. */
export function listed({ version, text }: TrustFile): FileMeta {
  return fileMetaOf(version, Buffer.from(text, 'utf8'));
}

/** SHA-256 of a file's text: what audit events name. */
export function digestOfText(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
