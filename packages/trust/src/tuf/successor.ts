import { type Instant, isTopRole, type Repository, topRoles } from '@fettle/model';
import { canonicalText } from './canonical.ts';
import type { Metadata, RoleKeys, RootMetadata, TargetsMetadata } from './metadata.ts';
import { encodeTargetCustom, openTargetCustom } from './target-custom.ts';
import { publicKeyOf, type TufKey } from './tuf-key.ts';

/** Why a signer does not sign a file. */
export type SuccessorProblem =
  | 'wrong-type'
  | 'version-not-next'
  | 'expiry-out-of-bounds'
  | 'unknown-members'
  | 'target-malformed'
  | 'threshold-lowered'
  | 'threshold-unreachable'
  | 'key-unusable'
  | 'entry-vanished'
  | 'listed-version-fell'
  | 'floor-lowered'
  | 'device-missing'
  | 'device-changed'
  | 'director-delegates'
  | 'top-level-lists-targets';

export interface SuccessorFinding {
  readonly code: SuccessorProblem;
  readonly message: string;
}

export interface SuccessorContext {
  readonly repository: Repository;
  /** A top-level role, or the name of a delegated one. */
  readonly role: string;
  readonly now: Instant;
}

const dayMs = 86_400_000;

/** The longest that a file may live, in days. @source decision 0020, "Expiry" */
export const longestDays = {
  image: { root: 366, targets: 184, delegated: 93, snapshot: 7, timestamp: 1 },
  // 7 days and a jitter of a fifth, so that not all devices come back for new files at once.
  director: { root: 366, targets: 8.4, delegated: 0, snapshot: 8.4, timestamp: 8.4 },
} as const;

/**
 * What a signer demands of a file before it signs: the next version, a fit expiry, and nothing that would let through
 * less than the last file did. Whether a director's targets stand in the image repository is `verifyAssignment`'s.
 * @param previous the last file that the signer signed for this role; undefined for the first
 * @returns everything that is wrong; empty when it may be signed
 */
export function checkSuccessor(
  previous: Metadata | undefined,
  next: Metadata,
  context: SuccessorContext,
): readonly SuccessorFinding[] {
  const findings: SuccessorFinding[] = [];
  const demand = (holds: boolean, code: SuccessorProblem, message: string) => {
    if (!holds) findings.push({ code, message });
  };
  const type = isTopRole(context.role) ? context.role : 'targets';
  if (next.type !== type || (previous && previous.type !== type)) {
    return [{ code: 'wrong-type', message: `Expected metadata of type ${type}, found ${next.type}.` }];
  }
  const wanted = (previous?.version ?? 0) + 1;
  demand(next.version === wanted, 'version-not-next', `Expected version ${wanted}, found ${next.version}.`);
  checkExpiry(next, context, demand);
  const strange = Object.keys(next.unknown)[0];
  demand(strange === undefined, 'unknown-members', `Expected nothing unknown in signed, found "${strange}".`);
  switch (next.type) {
    case 'root':
      checkRoot(previous?.type === 'root' ? previous : undefined, next, demand);
      break;
    case 'targets':
      checkTargets(previous?.type === 'targets' ? previous : undefined, next, { ...context, demand });
      break;
    case 'snapshot':
      if (previous?.type === 'snapshot') checkMeta(previous.meta, next.meta, demand);
      break;
    case 'timestamp':
      if (previous?.type === 'timestamp') {
        checkMeta(new Map([['snapshot', previous.snapshot]]), new Map([['snapshot', next.snapshot]]), demand);
      }
      break;
  }
  return findings;
}

type Demand = (holds: boolean, code: SuccessorProblem, message: string) => void;

function checkExpiry(next: Metadata, { repository, role, now }: SuccessorContext, demand: Demand): void {
  const days = longestDays[repository][isTopRole(role) ? role : 'delegated'];
  const livesDays = (next.expiresAt - now) / dayMs;
  const message = `Expected ${role} to live at most ${days} days from now, found ${livesDays.toFixed(1)}.`;
  demand(livesDays > 0 && livesDays <= days, 'expiry-out-of-bounds', message);
}

function checkRoot(previous: RootMetadata | undefined, next: RootMetadata, demand: Demand): void {
  for (const role of topRoles) {
    checkRoleKeys({ role, before: previous?.roles[role], after: next.roles[role], keys: next.keys }, demand);
  }
}

interface RoleChange {
  readonly role: string;
  readonly before: RoleKeys | undefined;
  readonly after: RoleKeys;
  readonly keys: ReadonlyMap<string, TufKey>;
}

function checkRoleKeys({ role, before, after, keys }: RoleChange, demand: Demand): void {
  const least = before?.threshold ?? 1;
  const lowered = `Expected a threshold of ${least} or more for ${role}, found ${after.threshold}.`;
  demand(after.threshold >= least, 'threshold-lowered', lowered);
  const usable = new Set<string>();
  for (const keyid of after.keyids) {
    const key = keys.get(keyid);
    const publicKey = key && publicKeyOf(key);
    demand(
      !key || Object.keys(key.unknown).length === 0,
      'unknown-members',
      `Expected nothing unknown in key ${keyid}.`,
    );
    demand(publicKey !== undefined, 'key-unusable', `Expected key ${keyid.slice(0, 12)} of ${role} to be usable.`);
    // The second signature that ML-DSA is does not make a threshold that other clients can reach.
    if (publicKey && publicKey.kind !== 'ml-dsa-44') usable.add(publicKey.id);
  }
  const unreachable = `Expected ${after.threshold} different keys or more for ${role}, found ${usable.size}.`;
  demand(usable.size >= after.threshold, 'threshold-unreachable', unreachable);
}

function checkTargets(
  previous: TargetsMetadata | undefined,
  next: TargetsMetadata,
  { repository, role, demand }: SuccessorContext & { readonly demand: Demand },
): void {
  if (repository === 'director') {
    demand(next.delegations === undefined, 'director-delegates', 'Expected no delegations of the director.');
    demand(next.device !== undefined, 'device-missing', 'Expected the director to name the device.');
    const same = previous === undefined || previous.device === next.device;
    demand(same, 'device-changed', `Expected targets for device ${previous?.device}, found them for ${next.device}.`);
    checkCustoms(next, repository, demand);
    return;
  }
  if (role === 'targets') {
    demand(next.targets.size === 0, 'top-level-lists-targets', 'Expected the top-level targets to delegate only.');
  }
  const before = new Map((previous?.delegations?.roles ?? []).map((delegated) => [delegated.name, delegated]));
  const keys = next.delegations?.keys ?? new Map<string, TufKey>();
  for (const after of next.delegations?.roles ?? []) {
    checkRoleKeys({ role: after.name, before: before.get(after.name), after, keys }, demand);
  }
  checkCustoms(next, repository, demand);
  for (const [place, floor] of previous?.floors ?? []) {
    const now = next.floors.get(place) ?? 0;
    demand(now >= floor, 'floor-lowered', `Expected a floor of ${floor} or more for ${place}, found ${now}.`);
  }
}

/** The image repository says what a target is, the director for whom; neither says anything else. */
function checkCustoms({ targets }: TargetsMetadata, repository: Repository, demand: Demand): void {
  for (const [path, { custom }] of targets) {
    const opened = openTargetCustom(custom);
    if (!opened.ok) {
      demand(false, 'target-malformed', opened.message);
      continue;
    }
    const { info, release, assign } = opened.custom;
    const fits = repository === 'image' ? !!release && !assign : !!assign && !release && !info;
    const parts = repository === 'image' ? 'match, release and perhaps info' : 'match and assign';
    demand(fits, 'target-malformed', `Expected custom of ${path} to have ${parts}.`);
    const known = canonicalText(encodeTargetCustom(opened.custom)) === canonicalText(custom);
    demand(known, 'unknown-members', `Expected nothing unknown in custom of ${path}.`);
  }
}

function checkMeta(
  before: ReadonlyMap<string, { readonly version: number }>,
  after: ReadonlyMap<string, { readonly version: number }>,
  demand: Demand,
): void {
  for (const [role, { version }] of before) {
    const now = after.get(role)?.version;
    demand(now !== undefined, 'entry-vanished', `Expected ${role} to stay listed.`);
    const fell = `Expected ${role} ${version} or newer, found ${now}.`;
    demand(now === undefined || now >= version, 'listed-version-fell', fell);
  }
}
