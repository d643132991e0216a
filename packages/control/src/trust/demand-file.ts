import { FettleError, type FleetId, isTopRole, type Repository, type RoleName } from '@fettle/model';
import type { Metadata } from '@fettle/trust';
import type { Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import type { Reads } from '../ports.ts';
import { authoritiesOf } from './authorities.ts';
import { judgeFile } from './judge-file.ts';
import { judgeFleetRole, stepOfFleetRole } from './judge-fleet-role.ts';
import { requireSigner } from './sign-image.ts';
import { readRole } from './stored-files.ts';

/** The next file of a role that people sign. */
export interface NextFile {
  readonly repository: Repository;
  readonly role: RoleName;
  readonly next: Metadata;
}

/**
 * Demands that a file may follow the one that stands, before anybody signs it and again when it is published.
 * @throws FettleError `invalid-input` with everything that is wrong, `wrong-state` when nobody may sign the role
 */
export async function demandFile(scope: Scope, brain: Brain, file: NextFile): Promise<void> {
  const { repository, role, next } = file;
  const reads = brain.store.reads(scope);
  if ((await authoritiesOf(reads, file, next)).length === 0) {
    const first = role === 'root' || role === 'targets' ? 'Publish a root first.' : `Delegate to fleet ${role} first.`;
    throw new FettleError('wrong-state', `Nobody may sign ${role} of the ${repository} repository. ${first}`);
  }
  const previous = (await readRole(reads, repository, role))?.metadata;
  const online = role === 'root' ? await requireSigner(brain).keys(scope.tenant) : undefined;
  const fleets = await delegatedFleets(reads, next);
  const problems = judgeFile(next, { repository, role, previous, now: brain.clock.now(), online, fleets });
  const more = isTopRole(role) ? [] : await staged(reads, role, { previous, next });
  demandNone([...problems, ...more]);
}

/** @throws FettleError `invalid-input` with all of them */
export function demandNone(problems: readonly string[]): void {
  if (problems.length === 0) return;
  const shown = [...new Set(problems)].slice(0, 20);
  const rest = problems.length > shown.length ? ` And ${problems.length - shown.length} more.` : '';
  throw new FettleError('invalid-input', shown.join(' ') + rest, { details: { problems: problems.length } });
}

/** The fleets of a delegation that there are. */
async function delegatedFleets(reads: Pick<Reads, 'fleet'>, next: Metadata): Promise<ReadonlySet<string>> {
  const fleets = new Set<string>();
  const roles = next.type === 'targets' ? (next.delegations?.roles ?? []) : [];
  for (const { name } of roles) if (await reads.fleet(name as FleetId)) fleets.add(name);
  return fleets;
}

/** A staged file of a fleet's role changes expiry, floors, and drops what was revoked; releases come by publishing. */
async function staged(
  reads: Pick<Reads, 'releaseByVersion'>,
  fleet: FleetId,
  { previous, next }: { readonly previous: Metadata | undefined; readonly next: Metadata },
): Promise<readonly string[]> {
  if (next.type !== 'targets') return [];
  const step = stepOfFleetRole(previous?.type === 'targets' ? previous : undefined, next);
  const added = step.added.map(({ path }) => `Expected ${path} to come with its release: fettle release publish.`);
  const revoked = await revokedOf(reads, fleet, step.dropped);
  return [...added, ...judgeFleetRole(step, next, (version) => revoked.has(version))];
}

/** Which of these versions have been revoked. */
export async function revokedOf(
  reads: Pick<Reads, 'releaseByVersion'>,
  fleet: FleetId,
  versions: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const revoked = new Set<string>();
  for (const version of versions) {
    if ((await reads.releaseByVersion(fleet, version))?.status === 'revoked') revoked.add(version);
  }
  return revoked;
}
