import { type AuditEvent, type FleetId, isTopRole, personOfActor } from '@fettle/model';
import type { Page, Reads } from '../ports.ts';
import type { OwnOf, reading } from './reach.ts';
import { ofWholeTenant, type Scope } from './scope.ts';

/** What a bound scope is told by ways into the store that lead to no fleet by themselves. */
export type OwnReads = Pick<Reads, OwnOf<typeof reading>>;

/** @param reads all of the tenant; what is not of the fleets is left out of what it answers */
export function ownReads(reads: Reads, scope: Scope, fleets: ReadonlySet<FleetId>): OwnReads {
  const mayApprove = scope.permissions.has('release.approve') && personOfActor(scope.actor) !== undefined;
  const isOfRelease = releasesOf(reads, fleets);
  return {
    async fleets({ after = '', limit }) {
      const wanted = [...fleets].sort().filter((id) => id > after);
      const found = await Promise.all(wanted.slice(0, limit).map((id) => reads.fleet(id)));
      const items = found.filter((fleet) => fleet !== undefined);
      return { items, next: wanted.length > limit ? (wanted[limit - 1] ?? null) : null };
    },
    async deploymentsOfDevice(device, page) {
      if (!fleets.has((await reads.device(device))?.fleet as FleetId)) return { items: [], next: null };
      // A device may have been in another fleet before.
      return sift(await reads.deploymentsOfDevice(device, page), async ({ fleet }) => fleets.has(fleet));
    },
    async auditEvents(query) {
      // Nobody approves what they are behind: who made which account, token or publisher is looked for then, and told
      // nowhere else.
      const isMaking = ({ fleet, object }: AuditEvent) =>
        mayApprove && (fleet === null || /^(?:token|publisher|person)\//.test(object));
      const found = await reads.auditEvents(query);
      return sift(found, async (event) => fleets.has(event.fleet as FleetId) || isMaking(event));
    },
    async operatorTokens() {
      if (mayApprove) return reads.operatorTokens();
      throw ofWholeTenant(scope);
    },
    async trustFile(repository, role, version) {
      if (repository === 'image') return reads.trustFile(repository, role, version);
      throw ofWholeTenant(scope);
    },
    async trustVersions(repository) {
      if (repository === 'image') return reads.trustVersions(repository);
      throw ofWholeTenant(scope);
    },
    async componentsNamed(name, page) {
      return sift(await reads.componentsNamed(name, page), ({ release }) => isOfRelease(release));
    },
    async findingsOfVulnerability(vulnerability, limit) {
      const items = await reads.findingsOfVulnerability(vulnerability, limit);
      return (await sift({ items, next: null }, ({ release }) => isOfRelease(release))).items;
    },
  };
}

/** Whether a file of the image repository is written by whoever publishes to these fleets. */
export function isPublishedWith(role: string, fleets: ReadonlySet<FleetId>): boolean {
  if (role === 'snapshot' || role === 'timestamp') return true;
  return !isTopRole(role) && fleets.has(role as FleetId);
}

/** A page without what is not theirs: it may be short and have a next one all the same. */
async function sift<T>({ items, next }: Page<T>, isTheirs: (item: T) => Promise<boolean>): Promise<Page<T>> {
  const verdicts = await Promise.all(items.map(isTheirs));
  return { items: items.filter((_, i) => verdicts[i]), next };
}

/** Releases never change their fleet: each is looked up once. */
function releasesOf(reads: Reads, fleets: ReadonlySet<FleetId>) {
  const known = new Map<string, Promise<boolean>>();
  return (id: Parameters<Reads['release']>[0]): Promise<boolean> => {
    const seen =
      known.get(id) ?? reads.release(id).then((release) => release !== undefined && fleets.has(release.fleet));
    known.set(id, seen);
    return seen;
  };
}
