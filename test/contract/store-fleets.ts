import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bindStore, fleetPermissions, type Scope } from '@fettle/control';
import { type FleetId, fleetId } from '@fettle/model';
import { acme, eventOf, fleetOf, type Open, scopeOf, thermostats } from './store-fixtures.ts';
import { everyRead, everything, everyWrite, furnish } from './store-tenants.ts';
import { withStore } from './with-store.ts';

const boilers = fleetId('boilers');
const boundTo = (...fleets: readonly FleetId[]): Scope => ({
  ...scopeOf(acme),
  permissions: new Set(fleetPermissions),
  fleets: new Set(fleets),
});

/** What belongs to no fleet: public metadata and data, and what is named by the digest of its own bytes. */
const ofNoFleet: readonly string[] = [
  ...['artifact', 'upload', 'openUploads', 'evidence', 'dataSets', 'openChecks', 'trustFile', 'trustVersions'],
  ...['insertArtifact', 'insertUpload', 'updateUpload', 'deleteUpload', 'keepEvidence'],
];
/** The whole tenant's. */
const refused: readonly string[] = [
  ...[
    'claimToken',
    'operatorTokens',
    'overdueDeployments',
    'dueGateWindows',
    'rolloutWithGateWindows',
    'noticesTold',
    'publishers',
  ],
  ...['countPublisherTokens', 'trustChange', 'trustChanges', 'openTrustChanges', 'trustSignatures', 'awareness'],
  ...['person', 'personByName', 'people', 'personToken', 'personTokens'],
];

const answerOf = (asked: () => Promise<unknown>): Promise<unknown> =>
  new Promise((resolve) => resolve(asked())).catch(({ code }: { code?: unknown }) => ({ refused: code }));

/** What is of one fleet is not there for a scope of another one; what is its own is there as ever. */
export function separatesFleets(open: Open): void {
  describe('fleets', () => {
    it('shows nothing of a fleet to a scope of another one, whatever it asks', () =>
      withStore(open, async ({ store }) => {
        await furnish(store);
        await store.transact(scopeOf(acme), (tx) => tx.insertFleet(fleetOf(acme, boilers)));
        const bound = bindStore(store);
        for (const [name, { ask, empty }] of Object.entries(everyRead)) {
          if (ofNoFleet.includes(name)) continue;
          const wanted = refused.includes(name) ? { refused: 'forbidden' } : name === 'fleets' ? [boilers] : empty;
          const shown = (found: unknown) =>
            name === 'fleets' ? (found as { items: { id: string }[] }).items.map(({ id }) => id) : found;
          const seen = await answerOf(async () => ask(bound.reads(boundTo(boilers))));
          assert.deepEqual(shown(seen), wanted, name);
          const inside = await answerOf(() => bound.transact(boundTo(boilers), async (tx) => ask(tx)));
          assert.deepEqual(shown(inside), wanted, `${name} in a transaction`);
        }
      }));

    it('shows a scope all that is of its own fleet', () =>
      withStore(open, async ({ store }) => {
        await furnish(store);
        const bound = bindStore(store).reads(boundTo(boilers, thermostats));
        for (const [name, { ask }] of Object.entries(everyRead)) {
          const seen = await answerOf(async () => ask(bound));
          const whole = await ask(store.reads(scopeOf(acme)));
          // Events that are of no fleet are the tenant's.
          if (name === 'auditEvents') assert.deepEqual(seen, { items: [], next: null });
          else assert.deepEqual(seen, refused.includes(name) ? { refused: 'forbidden' } : whole, name);
        }
      }));

    it('changes nothing of a fleet for a scope of another one, whatever it writes', () =>
      withStore(open, async ({ store }) => {
        await furnish(store);
        await store.transact(scopeOf(acme), (tx) => tx.insertFleet(fleetOf(acme, boilers)));
        const before = await everything(store);
        for (const [name, write] of Object.entries(everyWrite)) {
          if (ofNoFleet.includes(name) || name === 'appendAudit') continue;
          const answer = await answerOf(() => bindStore(store).transact(boundTo(boilers), async (tx) => write(tx)));
          assert.deepEqual(answer, { refused: 'forbidden' }, name);
          assert.deepEqual(await everything(store), before, name);
        }
        const about = (fleet: FleetId | null) =>
          bindStore(store).transact(boundTo(boilers), (tx) => tx.appendAudit(eventOf('x', { fleet })));
        await assert.rejects(about(thermostats), { code: 'forbidden' });
        await Promise.all([about(boilers), about(null)]);
      }));

    it('lets nobody change keys of a fleet with a credential of that fleet alone', () =>
      withStore(open, async ({ store }) => {
        await furnish(store);
        const scope = boundTo(thermostats);
        const change = (keys: 'same' | 'none') =>
          bindStore(store).transact(scope, async (tx) => {
            const fleet = await tx.fleet(thermostats);
            assert.ok(fleet);
            const added = {
              id: 'k',
              name: 'k',
              publicKeyPem: 'pem',
              addedAt: 1,
            } as unknown as (typeof fleet.keys)[number];
            await tx.updateFleet({ ...fleet, securityFloor: 7, ...(keys === 'none' ? { keys: [added] } : {}) });
          });
        await assert.rejects(change('none'), { code: 'forbidden' });
        await change('same');
        assert.equal((await store.reads(scope).fleet(thermostats))?.securityFloor, 7);
      }));
  });
}
