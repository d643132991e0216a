import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Awareness, KeptComponent, ReleaseFinding, ReleaseWatch, RunningScans, Store } from '@fettle/control';
import { componentName, type Device, deviceId } from '@fettle/model';
import {
  acme,
  deviceOf,
  digestOf,
  type Open,
  prepare,
  releaseIdOf,
  releaseOf,
  rival,
  scopeOf,
  thermostats,
} from './store-fixtures.ts';
import { withStore } from './with-store.ts';

const page = { limit: 100 };
const rootfs = componentName('rootfs');
const modem = componentName('modem');

export function componentOf(name: string, version = '1.0'): KeptComponent {
  const purl = `pkg:deb/debian/${name}@${version}`;
  return { type: 'library', name, version, purl, hashes: {}, ecosystem: 'Debian:12', place: 'var/lib/dpkg/status' };
}

export const batchOf = (release: number, names: readonly string[], from = 0) => ({
  release: releaseIdOf(release),
  artifact: digestOf('a'),
  from,
  components: names.map((name) => ({ component: componentOf(name), names: [`Debian|${name}`] })),
});

export function watchOf(release: number, changes: Partial<ReleaseWatch> = {}): ReleaseWatch {
  const about = { release: releaseIdOf(release), fleet: thermostats, setsKey: 'k1', components: 2 };
  return { ...about, openCritical: 1, report: '[]', at: 5, lookAgainAt: null, ...changes };
}

export function findingOf(release: number, changes: Partial<ReleaseFinding> = {}): ReleaseFinding {
  const about = { release: releaseIdOf(release), artifact: digestOf('a'), vulnerability: 'CVE-2026-1' };
  const component = 'pkg:deb/debian/openssl@1.0';
  return { ...about, component, isOpen: true, severity: 'critical', vex: 'none', foundAt: 7, ...changes };
}

export function awarenessOf(changes: Partial<Awareness> = {}): Awareness {
  return { vulnerability: 'CVE-2026-1', at: 9, saidBy: 'operator:ada', reason: 'a mail', ...changes };
}

const runs = (word: string, counter = 1) => ({ version: `${counter}.0.0`, counter, digest: digestOf(word) });

/** Components of releases, what data say of them, and what devices run. */
export function keepsVulnerabilities(open: Open): void {
  describe('vulnerabilities', () => {
    it('keeps components, and finds them by name in every release', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        await store.transact(scope, async (tx) => {
          await tx.insertRelease(releaseOf(2));
          await tx.insertComponents(batchOf(1, ['openssl', 'zlib']));
          await tx.insertComponents(batchOf(1, ['busybox'], 2));
          await tx.insertComponents(batchOf(2, ['openssl']));
        });
        const reads = store.reads(scope);
        const first = await reads.componentsNamed('Debian|openssl', { limit: 1 });
        assert.deepEqual(
          first.items.map(({ release }) => release),
          [releaseIdOf(1)],
        );
        assert.deepEqual(first.items[0]?.component, componentOf('openssl'));
        const second = await reads.componentsNamed('Debian|openssl', { limit: 1, after: first.next ?? '' });
        assert.deepEqual(
          second.items.map(({ release }) => release),
          [releaseIdOf(2)],
        );
        assert.equal(second.next, null);
        const some = await reads.componentsOf(releaseIdOf(1), { limit: 2 });
        const rest = await reads.componentsOf(releaseIdOf(1), { limit: 2, after: some.next ?? '' });
        const names = [...some.items, ...rest.items].map(({ component }) => component.name);
        assert.deepEqual(names, ['openssl', 'zlib', 'busybox']);
        await store.transact(scope, (tx) => tx.deleteComponents(releaseIdOf(1)));
        assert.deepEqual((await reads.componentsOf(releaseIdOf(1), page)).items, []);
        assert.equal((await reads.componentsNamed('Debian|openssl', page)).items.length, 1);
      }));

    it('knows which published releases were not looked at by the newest data, newest first', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        await store.transact(scope, async (tx) => {
          await tx.insertRelease(releaseOf(2));
          await tx.insertRelease(releaseOf(3, { status: 'revoked' }));
          await tx.saveReleaseWatch(watchOf(1));
        });
        const reads = store.reads(scope);
        const unwatched = (setsKey: string) => reads.unwatchedReleases(thermostats, { setsKey, now: 100, limit: 10 });
        assert.deepEqual(await unwatched('k1'), [releaseIdOf(2)]);
        assert.deepEqual(await unwatched('k2'), [releaseIdOf(2), releaseIdOf(1)]);
        const again = watchOf(1, { setsKey: 'k2', openCritical: 0, at: 8 });
        await store.transact(scope, (tx) => tx.saveReleaseWatch(again));
        assert.deepEqual(await reads.releaseWatch(releaseIdOf(1)), again);
      }));

    it('has releases looked at again when they are due, and knows those of which nobody knows the components', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        await store.transact(scope, async (tx) => {
          for (const n of [2, 3]) await tx.insertRelease(releaseOf(n));
          await tx.insertRelease(releaseOf(4, { status: 'revoked' }));
          await tx.saveReleaseWatch(watchOf(1, { lookAgainAt: 50 }));
          await tx.saveReleaseWatch(watchOf(2, { components: 0, lookAgainAt: 51 }));
          await tx.saveReleaseWatch(watchOf(3, { components: -1 }));
        });
        const reads = store.reads(scope);
        const due = (now: number) => reads.unwatchedReleases(thermostats, { setsKey: 'k1', now, limit: 10 });
        assert.deepEqual(await due(49), []);
        assert.deepEqual(await due(50), [releaseIdOf(1)]);
        assert.deepEqual(await due(51), [releaseIdOf(2), releaseIdOf(1)]);
        const { items, next } = await reads.unknownReleases(thermostats, { limit: 1 });
        assert.deepEqual(
          items.map(({ id, wasLookedAt, status }) => [id, wasLookedAt, status]),
          [[releaseIdOf(4), false, 'revoked']],
        );
        const rest = await reads.unknownReleases(thermostats, { limit: 1, after: next ?? '' });
        assert.deepEqual(
          rest.items.map(({ id, wasLookedAt, digests }) => [id, wasLookedAt, digests.length]),
          [[releaseIdOf(3), true, 1]],
        );
        assert.equal(rest.next, null);
      }));

    it('counts what runs of which nobody knows the components, and devices that say nothing', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const artifactOf = (n: number) => releaseOf(n).artifacts[0]?.digest ?? digestOf('none');
        await store.transact(scope, async (tx) => {
          for (const n of [2, 3]) await tx.insertRelease(releaseOf(n));
          await tx.saveReleaseWatch(watchOf(2, { components: 7 }));
          await tx.saveReleaseWatch(watchOf(3, { components: -1 }));
          const device = (id: string, digest: ReturnType<typeof runs> | undefined, changes: Partial<Device> = {}) =>
            tx.insertDevice(deviceOf(id, { current: digest ? { [rootfs]: digest } : {}, ...changes }));
          await device('u-1', { ...runs('x', 2), digest: artifactOf(2) });
          await device('u-2', { ...runs('x', 3), digest: artifactOf(3) });
          await device('u-3', runs('stranger', 9));
          await device('u-4', runs('stranger', 9), { attributes: { country: 'DE' } });
          await device('u-5', undefined);
          await device('u-6', undefined, { status: 'pending' });
          await device('u-7', undefined, { status: 'quarantined' });
        });
        const scans: RunningScans = store.scans(scope);
        const found = await scans.runningUnknown(thermostats);
        const lines = found.map(({ digest, counter, country, devices }) => [digest, counter, country, devices]);
        const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
        const expected = [
          [digestOf('one'), 1, null, 1],
          [artifactOf(3), 3, null, 1],
          [digestOf('stranger'), 9, null, 1],
          [digestOf('stranger'), 9, 'DE', 1],
        ];
        assert.deepEqual(lines.sort(byText), expected.sort(byText));
        const silent = await scans.silentDevices(thermostats);
        await store.transact(scope, (tx) => tx.deleteDevice(deviceId('u-5')));
        assert.equal(await scans.silentDevices(thermostats), silent - 1);
        await store.createTenant(rival, 1);
        const other = store.scans(scopeOf(rival));
        assert.deepEqual([await other.runningUnknown(thermostats), await other.silentDevices(thermostats)], [[], 0]);
      }));

    it('keeps findings by release and by vulnerability, and what operators know', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const later = findingOf(1, { vulnerability: 'CVE-2026-2', foundAt: 8 });
        await store.transact(scope, async (tx) => {
          await tx.saveFinding(findingOf(1));
          await tx.saveFinding(later);
          await tx.saveFinding(findingOf(1, { isOpen: false, vex: 'not_affected' }));
          await tx.saveAwareness(awarenessOf());
          await tx.saveAwareness(awarenessOf({ at: 3 }));
        });
        const reads = store.reads(scope);
        const closed = findingOf(1, { isOpen: false, vex: 'not_affected' });
        assert.deepEqual(await reads.findingsOfRelease(releaseIdOf(1)), [closed, later]);
        assert.deepEqual(await reads.findingsOfVulnerability('CVE-2026-2', 10), [later]);
        assert.equal((await reads.awareness('CVE-2026-1'))?.at, 3);
        await store.transact(scope, (tx) => tx.deleteFinding(later));
        assert.deepEqual(await reads.findingsOfVulnerability('CVE-2026-2', 10), []);
      }));

    it('counts what devices run as they write it: commits, types, countries, quarantine, removal', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const german = { attributes: { country: 'DE' } };
        const write = (work: (device: Device) => Device, id: string) =>
          store.transact(scope, async (tx) => {
            const device = await tx.device(deviceId(id));
            if (device) await tx.updateDevice(work(device));
          });
        await store.transact(scope, async (tx) => {
          await tx.insertDevice(deviceOf('r-1', { ...german, current: { [rootfs]: runs('old') } }));
          await tx.insertDevice(
            deviceOf('r-2', { ...german, tags: { country: 'FR' }, current: { [rootfs]: runs('old') } }),
          );
          await tx.insertDevice(deviceOf('r-3', { current: { [rootfs]: runs('old'), [modem]: runs('radio') } }));
          await tx.insertDevice(deviceOf('r-4', { status: 'pending', current: { [rootfs]: runs('old') } }));
        });
        assert.deepEqual(await countsOf(store, 'old'), { DE: 1, FR: 1, '': 1 });
        await write((device) => ({ ...device, current: { [rootfs]: runs('new', 2) } }), 'r-1');
        assert.deepEqual(await countsOf(store, 'old'), { FR: 1, '': 1 });
        assert.deepEqual(await countsOf(store, 'new'), { DE: 1 });
        await write((device) => ({ ...device, tags: {} }), 'r-2');
        await write((device) => ({ ...device, status: 'quarantined' }), 'r-3');
        await write((device) => ({ ...device, status: 'accepted' }), 'r-4');
        assert.deepEqual(await countsOf(store, 'old'), { DE: 1, '': 2 });
        await store.transact(scope, (tx) => tx.deleteDevice(deviceId('r-3')));
        assert.deepEqual(await countsOf(store, 'old'), { DE: 1, '': 1 });
        assert.deepEqual(await countsOf(store, 'radio'), {});
      }));

    it('counts a device once, and pages through devices by what they run', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        await store.transact(scope, async (tx) => {
          for (const n of [1, 2, 3]) {
            await tx.insertDevice(
              deviceOf(`p-${n}`, { current: { [rootfs]: runs('old', n), [modem]: runs('radio') } }),
            );
          }
        });
        const search = { fleet: thermostats, digests: [digestOf('old'), digestOf('radio')] };
        const scans: RunningScans = store.scans(scope);
        const once = await scans.runningOnce(search);
        assert.deepEqual(
          once.map(({ devices }) => devices),
          [3],
        );
        const seen: string[] = [];
        for (let after: string | undefined; ; ) {
          const { items, next } = await scans.runningDevices({ ...search, limit: 2, after });
          seen.push(...items.map(({ device, component, counter }) => `${device} ${component} ${counter}`));
          if (next === null) break;
          after = next;
        }
        const expected = [1, 2, 3].flatMap((n) => [`p-${n} modem 1`, `p-${n} rootfs ${n}`]);
        assert.deepEqual(seen.sort(), expected.sort());
        await store.createTenant(rival, 1);
        assert.deepEqual(await store.scans(scopeOf(rival)).runningCounts(search), []);
      }));
  });
}

async function countsOf(store: Store, word: string): Promise<Record<string, number>> {
  const search = { fleet: thermostats, digests: [digestOf(word)] };
  const counts = await store.scans(scopeOf(acme)).runningCounts(search);
  const once = await store.scans(scopeOf(acme)).runningOnce(search);
  const sum = (all: readonly { readonly devices: number }[]) => all.reduce((total, one) => total + one.devices, 0);
  assert.equal(sum(once), sum(counts));
  return Object.fromEntries(counts.map(({ country, devices }) => [country ?? '', devices]));
}
