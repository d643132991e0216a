import type { Instant } from '@fettle/model';
import type { DelegatedRole, SnapshotMetadata, TargetFile, TargetsMetadata } from '../metadata.ts';
import { pathMatches } from '../paths.ts';
import { Refusal, type Refused, refusedBy } from '../problem.ts';
import { tufLimits } from '../tuf-limits.ts';
import type { Cycle } from './cycle.ts';
import { loadTargets } from './update-targets.ts';

/** A target that was found, and through whom. */
export interface FoundTarget {
  readonly ok: true;
  readonly path: string;
  readonly target: TargetFile;
  /** From the top-level `targets` down to the role that lists it. */
  readonly roles: readonly string[];
  /** Security floors by `component/deviceType`: the highest that any role on the way says. */
  readonly floors: ReadonlyMap<string, number>;
}
export type Lookup = FoundTarget | Refused;

/** What searches of one update share. */
export interface Search {
  readonly cycle: Cycle;
  readonly snapshot: SnapshotMetadata;
  readonly targets: TargetsMetadata;
  readonly now: Instant;
  /** Roles verified in this update, by the way they were reached. */
  readonly loaded: Map<string, TargetsMetadata>;
}

/** Looks one path up. A refusal concerns this path only: a broken delegation of one fleet does not stop another. */
export async function findTarget(search: Search, path: string): Promise<Lookup> {
  try {
    return await walk(search, path);
  } catch (error) {
    return refusedBy(error);
  }
}

/** A role on the way, and those above it. */
interface Visit {
  readonly names: readonly string[];
  readonly chain: readonly TargetsMetadata[];
}

interface Step {
  readonly from: Visit;
  readonly role: DelegatedRole;
}

/** @source TUF 1.0.34 §5.6.7: pre-order, depth first, in the order of the delegations */
async function walk(search: Search, path: string): Promise<Lookup> {
  const visited = new Set<string>();
  let waiting: readonly Step[] = [];
  let visit: Visit = { names: ['targets'], chain: [search.targets] };
  for (;;) {
    const target = visit.chain.at(-1)?.targets.get(path);
    if (target) return { ok: true, path, target, roles: visit.names, floors: highestFloors(visit.chain) };
    const { roles, terminated } = rolesFor(visit, path);
    const from = visit;
    // §5.6.7.2.1: after a terminating delegation nothing else is asked.
    waiting = [...roles.map((role) => ({ from, role })), ...(terminated ? [] : waiting)];
    // §5.6.7.1: each role once, and at most so many.
    const next = waiting.findIndex(({ role }) => !visited.has(role.name));
    const step = waiting[next];
    if (!step) throw notFound(search.targets, path);
    if (visited.size >= tufLimits.delegations) throw tooMany(path);
    waiting = waiting.slice(next + 1);
    visited.add(step.role.name);
    visit = await enter(search, step.from, step.role);
  }
}

/** The path has to match every delegation on the way: only what the role above was reached for comes this far. */
function rolesFor({ chain }: Visit, path: string): { roles: readonly DelegatedRole[]; terminated: boolean } {
  const matching = (chain.at(-1)?.delegations?.roles ?? []).filter(({ paths }) =>
    paths.some((pattern) => pathMatches(pattern, path)),
  );
  const end = matching.findIndex(({ terminating }) => terminating);
  return { roles: end < 0 ? matching : matching.slice(0, end + 1), terminated: end >= 0 };
}

/** Verifies a role with the keys of the delegation it was reached through, also when another one led to it before. */
async function enter(search: Search, from: Visit, role: DelegatedRole): Promise<Visit> {
  const { cycle, snapshot, now, loaded } = search;
  const { name } = role;
  const names = [...from.names, name];
  const way = names.join('/');
  const known = loaded.get(way);
  if (known) return { names, chain: [...from.chain, known] };
  const meta = snapshot.meta.get(name);
  if (!meta) throw new Refusal('delegated-role-absent', `Expected role ${name} in the snapshot, it is not listed.`);
  const keys = from.chain.at(-1)?.delegations?.keys ?? new Map();
  const what = `role ${name} as ${from.names.at(-1)} delegates it`;
  const demand = { role, keys, code: 'delegation-wrong-keys', what } as const;
  const stored = Object.hasOwn(cycle.state.delegated, name) ? cycle.state.delegated[name] : undefined;
  const { text, targets } = await loadTargets(cycle, { name, meta, stored, demand, now });
  loaded.set(way, targets);
  if (text !== stored) cycle.state = { ...cycle.state, delegated: { ...cycle.state.delegated, [name]: text } };
  return { names, chain: [...from.chain, targets] };
}

function highestFloors(chain: readonly TargetsMetadata[]): ReadonlyMap<string, number> {
  const highest = new Map<string, number>();
  for (const { floors } of chain) {
    for (const [place, floor] of floors) highest.set(place, Math.max(floor, highest.get(place) ?? 0));
  }
  return highest;
}

function tooMany(path: string): Refusal {
  return new Refusal('delegations-too-many', `Expected ${path} within ${tufLimits.delegations} delegations.`);
}

function notFound({ delegations }: TargetsMetadata, path: string): Refusal {
  const covered = delegations?.roles.some(({ paths }) => paths.some((pattern) => pathMatches(pattern, path)));
  if (covered) return new Refusal('target-absent', `Expected ${path} to be listed by the role it is delegated to.`);
  return new Refusal('path-not-delegated', `Expected ${path} to be listed or delegated, nobody may sign for it.`);
}
