import type { FleetId, Instant, Repository, RoleName } from '@fettle/model';
import {
  checkSuccessor,
  type Metadata,
  publicKeyOf,
  type RootMetadata,
  type TargetsMetadata,
  type TufKey,
} from '@fettle/trust';
import type { OnlineKeys } from './online-signer.ts';

/** What a new file is held against. */
export interface FileContext {
  readonly repository: Repository;
  readonly role: RoleName;
  readonly previous: Metadata | undefined;
  readonly now: Instant;
  /** What a root has to name; undefined for every other file. */
  readonly online: OnlineKeys | undefined;
  /** Which of the delegated fleets there are. */
  readonly fleets: ReadonlySet<string>;
}

/**
 * The rules of the house for a file that people sign, beside those that every signer has (`checkSuccessor`).
 * @returns everything that is wrong, in sentences; empty when it may be signed
 * @source docs/protocols/repository.md
 */
export function judgeFile(next: Metadata, context: FileContext): readonly string[] {
  const { repository, role, previous, now } = context;
  const findings = checkSuccessor(previous, next, { repository, role, now }).map(({ message }) => message);
  if (next.type === 'root') return [...findings, ...judgeRoot(next, context)];
  if (next.type !== 'targets') return findings;
  if (role !== 'targets') return [...findings, ...judgeFleetFile(next, role as FleetId)];
  return [...findings, ...judgeDelegations(previous?.type === 'targets' ? previous : undefined, next, context)];
}

/** A root that does not name the online keys would stop the repository the moment it is published. */
function judgeRoot(next: RootMetadata, { repository, online }: FileContext): readonly string[] {
  if (!online) return [];
  const wanted = repository === 'image' ? online.image : online.director;
  const problems = Object.entries(wanted).flatMap(([role, key]) => {
    const named = next.roles[role as keyof typeof next.roles];
    return named.threshold === 1 && named.keyids.some((keyid) => isSameKey(next.keys.get(keyid), key))
      ? []
      : [`Expected role ${role} with threshold 1 and the signer's key ${key.keyid.slice(0, 12)} among its keys.`];
  });
  if (repository === 'image') return problems;
  if (next.time?.keys.some((key) => isSameKey(key, online.time))) return problems;
  return [...problems, `Expected fettle.time to name the signer's time key ${online.time.keyid.slice(0, 12)}.`];
}

function isSameKey(named: TufKey | undefined, key: TufKey): boolean {
  const id = named && publicKeyOf(named)?.id;
  return id !== undefined && id === publicKeyOf(key)?.id;
}

function judgeFleetFile(next: TargetsMetadata, fleet: FleetId): readonly string[] {
  const problems: string[] = [];
  if (next.delegations) problems.push(`Expected no delegations of fleet ${fleet}.`);
  if (next.device !== undefined) problems.push('Expected no device: only a director names one.');
  return problems;
}

/** One fleet, one role, its own paths; and a fleet that has been delegated to stays so: there is no way back. */
function judgeDelegations(
  previous: TargetsMetadata | undefined,
  next: TargetsMetadata,
  { fleets }: FileContext,
): readonly string[] {
  const problems: string[] = [];
  const roles = next.delegations?.roles ?? [];
  for (const { name, paths, terminating } of roles) {
    if (!fleets.has(name)) problems.push(`Expected delegations to fleets, there is no fleet ${name}.`);
    if (paths.length !== 1 || paths[0] !== fleetPaths(name)) {
      problems.push(`Expected the paths of ${name} to be ${fleetPaths(name)} alone, found ${paths.join(', ')}.`);
    }
    if (!terminating) problems.push(`Expected the delegation to ${name} to be terminating.`);
  }
  for (const { name } of previous?.delegations?.roles ?? []) {
    if (!roles.some((role) => role.name === name)) problems.push(`Expected the delegation to ${name} to stay.`);
  }
  if (next.floors.size > 0) problems.push('Expected security floors in the roles of fleets only.');
  if (next.device !== undefined) problems.push('Expected no device: only a director names one.');
  return problems;
}

/** The paths that a fleet's role signs for: component, then version and device type. */
export function fleetPaths(fleet: string): string {
  return `${fleet}/*/*`;
}
