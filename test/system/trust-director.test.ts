import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkIn,
  type DeviceScope,
  directorFile,
  listAudit,
  rejectDevice,
  repositoryFile,
  repositoryTarget,
  revokeRelease,
  signedTime,
} from '@fettle/control';
import { componentName, deviceType, FettleError } from '@fettle/model';
import {
  type DeviceFacts,
  floorAfterRoot,
  manifestOfTargets,
  type TrustedState,
  timeKeysOf,
  trustedRoot,
  trustedTime,
  trustRoot,
  updateRepository,
  verifyAssignment,
} from '@fettle/trust';
import { createTrustWorld, type TrustWorld } from './trust/trust-world.ts';

const dayMs = 86_400_000;
const code = (wanted: string) => (error: unknown) => {
  assert.ok(error instanceof FettleError, String(error));
  assert.equal(error.code, wanted, error.message);
  return true;
};

/** A device that keeps its trust in both repositories, as an agent does. */
class TrustingDevice {
  readonly scope: DeviceScope;
  readonly requests: string[] = [];
  #states: Partial<Record<'image' | 'director', TrustedState>> = {};
  readonly #t: TrustWorld;

  constructor(t: TrustWorld, scope: DeviceScope) {
    this.#t = t;
    this.scope = scope;
  }

  async update(repository: 'image' | 'director', paths: readonly string[] = []) {
    this.#states[repository] ??= await this.#first(repository);
    const state = this.#states[repository];
    assert.ok(state);
    const updated = await updateRepository(state, (name) => this.#fetch(repository, name), {
      now: this.#t.world.now,
      paths,
    });
    this.#states[repository] = updated.state;
    assert.ok(updated.ok, `${repository}: ${JSON.stringify(updated)}`);
    return updated;
  }

  /** What both repositories say that this device shall have. */
  async assigned(change: Partial<DeviceFacts> = {}) {
    const director = await this.update('director');
    const image = await this.update('image', [...director.targets.targets.keys()]);
    const component = { component: componentName('rootfs'), serial: 'rootfs', releaseCounter: 0, floor: 0 };
    const facts = {
      id: this.scope.device,
      type: deviceType('board-a'),
      hardwareRevision: null,
      components: [component],
    };
    return {
      director,
      verdict: verifyAssignment({ image, director: director.targets, device: { ...facts, ...change } }),
    };
  }

  async #first(repository: 'image' | 'director'): Promise<TrustedState> {
    const bytes = await this.#fetch(repository, '1.root.json');
    assert.notEqual(bytes, 'absent');
    const trust = trustRoot(bytes as Uint8Array);
    assert.ok(trust.ok);
    return trust.state;
  }

  async #fetch(repository: 'image' | 'director', name: string): Promise<Uint8Array | 'absent'> {
    this.requests.push(`${repository} ${name}`);
    const { brain, server } = this.#t;
    const text =
      repository === 'image'
        ? (await repositoryFile(server, brain, name))?.text
        : await directorFile(this.scope, brain, name);
    return text === undefined ? 'absent' : Buffer.from(text);
  }
}

const nothingNew = { attributes: {}, current: {} };

test('what a device is offered, both repositories name for it, and it makes the same manifest of them', async () => {
  await using t = await createTrustWorld();
  await t.begin();
  const manifest = await t.release('1.0.0', { notes: 'Fixes the fan.' });
  const device = new TrustingDevice(t, await t.world.addDevice('dev-1'));
  await t.rollOut('1.0.0');
  const answer = await checkIn(device.scope, t.brain, nothingNew);
  assert.equal(answer.offer?.envelope, '');
  const { verdict } = await device.assigned();
  assert.ok(verdict.ok, JSON.stringify(verdict));
  assert.deepEqual(
    verdict.assigned.map(({ path }) => path),
    ['thermostat/rootfs/1.0.0.board-a'],
  );
  assert.equal(verdict.assigned[0]?.assign.deployment, answer.offer?.deployment);
  const [assigned] = verdict.assigned;
  assert.ok(assigned);
  const image = await device.update('image', [assigned.path]);
  const found = image.lookups.get(assigned.path);
  assert.ok(found?.ok);
  const made = manifestOfTargets(t.fleet, [{ path: assigned.path, target: found.target }]);
  assert.deepEqual(made, { ok: true, manifest: { ...manifest, artifacts: manifest.artifacts.slice(0, 1) } });
  const [event] = (await listAudit(t.admin, t.brain, { limit: 1, object: 'device/dev-1' })).items;
  assert.equal(event?.verb, 'director.signed');
});

test('a set is signed once, kept while nothing changes, and empty for a device that shall have nothing', async () => {
  await using t = await createTrustWorld();
  await t.begin();
  await t.release('1.0.0');
  const device = new TrustingDevice(t, await t.world.addDevice('dev-1'));
  const { verdict, director } = await device.assigned();
  assert.ok(verdict.ok && verdict.assigned.length === 0);
  assert.equal(director.targets.device, 'dev-1', 'an empty set is for one device as well');
  const signed = t.signer.requests.length;
  await Promise.all([device.update('director'), device.update('director')]);
  t.world.now += 2 * dayMs;
  await device.update('director');
  assert.equal(t.signer.requests.length, signed, 'nothing was signed again');
  await t.rollOut('1.0.0');
  await checkIn(device.scope, t.brain, nothingNew);
  assert.equal((await device.update('director')).targets.targets.size, 1);
  assert.equal(t.signer.requests.length, signed + 3);
  await revokeRelease(t.admin, t.brain, t.fleet, { version: '1.0.0', reason: 'bad' });
  assert.equal((await device.update('director')).targets.targets.size, 0, 'what was revoked is assigned to nobody');
});

test('many who ask at once for one device have its set signed once', async () => {
  await using t = await createTrustWorld();
  await t.begin();
  const scope = await t.world.addDevice('dev-1');
  const before = t.signer.requests.length;
  const texts = await Promise.all(Array.from({ length: 10 }, () => directorFile(scope, t.brain, 'timestamp.json')));
  assert.equal(new Set(texts).size, 1);
  assert.equal(t.signer.requests.length, before + 3);
});

test('a set lives about a week, not the same for all, and is signed anew when little is left', async () => {
  await using t = await createTrustWorld();
  await t.begin();
  const lives: number[] = [];
  for (let i = 0; i < 20; i++) {
    const device = new TrustingDevice(t, await t.world.addDevice(`dev-${i}`));
    lives.push(((await device.update('director')).timestamp.expiresAt - t.world.now) / dayMs);
  }
  assert.ok(
    lives.every((days) => days >= 5.59 && days < 8.4),
    lives.join(' '),
  );
  assert.ok(new Set(lives.map((days) => days.toFixed(2))).size > 10, lives.join(' '));
  const device = new TrustingDevice(t, await t.world.addDevice('late'));
  const first = await device.update('director');
  t.world.now = first.timestamp.expiresAt - 2 * dayMs;
  const second = await device.update('director');
  assert.equal(second.timestamp.version, first.timestamp.version + 1);
});

test('a new root of the director brings new files by its new keys', async () => {
  await using t = await createTrustWorld();
  await t.begin();
  const device = new TrustingDevice(t, await t.world.addDevice('dev-1'));
  await device.update('director');
  t.signer.rotateDirector();
  await t.publish(await t.officers.directorRoot(await t.signer.keys()));
  const updated = await device.update('director');
  assert.deepEqual([updated.root.version, updated.timestamp.version], [2, 2]);
});

test('a signer that fails half way leaves a device able to try again', async () => {
  await using t = await createTrustWorld();
  await t.begin();
  const device = new TrustingDevice(t, await t.world.addDevice('dev-1'));
  t.signer.before = async ({ of }) => {
    if (of.role === 'timestamp') throw new FettleError('signer-unavailable', 'gone');
  };
  await assert.rejects(directorFile(device.scope, t.brain, 'timestamp.json'), code('signer-unavailable'));
  t.signer.before = async () => {};
  const updated = await device.update('director');
  assert.deepEqual([updated.timestamp.version, updated.snapshot.version], [1, 2]);
});

test('no device gets the files of another, nor targets of another fleet', async () => {
  await using t = await createTrustWorld();
  await t.begin();
  const manifest = await t.release('1.0.0');
  const one = new TrustingDevice(t, await t.world.addDevice('dev-1'));
  const two = new TrustingDevice(t, await t.world.addDevice('dev-2'));
  const { verdict } = await one.assigned({ id: two.scope.device });
  assert.equal(verdict.ok ? 'taken' : verdict.code, 'wrong-device');
  await two.update('director');
  const wire = `thermostat/rootfs/${manifest.artifacts[0]?.digest}.1.0.0.board-a`;
  assert.equal((await repositoryTarget({ device: one.scope }, t.brain, wire)).digest, manifest.artifacts[0]?.digest);
  await assert.rejects(
    repositoryTarget({ device: one.scope }, t.brain, wire.replace('thermostat', 'other')),
    code('not-found'),
  );
  await assert.rejects(
    repositoryTarget({ device: one.scope }, t.brain, wire.replace('board-a', 'board-c')),
    code('not-found'),
  );
  await assert.rejects(repositoryTarget({ device: one.scope }, t.brain, '../../etc'), code('not-found'));
  await rejectDevice(t.admin, t.brain, two.scope.device, 'stolen');
  await assert.rejects(directorFile(two.scope, t.brain, 'timestamp.json'), code('device-rejected'));
  await assert.rejects(repositoryTarget({ device: two.scope }, t.brain, wire), code('device-rejected'));
});

test('names that are none, and versions that are not there, are absent', async () => {
  await using t = await createTrustWorld();
  await t.begin();
  const scope = await t.world.addDevice('dev-1');
  await directorFile(scope, t.brain, 'timestamp.json');
  for (const name of [
    '',
    '2.root.json',
    '2.targets.json',
    '0.root.json',
    '1.timestamp.json',
    '1.thermostat.json',
    '01.root.json',
    '1.root.json/',
    '1..json',
    'root.json',
    '99999999999999999999.root.json',
    '1.ROOT.json',
  ]) {
    assert.equal(await directorFile(scope, t.brain, name), undefined, name);
  }
  for (const name of ['1.thermostat.json', '2.timestamp.json', '1.timestamp.json', 'root.json', '1.__proto__.json']) {
    assert.equal(await repositoryFile(t.server, t.brain, name), undefined, name);
  }
});

test('the time that is signed for a nonce is taken by a device that trusts the root', async () => {
  await using t = await createTrustWorld();
  const scope = await t.world.addDevice('dev-1');
  const nonce = 'ab'.repeat(16);
  await assert.rejects(signedTime(scope, t.brain, nonce), code('not-found'), 'no director names a key');
  await t.begin();
  const answer = Buffer.from(JSON.stringify(await signedTime(scope, t.brain, nonce)));
  const text = await directorFile(scope, t.brain, '1.root.json');
  const trust = trustRoot(Buffer.from(text ?? ''));
  assert.ok(trust.ok);
  const { root } = trust;
  const evidence = { floor: 0, clock: 5, answer, nonce, timeKeys: timeKeysOf(root), rootExpiresAt: root.expiresAt };
  const told = trustedTime(evidence);
  assert.deepEqual([told.source, told.now], ['answer', Math.floor(t.world.now / 1_000) * 1_000]);
  assert.equal(floorAfterRoot(told.floor, root, trustedRoot(trust.state)), told.floor);
  assert.equal(trustedTime({ ...evidence, nonce: 'cd'.repeat(16) }).problem, 'other-nonce');
});
