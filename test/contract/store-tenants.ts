import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { artifactsKey, type Reads, type Store, type Writes } from '@fettle/control';
import { groupName, noCounts } from '@fettle/model';
import { checkIdOf, checkOf, dataSetOf, evidenceTextOf, waiverOf } from './store-checks.ts';
import {
  acme,
  claimTokenOf,
  countsOf,
  deploymentIdOf,
  deploymentOf,
  deviceOf,
  digestOf,
  eventOf,
  fleetOf,
  groupOf,
  holdIdOf,
  holdOf,
  type Open,
  operatorTokenOf,
  prepare,
  releaseIdOf,
  releaseOf,
  reportOf,
  rival,
  rolloutIdOf,
  rolloutOf,
  scopeOf,
  searchOf,
  thermostats,
  uploadOf,
} from './store-fixtures.ts';
import { gateEventOf, gateStateOf, gateTotalsOf, gateWindowOf, neverSeen } from './store-gates.ts';
import { personIdOf, personOf, personTokenOf } from './store-people.ts';
import { jobTokenOf, publisherOf } from './store-publishers.ts';
import { directorSetOf, trustChangeIdOf, trustChangeOf, trustFileOf, trustSignatureOf } from './store-trust.ts';
import { awarenessOf, batchOf, findingOf, watchOf } from './store-vulnerabilities.ts';
import { withStore } from './with-store.ts';

const page = { limit: 100 };
const nothing = { items: [], next: null };
const dev1 = deviceOf('dev-1').id;

/** Every way to read, asked for what the first tenant has: the compiler sees that none is missing. */
export const everyRead: Readonly<Record<keyof Reads, { ask: (reads: Reads) => Promise<unknown>; empty: unknown }>> = {
  fleet: { ask: (reads) => reads.fleet(thermostats), empty: undefined },
  fleets: { ask: (reads) => reads.fleets(page), empty: nothing },
  group: { ask: (reads) => reads.group(thermostats, groupName('beta')), empty: undefined },
  fleetNames: {
    ask: async (reads) => (await reads.fleetNames(thermostats)).map((one) => one.name).includes('ram'),
    empty: false,
  },
  groups: { ask: (reads) => reads.groups(thermostats), empty: [] },
  claimTokens: { ask: (reads) => reads.claimTokens(thermostats), empty: [] },
  claimToken: { ask: (reads) => reads.claimToken(claimTokenOf('c').hash), empty: undefined },
  operatorTokens: { ask: (reads) => reads.operatorTokens(), empty: [] },
  artifact: { ask: (reads) => reads.artifact(digestOf('a')), empty: undefined },
  upload: { ask: (reads) => reads.upload('u'), empty: undefined },
  openUploads: { ask: (reads) => reads.openUploads(), empty: [] },
  release: { ask: (reads) => reads.release(releaseIdOf(1)), empty: undefined },
  releaseByVersion: { ask: (reads) => reads.releaseByVersion(thermostats, '1.0.1'), empty: undefined },
  releases: { ask: (reads) => reads.releases(thermostats, page), empty: nothing },
  lastCounter: { ask: (reads) => reads.lastCounter(thermostats), empty: 0 },
  fleetHasArtifact: { ask: (reads) => reads.fleetHasArtifact(thermostats, digestOf('artifact 1')), empty: false },
  rollout: { ask: (reads) => reads.rollout(rolloutIdOf(1)), empty: undefined },
  rollouts: { ask: (reads) => reads.rollouts(thermostats, page), empty: nothing },
  countersBefore: { ask: (reads) => reads.countersBefore(rolloutIdOf(1)), empty: [] },
  rolloutsReturning: { ask: (reads) => reads.rolloutsReturning(rolloutIdOf(1)), empty: [] },
  releaseByCounter: { ask: (reads) => reads.releaseByCounter(thermostats, 1), empty: undefined },
  rolloutStarts: { ask: (reads) => reads.rolloutStarts(rolloutIdOf(1), 0), empty: [] },
  holds: { ask: (reads) => reads.holds(thermostats), empty: [] },
  segmentSearch: { ask: (reads) => reads.segmentSearch(rolloutIdOf(1)), empty: undefined },
  gateState: { ask: (reads) => reads.gateState(rolloutIdOf(1)), empty: undefined },
  gateTotals: { ask: (reads) => reads.gateTotals(rolloutIdOf(1)), empty: {} },
  gateWindow: { ask: (reads) => reads.gateWindow(rolloutIdOf(1), dev1), empty: undefined },
  countGateWindows: {
    ask: (reads) => reads.countGateWindows(rolloutIdOf(1), { side: 'treated', openedUntil: 9_999 }),
    empty: {},
  },
  rolloutWithGateWindows: { ask: (reads) => reads.rolloutWithGateWindows(undefined), empty: undefined },
  dueGateWindows: { ask: (reads) => reads.dueGateWindows(9_999, 10), empty: [] },
  hasGateEvent: { ask: (reads) => reads.hasGateEvent(rolloutIdOf(1), dev1, ''), empty: false },
  gateEvents: { ask: (reads) => reads.gateEvents(rolloutIdOf(1), { after: 0, limit: 10 }), empty: [] },
  devicesSeenBetween: {
    ask: (reads) => reads.devicesSeenBetween(thermostats, { after: neverSeen, until: 9_999, limit: 10 }),
    empty: [],
  },
  steppingStones: { ask: (reads) => reads.steppingStones(thermostats), empty: [] },
  countOpenAt: { ask: (reads) => reads.countOpenAt(thermostats, { site: 'ward-3' }, deviceOf('x').id), empty: 0 },
  rolloutCounts: { ask: (reads) => reads.rolloutCounts(rolloutIdOf(1), 1), empty: [noCounts] },
  device: { ask: (reads) => reads.device(dev1), empty: undefined },
  devices: { ask: (reads) => reads.devices({ fleet: thermostats, ...page }), empty: nothing },
  countPendingDevices: { ask: (reads) => reads.countPendingDevices(thermostats), empty: 0 },
  countDevices: { ask: (reads) => reads.countDevices(thermostats), empty: countsOf(0, 0) },
  deployment: { ask: (reads) => reads.deployment(deploymentIdOf(1)), empty: undefined },
  deploymentsOfDevice: { ask: (reads) => reads.deploymentsOfDevice(dev1, page), empty: nothing },
  deploymentsOfRollout: { ask: (reads) => reads.deploymentsOfRollout(rolloutIdOf(1), page), empty: nothing },
  overdueDeployments: { ask: (reads) => reads.overdueDeployments(9_999, 10), empty: [] },
  reports: { ask: (reads) => reads.reports(deploymentIdOf(1)), empty: [] },
  trustFile: { ask: (reads) => reads.trustFile('image', 'root'), empty: undefined },
  trustVersions: { ask: (reads) => reads.trustVersions('image'), empty: [] },
  trustChange: { ask: (reads) => reads.trustChange(trustChangeIdOf(1)), empty: undefined },
  trustChanges: { ask: (reads) => reads.trustChanges(page), empty: nothing },
  openTrustChanges: { ask: (reads) => reads.openTrustChanges(), empty: [] },
  trustSignatures: { ask: (reads) => reads.trustSignatures(trustChangeIdOf(1)), empty: [] },
  directorSet: { ask: (reads) => reads.directorSet(dev1), empty: undefined },
  releaseCheck: { ask: (reads) => reads.releaseCheck(checkIdOf(1)), empty: undefined },
  checkOfSubject: { ask: (reads) => reads.checkOfSubject(thermostats, checkOf(1)), empty: undefined },
  newestCheckOf: {
    ask: (reads) =>
      reads.newestCheckOf(thermostats, { version: '2.0.0', artifacts: artifactsKey(checkOf(1).artifacts) }),
    empty: undefined,
  },
  releaseChecks: { ask: (reads) => reads.releaseChecks(thermostats, page), empty: nothing },
  openChecks: { ask: (reads) => reads.openChecks(), empty: [] },
  evidence: { ask: (reads) => reads.evidence(digestOf('sbom')), empty: undefined },
  dataSets: { ask: (reads) => reads.dataSets(), empty: [] },
  waivers: { ask: (reads) => reads.waivers(thermostats), empty: [] },
  componentsNamed: { ask: (reads) => reads.componentsNamed('Debian|openssl', page), empty: nothing },
  componentsOf: { ask: (reads) => reads.componentsOf(releaseIdOf(1), page), empty: nothing },
  releaseWatch: { ask: (reads) => reads.releaseWatch(releaseIdOf(1)), empty: undefined },
  unwatchedReleases: {
    ask: (reads) => reads.unwatchedReleases(thermostats, { setsKey: 'other', now: 1, limit: 10 }),
    empty: [],
  },
  unknownReleases: { ask: (reads) => reads.unknownReleases(thermostats, page), empty: nothing },
  findingsOfRelease: { ask: (reads) => reads.findingsOfRelease(releaseIdOf(1)), empty: [] },
  findingsOfVulnerability: { ask: (reads) => reads.findingsOfVulnerability('CVE-2026-1', 10), empty: [] },
  awareness: { ask: (reads) => reads.awareness('CVE-2026-1'), empty: undefined },
  person: { ask: (reads) => reads.person(personIdOf(1)), empty: undefined },
  personByName: { ask: (reads) => reads.personByName('person-1'), empty: undefined },
  people: { ask: (reads) => reads.people(), empty: [] },
  personToken: { ask: (reads) => reads.personToken(digestOf('login')), empty: undefined },
  personTokens: { ask: (reads) => reads.personTokens(personIdOf(1)), empty: [] },
  publishers: { ask: (reads) => reads.publishers(), empty: [] },
  countPublisherTokens: { ask: (reads) => reads.countPublisherTokens('ci', 1), empty: 0 },
  noticesTold: { ask: (reads) => reads.noticesTold(), empty: undefined },
  auditEvents: { ask: (reads) => reads.auditEvents(page), empty: nothing },
};

/** Every way to write, aimed at what the first tenant has. */
export const everyWrite: Readonly<Record<Exclude<keyof Writes, keyof Reads>, (tx: Writes) => Promise<unknown>>> = {
  insertFleet: (tx) => tx.insertFleet(fleetOf(acme, thermostats, { securityFloor: 99 })),
  updateFleet: (tx) => tx.updateFleet(fleetOf(acme, thermostats, { securityFloor: 99 })),
  saveGroup: (tx) => tx.saveGroup(groupOf('beta', 'id == "x"')),
  deleteGroup: (tx) => tx.deleteGroup(thermostats, groupName('beta')),
  insertClaimToken: (tx) => tx.insertClaimToken(claimTokenOf('c', { usesLeft: 99 })),
  updateClaimToken: (tx) => tx.updateClaimToken(claimTokenOf('c', { usesLeft: 99 })),
  insertOperatorToken: (tx) => tx.insertOperatorToken({ ...operatorTokenOf(acme, 'o2'), permissions: ['token.write'] }),
  savePublisher: (tx) => tx.savePublisher(publisherOf('ci', { audience: 'other' })),
  deletePublisher: (tx) => tx.deletePublisher('ci'),
  useTokenId: (tx) => tx.useTokenId({ issuer: 'https://i', tokenId: 'x', expiresAt: 9 }, 1),
  revokePublisherTokens: (tx) => tx.revokePublisherTokens('ci', 99),
  deleteEndedTokens: (tx) => tx.deleteEndedTokens(9_999),
  revokeOperatorToken: (tx) => tx.revokeOperatorToken('o', 99),
  insertArtifact: (tx) => tx.insertArtifact({ digest: digestOf('a'), sizeBytes: 99 }, 1),
  insertUpload: (tx) => tx.insertUpload(uploadOf('u', { receivedBytes: 99 })),
  updateUpload: (tx) => tx.updateUpload(uploadOf('u', { receivedBytes: 99 })),
  deleteUpload: (tx) => tx.deleteUpload('u'),
  insertRelease: (tx) => tx.insertRelease(releaseOf(1, { status: 'revoked' })),
  updateRelease: (tx) => tx.updateRelease(releaseOf(1, { status: 'revoked' })),
  insertRollout: (tx) => tx.insertRollout(rolloutOf(1, { status: 'aborted' })),
  updateRollout: (tx) => tx.updateRollout(rolloutOf(1, { status: 'aborted', revision: 2 })),
  addCounts: (tx) => tx.addCounts(rolloutIdOf(1), 0, { ...noCounts, failed: 99 }),
  addStart: (tx) => tx.addStart(rolloutIdOf(1), { minute: 1, devices: 99, bytes: 99 }),
  insertHold: (tx) => tx.insertHold(holdOf('h', { reason: 'another' })),
  deleteHold: (tx) => tx.deleteHold(holdIdOf('h')),
  saveGateState: (tx) => tx.saveGateState(rolloutIdOf(1), gateStateOf({ dark: 99 })),
  addGateTotals: (tx) => tx.addGateTotals(rolloutIdOf(1), 'board-a', { ...gateTotalsOf(), started: 99 }),
  saveGateWindow: (tx) => tx.saveGateWindow(gateWindowOf('dev-1', { openedAt: 99 })),
  deleteGateWindow: (tx) => tx.deleteGateWindow(rolloutIdOf(1), dev1),
  forgetGateWindows: (tx) => tx.forgetGateWindows(rolloutIdOf(1), { openedUntil: 9_999, limit: 10 }),
  insertGateEvent: (tx) => tx.insertGateEvent(rolloutIdOf(1), gateEventOf(2, { device: deviceOf('dev-9').id })),
  saveSegmentSearch: (tx) => tx.saveSegmentSearch(searchOf(1, { at: 99 })),
  insertDevice: (tx) => tx.insertDevice(deviceOf('dev-1', { status: 'rejected' })),
  updateDevice: (tx) => tx.updateDevice(deviceOf('dev-1', { status: 'rejected', lastSeenAt: 99 })),
  deleteDevice: (tx) => tx.deleteDevice(dev1),
  insertDeployment: (tx) => tx.insertDeployment(deploymentOf(1, { status: 'failed' })),
  updateDeployment: (tx) => tx.updateDeployment(deploymentOf(1, { status: 'failed' })),
  insertReport: (tx) => tx.insertReport(reportOf(2), 1),
  insertTrustFile: (tx) => tx.insertTrustFile(trustFileOf(2)),
  insertTrustChange: (tx) => tx.insertTrustChange(trustChangeOf(1, { reason: 'another' })),
  updateTrustChange: (tx) => tx.updateTrustChange(trustChangeOf(1, { status: 'withdrawn' })),
  insertTrustSignature: (tx) => tx.insertTrustSignature(trustSignatureOf('rival')),
  saveDirectorSet: (tx) => tx.saveDirectorSet(directorSetOf('dev-1', 9)),
  insertCheck: (tx) => tx.insertCheck(checkOf(1, { status: 'done' })),
  updateCheck: (tx) => tx.updateCheck(checkOf(1, { status: 'done' })),
  keepEvidence: (tx) => tx.keepEvidence(evidenceTextOf('sbom', { text: 'forged' })),
  insertDataSet: (tx) => tx.insertDataSet(dataSetOf('osv', { records: 99 })),
  deleteDataSet: (tx) => tx.deleteDataSet(digestOf('osv')),
  insertWaiver: (tx) => tx.insertWaiver(waiverOf('one', { envelope: 'forged' })),
  revokeWaiver: (tx) => tx.revokeWaiver(thermostats, { digest: digestOf('one'), at: 99 }),
  deleteComponents: (tx) => tx.deleteComponents(releaseIdOf(1)),
  insertComponents: (tx) => tx.insertComponents(batchOf(1, ['forged'], 9)),
  saveReleaseWatch: (tx) => tx.saveReleaseWatch(watchOf(1, { openCritical: 99 })),
  saveFinding: (tx) => tx.saveFinding(findingOf(1, { isOpen: false })),
  deleteFinding: (tx) => tx.deleteFinding(findingOf(1)),
  saveAwareness: (tx) => tx.saveAwareness(awarenessOf({ at: 99 })),
  insertPerson: (tx) => tx.insertPerson(personOf(1, { fullName: 'Somebody Else' })),
  updatePerson: (tx) => tx.updatePerson(personOf(1, { fullName: 'Somebody Else' })),
  insertPersonToken: (tx) => tx.insertPersonToken(personTokenOf('login', { expiresAt: 999 })),
  deletePersonToken: (tx) => tx.deletePersonToken('tok_login'),
  deletePersonTokens: (tx) => tx.deletePersonTokens(personIdOf(1)),
  deleteExpiredPersonTokens: (tx) => tx.deleteExpiredPersonTokens(9_999),
  setNoticesTold: (tx) => tx.setNoticesTold(99),
  appendAudit: (tx) => tx.appendAudit(eventOf('fleet/rival')),
  // Duties are the installation's: nobody leads this one.
  demandTerm: (tx) => tx.demandTerm('nobody leads', 1),
};

/** No tenant sees or changes what another has. */
export function separatesTenants(open: Open): void {
  describe('tenants', () => {
    it('shows nothing of a tenant to another, whatever it asks', () =>
      withStore(open, async ({ store }) => {
        await furnish(store);
        await store.createTenant(rival, 1);
        for (const [name, { ask, empty }] of Object.entries(everyRead)) {
          assert.notDeepEqual(await ask(store.reads(scopeOf(acme))), empty, `${name} finds what is there`);
          assert.deepEqual(await ask(store.reads(scopeOf(rival))), empty, name);
          const inside = await store.transact(scopeOf(rival), (tx) => ask(tx));
          assert.deepEqual(inside, empty, `${name} in a transaction`);
        }
      }));

    for (const furnished of [false, true]) {
      const kind = furnished ? 'with equal names' : 'with nothing of its own';
      it(`changes nothing of a tenant for another ${kind}, whatever it writes`, () =>
        withStore(open, async ({ store }) => {
          await furnish(store);
          if (furnished) await furnish(store, rival);
          else await store.createTenant(rival, 1);
          const before = await everything(store);
          for (const [name, write] of Object.entries(everyWrite)) {
            // Whether it is refused or does something to the rival's own: nobody else may notice.
            await store.transact(scopeOf(rival), write).catch((error: { code?: unknown }) => {
              const codes = ['not-found', 'forbidden', 'already-exists', 'wrong-state'];
              assert.ok(codes.includes(String(error.code)), `${name}: ${error}`);
            });
            assert.deepEqual(await everything(store), before, name);
          }
          store.seen(scopeOf(rival), dev1, 99);
          await store.flushSeen();
          assert.deepEqual(await everything(store), before, 'seen');
        }));
    }

    it('refuses objects that name another tenant than the scope', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        await store.createTenant(rival, 1);
        const foreign = [
          store.transact(scope, (tx) => tx.insertFleet(fleetOf(rival))),
          store.transact(scope, (tx) => tx.updateFleet(fleetOf(rival))),
          store.transact(scope, (tx) => tx.insertOperatorToken(operatorTokenOf(rival, 'o'))),
        ];
        for (const call of foreign) await assert.rejects(call, { code: 'forbidden' });
      }));
  });
}

export async function furnish(store: Store, tenant = acme): Promise<void> {
  const scope = await prepare(store, tenant);
  await store.transact(scope, async (tx) => {
    await tx.saveGroup(groupOf('beta'));
    await tx.insertClaimToken(claimTokenOf('c'));
    await tx.insertOperatorToken(operatorTokenOf(tenant, 'o'));
    await tx.savePublisher(publisherOf('ci'));
    await tx.insertOperatorToken(jobTokenOf(tenant, 'job'));
    await tx.insertArtifact({ digest: digestOf('a'), sizeBytes: 1 }, 1);
    await tx.insertUpload(uploadOf('u'));
    await tx.addCounts(rolloutIdOf(1), 0, { ...noCounts, started: 1, open: 1 });
    await tx.insertDevice(deviceOf('dev-2', { status: 'pending' }));
    await tx.insertDeployment(deploymentOf(1, { site: 'ward-3', deadlineAt: 9_999 }));
    await tx.insertReport(reportOf(1), 1);
    await tx.insertRelease(releaseOf(30, { mustPassThrough: true }));
    await tx.insertRollout(rolloutOf(7, { returns: rolloutIdOf(1) }));
    await tx.addStart(rolloutIdOf(1), { minute: 1, devices: 1, bytes: 1 });
    await tx.insertHold(holdOf('h'));
    await tx.saveSegmentSearch(searchOf(1));
    await tx.saveGateState(rolloutIdOf(1), gateStateOf());
    await tx.addGateTotals(rolloutIdOf(1), 'board-a', gateTotalsOf());
    await tx.saveGateWindow(gateWindowOf('dev-1'));
    await tx.insertGateEvent(rolloutIdOf(1), gateEventOf(1));
    await tx.insertDevice(deviceOf('dev-3', { lastSeenAt: 5 }));
    await tx.appendAudit(eventOf('fleet/acme'));
    await tx.setNoticesTold(1);
    await tx.insertTrustFile(trustFileOf(1));
    await tx.insertTrustChange(trustChangeOf(1));
    await tx.insertTrustSignature(trustSignatureOf('ada'));
    await tx.saveDirectorSet(directorSetOf('dev-1', 1));
    await tx.insertCheck(checkOf(1));
    await tx.keepEvidence(evidenceTextOf('sbom'));
    await tx.insertDataSet(dataSetOf('osv'));
    await tx.insertWaiver(waiverOf('one'));
    await tx.insertComponents(batchOf(1, ['openssl']));
    await tx.saveReleaseWatch(watchOf(1));
    await tx.saveFinding(findingOf(1));
    await tx.saveAwareness(awarenessOf());
    await tx.insertPerson(personOf(1));
    await tx.insertPersonToken(personTokenOf('login'));
  });
}

/** All that the first tenant can read. */
export async function everything(store: Store): Promise<unknown> {
  const reads = store.reads(scopeOf(acme));
  const found = Object.entries(everyRead).map(async ([name, { ask }]) => [name, await ask(reads)] as const);
  return Object.fromEntries(await Promise.all(found));
}
