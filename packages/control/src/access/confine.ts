import { FettleError, type FleetId, isTopRole, type ReleaseArtifact } from '@fettle/model';
import type { Reads, Store, Writes } from '../ports.ts';
import { type Asked, demandBound } from './bind.ts';
import type { Scope } from './scope.ts';

/**
 * The store, so that a scope of one fleet reaches nothing but what publishing to this fleet needs: what is not named here
 * is refused, also what is added to the store later. The one place, so that no call of the brain can forget it.
 */
export function confineStore(store: Store): Store {
  return {
    reads: (scope) => confineReads(store.reads(scope), scope),
    scans(scope) {
      if (scope.only) throw outside(scope);
      return store.scans(scope);
    },
    transact: (scope, work) => store.transact(scope, (tx) => work(confineWrites(tx, scope))),
    seen(scope, device, at) {
      if (scope.only) throw outside(scope);
      store.seen(scope, device, at);
    },
    operatorTokenByHash: (hash) => store.operatorTokenByHash(hash),
    tenants: () => store.tenants(),
    createTenant: (id, at) => store.createTenant(id, at),
    secret: () => store.secret(),
  };
}

/**
 * Demands that a route may be asked at all: before anything of the request is looked at.
 * @throws FettleError `forbidden`; `not-found` for a fleet that a bound scope is not for
 */
export function demandReach(scope: Scope, asked: Asked & { readonly isPublishing: boolean }): void {
  demandBound(scope, asked);
  const { isPublishing, fleet } = asked;
  if (!scope.only) return;
  if (!isPublishing || (fleet !== undefined && fleet !== scope.only.fleet)) throw outside(scope);
}

/**
 * Demands that a credential of some device types publishes for no other: early, before anything is signed.
 * @throws FettleError `forbidden`
 */
export function demandGranted({ only }: Scope, artifacts: readonly Pick<ReleaseArtifact, 'deviceType'>[]): void {
  const { deviceTypes = [] } = only ?? {};
  const stranger = artifacts.find(({ deviceType }) => !deviceTypes.includes(deviceType));
  if (deviceTypes.length === 0 || !stranger) return;
  const message = `Expected artifacts for ${deviceTypes.join(', ')}, found one for ${stranger.deviceType}: this credential may not publish it.`;
  throw new FettleError('forbidden', message);
}

function confineReads(reads: Reads, scope: Scope): Reads {
  return scope.only ? onlyThese<Reads>(allowedReads(reads, scope, scope.only.fleet), scope) : reads;
}

function confineWrites(tx: Writes, scope: Scope): Writes {
  const { only } = scope;
  if (!only) return tx;
  const own = (fleet: string | null) => demandOwn(scope, fleet);
  const allowed: Partial<Writes> = {
    ...allowedReads(tx, scope, only.fleet),
    // Artifacts and documents belong to the tenant; each is named by the digest of its own bytes.
    insertArtifact: (artifact, at) => tx.insertArtifact(artifact, at),
    insertUpload: (upload) => tx.insertUpload(upload),
    updateUpload: (upload) => tx.updateUpload(upload),
    deleteUpload: (id) => tx.deleteUpload(id),
    keepEvidence: (evidence) => tx.keepEvidence(evidence),
    async insertCheck(check) {
      own(check.fleet);
      await tx.insertCheck(check);
    },
    async insertTrustFile(file) {
      const isOnline = file.role === 'snapshot' || file.role === 'timestamp';
      if (file.repository !== 'image' || (isTopRole(file.role) && !isOnline)) throw outside(scope);
      if (!isOnline) own(file.role);
      await tx.insertTrustFile(file);
    },
    async insertRelease(release) {
      own(release.fleet);
      demandGranted(scope, release.artifacts);
      await tx.insertRelease(release);
    },
    async appendAudit(event) {
      if (event.fleet !== null) own(event.fleet);
      await tx.appendAudit(event);
    },
  };
  return onlyThese<Writes>(allowed, scope);
}

function allowedReads(reads: Reads, scope: Scope, fleet: FleetId): Partial<Reads> {
  const own = (asked: string) => demandOwn(scope, asked);
  const ifOwn = <T extends { readonly fleet: FleetId }>(found: T | undefined) =>
    found?.fleet === fleet ? found : undefined;
  return {
    fleet: async (id) => (id === fleet ? reads.fleet(id) : undefined),
    artifact: (digest) => reads.artifact(digest),
    upload: (id) => reads.upload(id),
    openUploads: () => reads.openUploads(),
    evidence: (digest) => reads.evidence(digest),
    openChecks: () => reads.openChecks(),
    // A check may be older than they are.
    dataSets: () => reads.dataSets(),
    trustFile: (repository, role, version) => {
      if (repository !== 'image') throw outside(scope);
      return reads.trustFile(repository, role, version);
    },
    trustVersions: (repository) => {
      if (repository !== 'image') throw outside(scope);
      return reads.trustVersions(repository);
    },
    release: async (id) => ifOwn(await reads.release(id)),
    releaseCheck: async (id) => ifOwn(await reads.releaseCheck(id)),
    async releaseByVersion(asked, version) {
      own(asked);
      return reads.releaseByVersion(asked, version);
    },
    async releaseByCounter(asked, counter) {
      own(asked);
      return reads.releaseByCounter(asked, counter);
    },
    async releases(asked, page) {
      own(asked);
      return reads.releases(asked, page);
    },
    async lastCounter(asked) {
      own(asked);
      return reads.lastCounter(asked);
    },
    async waivers(asked) {
      own(asked);
      return reads.waivers(asked);
    },
    async checkOfSubject(asked, of) {
      own(asked);
      return reads.checkOfSubject(asked, of);
    },
    async newestCheckOf(asked, of) {
      own(asked);
      return reads.newestCheckOf(asked, of);
    },
    async releaseChecks(asked, page) {
      own(asked);
      return reads.releaseChecks(asked, page);
    },
  };
}

/** What is not among these is refused the moment it is reached for. */
function onlyThese<T extends object>(allowed: Partial<T>, scope: Scope): T {
  return new Proxy(allowed as T, {
    get(target, name) {
      const found: unknown = Object.hasOwn(target, name) ? Reflect.get(target, name) : undefined;
      // A promise that is resolved with this looks for `then`.
      if (found !== undefined || typeof name === 'symbol' || name === 'then') return found;
      throw outside(scope);
    },
  });
}

function demandOwn(scope: Scope, fleet: string | null): void {
  if (scope.only?.fleet === fleet) return;
  throw outside(scope);
}

function outside({ actor, only }: Scope): FettleError {
  const message = `The credential of ${actor} is for publishing to fleet ${only?.fleet} and for nothing else.`;
  return new FettleError('forbidden', message);
}
