import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type DeviceId, FettleError, type Manifest } from '@fettle/model';
import { native } from '@fettle/protocol';
import { encodeTargetCustom, openTargetCustom, signTime, type TargetFile, targetsOfManifest } from '@fettle/trust';
import { delegationOf, delegations, TestRepository, testSigners } from '@fettle/trust/testing';
import { createFleet, type PretendFleet } from '../src/index.ts';
import { claimToken, FakeServer } from './fake-server.ts';
import { until } from './until.ts';

const types = ['board-a', 'board-b'];
const devices = 20;

/** Two repositories behind a fake server; the director signs for each device when it asks. */
class Repositories {
  readonly image = new TestRepository();
  readonly director = new TestRepository();
  /** What whoever holds the director's online keys names. */
  corrupt: (target: TargetFile) => TargetFile = (target) => target;
  readonly #fleetSigners = testSigners(1);
  readonly #perDevice = new Map<string, Promise<TestRepository>>();

  constructor() {
    this.image.now = Date.now();
    this.director.now = Date.now();
  }

  async publish(manifest: Manifest): Promise<void> {
    await this.image.publishRoot();
    const thermostat = delegationOf('thermostat', this.#fleetSigners);
    await this.image.publishTargets('targets', delegations([thermostat, this.#fleetSigners]));
    await this.image.publishTargets('thermostat', { targets: targetsOfManifest(manifest) }, this.#fleetSigners);
    await this.image.publish();
    await this.director.publishRoot();
  }

  async answer(server: FakeServer, path: string, device: string | undefined, body: string) {
    const image = /^\/repository\/default\/metadata\/(.+)$/.exec(path)?.[1];
    if (image !== undefined) return this.image.fetch(image, Number.POSITIVE_INFINITY);
    if (device === undefined) return undefined;
    if (path === native.nativePaths.time) {
      const asked = native.timeRequest.decode(body);
      assert.ok(asked.ok);
      return signTime(asked.value.nonce, Date.now(), this.director.time);
    }
    const name = path.startsWith(`${native.nativePaths.director}/`) ? path.split('/').at(-1) : undefined;
    if (name === undefined) return undefined;
    const signed = this.#perDevice.get(device) ?? this.#sign(server, device);
    this.#perDevice.set(device, signed);
    return (await signed).fetch(name, Number.POSITIVE_INFINITY);
  }

  async #sign(server: FakeServer, device: string): Promise<TestRepository> {
    const own = new TestRepository();
    own.now = this.director.now;
    own.holders = this.director.holders;
    own.files.set('1.root.json', this.director.file('1.root.json'));
    const seen = server.devices.get(device);
    const all = this.image.targets.get('thermostat')?.targets ?? new Map<string, TargetFile>();
    const mine = [...all].filter(([path]) => path.endsWith(`.${seen?.type}`));
    const deployment = seen?.open?.id;
    const targets = new Map(mine.map(([path, target]) => [path, this.corrupt(assigned(target, deployment))]));
    await own.publishTargets('targets', { targets, device: device as DeviceId });
    await own.publish();
    return own;
  }
}

function assigned(target: TargetFile, deployment: string | undefined): TargetFile {
  const opened = openTargetCustom(target.custom);
  assert.ok(opened.ok);
  const { match } = opened.custom;
  const nothing = { rollout: undefined, deltaFrom: undefined, url: undefined };
  const assign = { componentSerial: match.component, deployment, ...nothing };
  return { ...target, custom: encodeTargetCustom({ match, assign, info: undefined, release: undefined }) };
}

let server: FakeServer;
let repositories: Repositories;
let fleet: PretendFleet | undefined;

beforeEach(async () => {
  server = new FakeServer();
  repositories = new Repositories();
  server.faults.answers = (path, device, body) => repositories.answer(server, path, device, body);
});

afterEach(async () => {
  await fleet?.stop();
  fleet = undefined;
  await server.stop();
});

async function start(): Promise<PretendFleet> {
  const url = await server.start();
  await repositories.publish(await server.release('1.0.0', 1, { types }));
  // Under two repositories an offer brings no signed manifest.
  server.faults.spoilOffer = (offer) => ({ ...offer, envelope: '' });
  const text = (repository: TestRepository) => Buffer.from(repository.file('1.root.json')).toString('utf8');
  const roots = { image: text(repositories.image), director: text(repositories.director) };
  const settings = { server: url, fleet: 'thermostat', devices, types, claimToken, roots };
  fleet = await createFleet({ ...settings, speed: 500, rampMs: 50 });
  fleet.start();
  return fleet;
}

function ended(of: PretendFleet): boolean {
  const ledger = of.ledger();
  return ledger.length === devices && ledger.every(({ deed }) => deed !== null) && server.allEnded();
}

describe('a fleet with two repositories', () => {
  it('installs what both of them name', async () => {
    const started = await start();
    await until('all updated', () => started.stats().byVersion['1.0.0'] === devices && ended(started));
    assert.deepEqual(started.violations(), []);
    assert.equal(server.devices.get('sim-00001')?.lastCheckIn?.attributes['trust-origin'], 'provisioned');
  });

  it('installs nothing that only the director names, and says which attack it was', async () => {
    repositories.corrupt = (target) => ({ ...target, length: target.length + 1 });
    const started = await start();
    await until('all refused', () => ended(started));
    assert.equal(started.stats().byVersion['1.0.0'] ?? 0, 0);
    const codes = [...server.deployments.values()].map(({ reports }) => reports.at(-1)?.error?.code);
    assert.deepEqual(new Set(codes), new Set(['target-bytes-differ']));
    assert.equal(started.stats().violations, devices);
  });

  it('installs nothing while nobody answers for the director, and reports it as something that may pass', async () => {
    const { answers } = server.faults;
    server.faults.answers = async (path, device, body) =>
      path.startsWith(native.nativePaths.director) ? 'absent' : answers?.(path, device, body);
    const started = await start();
    await until('all refused', () => ended(started));
    const errors = [...server.deployments.values()].map(({ reports }) => reports.at(-1)?.error);
    assert.ok(errors.every((error) => error?.code === 'metadata-absent' && error.class === 'transient'));
    assert.equal(started.stats().byVersion['1.0.0'] ?? 0, 0);
  });

  it('is refused when it is given trust keys besides, or no roots', async () => {
    const settings = { server: 'http://127.0.0.1:1', fleet: 'thermostat', devices, types };
    const nonsense = { image: '{}', director: '{}' };
    await assert.rejects(createFleet({ ...settings, roots: nonsense }), FettleError);
    await assert.rejects(createFleet({ ...settings, roots: nonsense, trustKeys: [server.publicKeyPem] }), /both/);
  });
});
