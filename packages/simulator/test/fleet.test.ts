import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { native } from '@fettle/protocol';
import {
  agrees,
  createFleet,
  type FleetOptions,
  type MisbehaviourName,
  misbehaviours,
  type PretendFleet,
} from '../src/index.ts';
import { claimToken, FakeServer } from './fake-server.ts';
import { until } from './until.ts';

const fast = { speed: 500, rampMs: 50 };
let server: FakeServer;
let url: string;
let fleets: PretendFleet[];
let folder: string;

beforeEach(async () => {
  server = new FakeServer();
  url = await server.start();
  fleets = [];
  folder = await mkdtemp(join(tmpdir(), 'fettle-fleet-'));
});

afterEach(async () => {
  await Promise.all(fleets.map((fleet) => fleet.stop()));
  await server.stop();
  await rm(folder, { recursive: true });
});

async function startFleet(options: Partial<FleetOptions> = {}): Promise<PretendFleet> {
  const fleet = await createFleet({
    server: url,
    fleet: 'thermostat',
    devices: 10,
    types: ['board-a', 'board-b'],
    claimToken,
    trustKeys: [server.publicKeyPem],
    ...fast,
    ...options,
  });
  fleets.push(fleet);
  fleet.start();
  return fleet;
}

/** Every device has had its one deployment, and everything there was to tell has been told. */
function settled(fleet: PretendFleet): boolean {
  const ledger = fleet.ledger();
  if (ledger.length < fleet.devices().length || ledger.some(({ deed }) => deed === null)) return false;
  return fleet.stats().unsettled === 0;
}

describe('a fleet of pretend devices', () => {
  it('enrols, installs what is offered and says what it runs', async () => {
    await server.release('1.0.0', 1);
    const fleet = await startFleet({ factoryVersion: '0.9.0' });
    await until('all updated', () => fleet.stats().byVersion['1.0.0'] === 10);
    await until('all told', () => settled(fleet) && server.allEnded());
    assert.equal(server.deployments.size, 10);
    for (const deployment of server.deployments.values()) {
      const told = deployment.reports.map(({ status }) => status);
      assert.deepEqual(told, ['downloading', 'installing', 'rebooting', 'checking', 'succeeded']);
      const numbers = deployment.reports.map(({ sequence }) => sequence);
      const [first = 0] = numbers;
      assert.deepEqual(numbers, [first, first + 1, first + 2, first + 3, first + 4]);
    }
    assert.deepEqual(fleet.violations(), []);
    assert.deepEqual(fleet.stats().deployments, {
      succeeded: 10,
      failed: 0,
      rolledBack: 0,
      aborted: 0,
      nothing: 0,
      open: 0,
    });
  });

  it('waits while it is in use and says so, then goes on', async () => {
    await server.release('1.0.0', 1);
    server.faults.spoilOffer = (offer) => ({ ...offer, demands: { notInUse: true } });
    const hour = new Date().getUTCHours();
    const inUse = { fromHour: hour, untilHour: (hour + 3) % 24, share: 1 };
    const fleet = await startFleet({ devices: 4, speed: 5_000, inUse, sites: [{ name: 'lab' }], pairs: 'twins-' });
    await until('all updated', () => fleet.stats().byVersion['1.0.0'] === 4 && settled(fleet));
    for (const deployment of server.deployments.values()) {
      assert.equal(deployment.status, 'succeeded');
      assert.deepEqual(
        deployment.reports.flatMap(({ status, detail }) => (detail ? [`${status}, ${detail}`] : [])),
        ['installing, waiting: in-use'],
      );
    }
    const said = server.devices.get('sim-00003')?.lastCheckIn?.attributes;
    assert.deepEqual([said?.site, said?.pair], ['lab', 'twins-2']);
  });

  it('gives up what it waits with as soon as it is offered no more', async () => {
    await server.release('1.0.0', 1);
    server.faults.spoilOffer = (offer) => ({ ...offer, demands: { unmeteredLink: true } });
    const fleet = await startFleet({ devices: 3, metered: 1 });
    const waits = () => [...server.deployments.values()].filter(({ reports }) => reports.some(({ detail }) => detail));
    await until('all wait', () => waits().length === 3);
    for (const device of server.devices.values()) {
      if (device.open) device.open.status = 'timedOut';
      device.open = undefined;
    }
    await until('all gave up', () => fleet.stats().deployments.aborted === 3 && settled(fleet));
    for (const { deployment, deed } of fleet.ledger()) {
      assert.ok(deed && agrees(deed, server.deployments.get(deployment)?.status ?? 'pending'));
    }
  });

  it('goes from release to release and back to work after a server that was gone', async () => {
    await server.release('1.0.0', 1);
    const fleet = await startFleet();
    await until('first release', () => fleet.stats().byVersion['1.0.0'] === 10 && settled(fleet));
    await server.stop();
    await until('requests fail', () => fleet.stats().byState.idle === 10);
    const before = server;
    server = new FakeServer();
    await server.start(Number(new URL(url).port));
    // It is another server with other keys that knows nobody: devices enrol anew and trust no stranger's release.
    await server.release('2.0.0', 2);
    await until('strangers refused', () => fleet.stats().deployments.failed === 10);
    assert.deepEqual(
      [...new Set(fleet.violations().map((v) => v.kind === 'violation' && v.code))],
      ['signature-invalid'],
    );
    assert.equal(fleet.stats().byVersion['1.0.0'], 10);
    await before.stop();
  });

  it('ends every misbehaviour as its table row says, and the server concludes the same', async () => {
    const names = Object.keys(misbehaviours) as MisbehaviourName[];
    const share = 1 / (names.length + 1);
    await server.release('1.0.0', 1);
    const fleet = await startFleet({
      devices: 3 * (names.length + 1),
      misbehave: Object.fromEntries(names.map((name) => [name, share])),
    });
    await until('all settled', () => settled(fleet));
    const kindOf = new Map(fleet.devices().map((device) => [String(device.id), device.misbehaviour]));
    const believed = () =>
      fleet.ledger().every((entry) => {
        const status = server.deployments.get(entry.deployment)?.status ?? 'pending';
        return entry.deed === 'nothing' ? status === 'offered' : entry.deed !== null && agrees(entry.deed, status);
      });
    await until('server agrees', believed);
    for (const { device, deed } of fleet.ledger()) {
      const name = kindOf.get(device);
      assert.equal(deed, name ? misbehaviours[name].deed : 'succeeded', `${device} ${name}`);
    }
    for (const { ends, device } of server.deployments.values()) {
      const final = new Set(['lies-about-version', 'reverts-later']).has(kindOf.get(device) ?? '') ? 2 : 1;
      assert.equal(ends.length, kindOf.get(device) === 'silent-after-offer' ? 0 : final, `${device} ${ends.join()}`);
    }
    assert.deepEqual(fleet.violations(), []);
    assert.ok(server.ranges.length >= 3, 'devices that died in a download asked for the rest only');
    const old = [...server.dates].filter(([id]) => kindOf.get(id) === 'clock-1970');
    assert.ok(old.length > 0);
    for (const [, date] of old) assert.match(date, /^Thu, 01 Jan 1970 /);
  });

  it('makes the asked share of devices fail a bad release, the same ones every time', async () => {
    await server.release('2.0.0', 2);
    const options = {
      devices: 40,
      badReleases: [{ version: '2.0.0', misbehaviour: 'boot-fails', share: 0.5 }],
    } as const;
    const fleet = await startFleet(options);
    await until('all settled', () => settled(fleet) && server.allEnded());
    const back = (one: PretendFleet) =>
      one
        .ledger()
        .filter(({ deed }) => deed === 'rolledBack')
        .map(({ device }) => device)
        .sort();
    const failed = back(fleet);
    assert.ok(failed.length > 8 && failed.length < 32, `${failed.length} of 40`);
    await fleet.stop();
    await server.stop();
    server = new FakeServer();
    url = await server.start();
    await server.release('2.0.0', 2);
    const again = await startFleet(options);
    await until('all settled again', () => settled(again) && server.allEnded());
    assert.deepEqual(back(again), failed);
  });

  it('waits for acceptance and renews a token that no longer counts', async () => {
    server.faults.pending = true;
    const events: string[] = [];
    const fleet = await startFleet({ devices: 2, onEvent: ({ kind }) => events.push(kind) });
    await until('told to wait', () => events.filter((kind) => kind === 'pending').length >= 4);
    server.faults.pending = false;
    await until('accepted', () => fleet.stats().byState.idle === 2 && server.checkInsOf.size === 2);
    server.forgetTokens();
    await server.release('1.0.0', 1);
    await until('updated with new tokens', () => fleet.stats().byVersion['1.0.0'] === 2);
  });

  it('gives up when told to, and says so even of an offer that never arrived', async () => {
    await server.release('1.0.0', 1);
    server.faults.losesOffers = (device) => device > 'sim-00003';
    const fleet = await startFleet({ devices: 6, speed: 50 });
    await until('three are at it, three were never told', () => server.deployments.size === 6);
    server.faults.abortAll = true;
    await until('all ended', () => server.allEnded() && settled(fleet));
    const { aborted, succeeded } = fleet.stats().deployments;
    assert.ok(aborted >= 3, `${aborted} aborted`);
    assert.equal(aborted + succeeded, 6);
    for (const { deployment, deed } of fleet.ledger()) assert.equal(server.deployments.get(deployment)?.status, deed);
  });

  it('notices every promise that the server breaks', async () => {
    const spoilers: Record<string, (offer: native.OfferMessage) => native.OfferMessage> = {
      'signature-invalid': (offer) => ({ ...offer, envelope: offer.envelope.replace('"sig":"', '"sig":"AAAA') }),
      'offer-mismatch': (offer) => ({ ...offer, version: '9.9.9' }),
    };
    for (const [code, spoil] of Object.entries(spoilers)) {
      await server.release('1.0.0', 1);
      server.faults.spoilOffer = spoil;
      const fleet = await startFleet({ devices: 2, idPrefix: `${code}-` });
      await until(code, () => fleet.stats().violations === 2);
      assert.equal(fleet.stats().deployments.failed, 2);
      await fleet.stop();
    }
    delete server.faults.spoilOffer;
    await server.release('1.0.0', 1, { types: ['board-a'] });
    const other = await startFleet({ devices: 1, types: ['board-c'], idPrefix: 'other-' });
    await until('wrong type', () => other.stats().violations === 1);
    await other.stop();
    await server.release('2.0.0', 2, { manifest: { securityFloor: 2 } });
    const floored = await startFleet({ devices: 1, idPrefix: 'floor-' });
    await until('at the floor', () => floored.stats().byVersion['2.0.0'] === 1 && settled(floored));
    await server.release('1.1.0', 1);
    await until('downgrade', () => floored.stats().violations === 1);
    await server.release('1.2.0', 1, { manifest: { allowDowngrade: true } });
    await until('below the floor', () => floored.stats().violations === 2);
    const codes = [...other.violations(), ...floored.violations()].map((v) => v.kind === 'violation' && v.code);
    assert.deepEqual(codes, ['wrong-type', 'downgrade-forbidden', 'below-floor']);
  });

  it('never takes wrong bytes for an artifact', async () => {
    await server.release('1.0.0', 1);
    const wrong: Record<string, (bytes: Buffer) => Buffer> = {
      flipped: (bytes) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([0])]),
      short: (bytes) => bytes.subarray(0, -1),
      long: (bytes) => Buffer.concat([bytes, bytes]),
    };
    for (const [name, spoil] of Object.entries(wrong)) {
      server.faults.spoilBytes = spoil;
      const fleet = await startFleet({ devices: 1, idPrefix: `${name}-` });
      await until(name, () => fleet.stats().deployments.failed === 1);
      assert.deepEqual(
        fleet.violations().map((v) => v.kind === 'violation' && v.code),
        ['digest-mismatch'],
      );
      await fleet.stop();
    }
  });

  it('gets through a server that sheds load and ignores ranges', async () => {
    server.faults.failEvery = 4;
    server.faults.ignoreRange = true;
    await server.release('1.0.0', 1);
    const fleet = await startFleet({ misbehave: { 'dies-at-byte': 0.3 } });
    await until('all updated', () => fleet.stats().byVersion['1.0.0'] === 10);
    assert.deepEqual(fleet.violations(), []);
  });

  it('ends what it had begun although everything it knew is lost', async () => {
    await server.release('1.0.0', 1);
    const first = await startFleet({ misbehave: { 'never-reboots': 1 } });
    const stuck = () => [...server.deployments.values()].filter(({ status }) => status === 'rebooting').length === 10;
    await until('all before their reboot', stuck);
    await first.stop();
    const second = await startFleet();
    await until('all ended', () => second.stats().byVersion['1.0.0'] === 10 && server.allEnded());
    assert.equal(server.deployments.size, 10);
  });

  it('remembers everything in its state file', async () => {
    {
      const stateFile = join(folder, 'fleet.json');
      await server.release('1.0.0', 1);
      const first = await startFleet({ stateFile, misbehave: { 'never-reboots': 0.3 }, speed: 200 });
      await until('some updated', () => first.stats().byVersion['1.0.0'] === 7);
      await first.stop();
      const rest = first.stats();
      const second = await startFleet({ stateFile, misbehave: { 'never-reboots': 0.3 } });
      assert.deepEqual(second.stats().byVersion, rest.byVersion);
      await until('the rest ended', () => server.deployments.size === 10 && server.allEnded());
      assert.equal([...server.deployments.values()].filter(({ status }) => status === 'failed').length, 3);
      await assert.rejects(startFleet({ stateFile, seed: 'another' }), { code: 'invalid-input' });
    }
  });
});
