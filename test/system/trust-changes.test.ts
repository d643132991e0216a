import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  changeLifeMs,
  createFleet,
  getTrustChange,
  listAudit,
  publishTrustChange,
  refreshRepository,
  repositoryFile,
  requestTrustChange,
  signTrustChange,
  trustMetadata,
  trustState,
  withdrawTrustChange,
} from '@fettle/control';
import { FettleError, limits } from '@fettle/model';
import { encodeMetadata, targetsOfManifest, trustRoot, updateRepository } from '@fettle/trust';
import { newSigners } from '../../packages/control/test/ceremony.ts';
import { createTrustWorld, type TrustWorld } from './trust/trust-world.ts';

const code =
  (wanted: string, says = /./) =>
  (error: unknown) => {
    assert.ok(error instanceof FettleError, String(error));
    assert.equal(error.code, wanted, error.message);
    assert.match(error.message, says);
    return true;
  };

/** What a client that trusts root 1 finds. */
async function clientSees(t: TrustWorld, paths: readonly string[] = []) {
  const first = await repositoryFile(t.server, t.brain, '1.root.json');
  const trust = trustRoot(Buffer.from(first?.text ?? ''));
  assert.ok(trust.ok);
  return updateRepository(
    trust.state,
    async (name) => {
      const file = await repositoryFile(t.server, t.brain, name);
      return file ? Buffer.from(file.text) : 'absent';
    },
    { now: t.world.now, paths },
  );
}

test('a change gathers signatures, is published with snapshot and timestamp, and clients follow it', async () => {
  await using t = await createTrustWorld();
  await t.begin();
  const seen = await clientSees(t);
  assert.ok(seen.ok, JSON.stringify(seen));
  assert.deepEqual([...seen.snapshot.meta.keys()], ['targets']);
  const verbs = (await listAudit(t.admin, t.brain, { limit: 100 })).items.map(
    ({ verb, object }) => `${verb} ${object}`,
  );
  for (const wanted of [
    'trust.published trust/image/root',
    'trust.published trust/image/targets',
    'trust.published trust/director/root',
    'trust.refreshed trust/image/snapshot',
    'trust.refreshed trust/image/timestamp',
  ]) {
    assert.ok(verbs.includes(wanted), `${wanted} in ${verbs.join(', ')}`);
  }
  assert.equal(verbs.filter((verb) => verb.startsWith('trust.change-requested')).length, 3);
  assert.equal(verbs.filter((verb) => verb.startsWith('trust.change-signed')).length, 6);
  const state = await trustState(t.admin, t.brain);
  assert.deepEqual(
    state.repositories.map(({ repository, roles }) => [
      repository,
      roles.map(({ role, version }) => `${role} ${version}`),
    ]),
    [
      ['image', ['root 1', 'targets 1', 'snapshot 1', 'timestamp 1', 'thermostat null']],
      ['director', ['root 1', 'targets null', 'snapshot null', 'timestamp null']],
    ],
  );
  const newest = await trustMetadata(t.admin, t.brain, { repository: 'image', name: 'targets.json' });
  assert.equal(newest.version, 1);
  await assert.rejects(
    trustMetadata(t.admin, t.brain, { repository: 'image', name: '2.targets.json' }),
    code('not-found'),
  );
});

test('one signature too few publishes nothing, and the same signature twice counts once', async () => {
  await using t = await createTrustWorld();
  const file = await t.officers.imageRoot(await t.signer.keys());
  const [one] = file.signatures;
  assert.ok(one);
  const { id } = await t.stage({ ...file, signatures: [one, one] });
  assert.equal((await getTrustChange(t.admin, t.brain, id)).signatures.length, 1);
  const publish = publishTrustChange(t.admin, t.brain, id, { force: false, reason: '' });
  await assert.rejects(publish, code('signature-invalid', /Expected 2 signature/));
  assert.equal(await repositoryFile(t.server, t.brain, '1.root.json'), undefined);
});

test('signatures of strangers, over other bytes, and second ones of a key are refused', async () => {
  await using t = await createTrustWorld();
  const online = await t.signer.keys();
  const file = await t.officers.imageRoot(online);
  const { id } = await t.stage({ ...file, signatures: file.signatures.slice(0, 1) });
  const [first, second] = file.signatures as [{ keyid: string; sig: string }, { keyid: string; sig: string }];
  const stranger = await t.officers.imageRoot(online, {}, newSigners(1));
  const sign = (keyid: string, sig: string) => signTrustChange(t.admin, t.brain, id, { keyid, sig, meaning: '' });
  await assert.rejects(
    sign(stranger.signatures[0]?.keyid ?? '', stranger.signatures[0]?.sig ?? ''),
    code('signature-invalid', /may not/),
  );
  await assert.rejects(sign(second.keyid, first.sig), code('signature-invalid', /not over/));
  await assert.rejects(sign(first.keyid, second.sig), code('signature-invalid', /not over/));
});

test('a root needs the old threshold and the new one', async () => {
  await using t = await createTrustWorld();
  await t.begin();
  const online = await t.signer.keys();
  const old = t.officers.rootOfficers;
  t.officers.rootOfficers = newSigners(3);
  const lacking = await t.stage(await t.officers.imageRoot(online));
  await assert.rejects(
    publishTrustChange(t.admin, t.brain, lacking.id, { force: false, reason: '' }),
    code('signature-invalid', /root 1/),
  );
  const both = [...old.slice(1), ...t.officers.rootOfficers.slice(0, 2)];
  await t.publish(await t.officers.imageRoot(online, {}, both));
  const seen = await clientSees(t);
  assert.ok(seen.ok);
  assert.equal(seen.root.version, 2);
});

test('what may not follow is refused before anybody signs it', async () => {
  await using t = await createTrustWorld();
  await t.begin();
  const online = await t.signer.keys();
  const { officers, fleet } = t;
  const request = async (file: { repository: string; role: string; payload: Uint8Array }) =>
    requestTrustChange(t.admin, t.brain, { ...file, reason: '' });
  const delegation = (await officers.targets([fleet])).payload;
  const altered = (from: string, to: string) => Buffer.from(Buffer.from(delegation).toString().replaceAll(from, to));
  const rows: readonly (readonly [
    string,
    Parameters<typeof request>[0] | Promise<Parameters<typeof request>[0]>,
    string,
    RegExp,
  ])[] = [
    [
      'a jump of the version',
      officers.imageRoot(online, { version: 7 }),
      'invalid-input',
      /Expected version 2, found 7/,
    ],
    [
      'a lower threshold',
      officers.imageRoot(online, {
        roles: { ...(await rolesOf(t)), root: { ...(await rolesOf(t)).root, threshold: 1 } },
      }),
      'invalid-input',
      /threshold of 2/,
    ],
    [
      'a root without the online keys',
      officers.imageRoot({ ...online, image: { ...online.image, snapshot: online.time } }),
      'invalid-input',
      /signer's key/,
    ],
    [
      'a director without the time key',
      officers.directorRoot(online, { time: undefined }),
      'invalid-input',
      /time key/,
    ],
    ['a fleet that is not there', officers.targets([fleet, 'toaster']), 'invalid-input', /no fleet toaster/],
    [
      'paths of another fleet',
      { repository: 'image', role: 'targets', payload: altered('thermostat/*/*', 'other/*/*') },
      'invalid-input',
      /to be thermostat\/\*\/\*/,
    ],
    [
      'a delegation that does not end the search',
      { repository: 'image', role: 'targets', payload: altered('"terminating":true', '"terminating":false') },
      'invalid-input',
      /terminating/,
    ],
    [
      'a fleet named as a role',
      { repository: 'image', role: 'targets', payload: altered('thermostat', 'snapshot') },
      'invalid-input',
      /snapshot/,
    ],
    ['a delegation that is gone', officers.targets([]), 'invalid-input', /to stay/],
    [
      'a snapshot',
      { repository: 'image', role: 'snapshot', payload: delegation },
      'invalid-input',
      /by the signer alone/,
    ],
    [
      'targets of a director',
      { repository: 'director', role: 'targets', payload: delegation },
      'invalid-input',
      /by the signer alone/,
    ],
    [
      'another repository',
      { repository: 'mirror', role: 'root', payload: delegation },
      'invalid-input',
      /image or director/,
    ],
    [
      'a role that nobody delegates',
      { ...(await officers.fleetRole('toaster' as never, new Map())) },
      'wrong-state',
      /Delegate to fleet toaster/,
    ],
    [
      'no canonical bytes',
      { repository: 'image', role: 'targets', payload: Buffer.from('{"a": 1}') },
      'invalid-input',
      /cannot be signed/,
    ],
    [
      'a release without its publication',
      officers.fleetRole(fleet, targetsOfManifest(await t.manifest('1.0.0'))),
      'invalid-input',
      /fettle release publish/,
    ],
    [
      'a device in a fleet role',
      officers.fleetRole(fleet, new Map(), { device: 'SN-1' as never }),
      'invalid-input',
      /no device/,
    ],
    [
      'delegations of a fleet',
      officers.fleetRole(fleet, new Map(), { delegations: { keys: new Map(), roles: [] } }),
      'invalid-input',
      /no delegations/,
    ],
  ];
  for (const [what, file, wanted, says] of rows) {
    await assert.rejects(request(await file), code(wanted, says), what);
  }
});

async function rolesOf(t: TrustWorld) {
  const root = (await clientSees(t)) as {
    root: {
      roles: Record<'root' | 'targets' | 'snapshot' | 'timestamp', { keyids: readonly string[]; threshold: number }>;
    };
  };
  return root.root.roles;
}

test('at most so many changes wait, each for two weeks, and a withdrawn one takes nothing more', async () => {
  await using t = await createTrustWorld();
  const file = await t.officers.imageRoot(await t.signer.keys());
  const first = await t.stage(file);
  for (let i = 1; i < limits.openTrustChanges; i++) await t.stage({ ...file, signatures: [] });
  await assert.rejects(t.stage(file), code('limit-reached'));
  await withdrawTrustChange(t.admin, t.brain, first.id, 'another one');
  await withdrawTrustChange(t.admin, t.brain, first.id, 'twice');
  const [one] = file.signatures;
  assert.ok(one);
  await assert.rejects(
    signTrustChange(t.admin, t.brain, first.id, { ...one, meaning: '' }),
    code('wrong-state', /withdrawn/),
  );
  const late = await t.stage(file);
  t.world.now += changeLifeMs + 1;
  await assert.rejects(
    publishTrustChange(t.admin, t.brain, late.id, { force: false, reason: '' }),
    code('wrong-state', /expired/),
  );
  await t.stage(await t.officers.imageRoot(await t.signer.keys()));
  assert.equal((await getTrustChange(t.admin, t.brain, late.id)).change.status, 'withdrawn', 'expired ones make room');
  await assert.rejects(
    withdrawTrustChange(t.admin, t.brain, 'chg_00000000000000000000000000' as never, ''),
    code('not-found'),
  );
});

test('of two publishers at once one wins, and the other is told to try again', async () => {
  await using t = await createTrustWorld();
  await t.begin();
  await createFleet(t.admin, t.brain, { id: 'router', deviceTypes: ['board-a'] });
  const a = await t.stage(await t.officers.targets([t.fleet, 'router']));
  const b = await t.stage(await t.officers.fleetRole(t.fleet, new Map()));
  const outcomes = await Promise.allSettled(
    [a, b].map(({ id }) => publishTrustChange(t.admin, t.brain, id, { force: false, reason: '' })),
  );
  const lost = outcomes.filter((one) => one.status === 'rejected');
  assert.equal(lost.length, 1, JSON.stringify(outcomes));
  assert.match(String(lost[0]?.reason), /Try again/);
  const again = outcomes[0]?.status === 'rejected' ? a : b;
  await publishTrustChange(t.admin, t.brain, again.id, { force: false, reason: '' });
  const seen = await clientSees(t);
  assert.ok(seen.ok);
  assert.deepEqual([...seen.snapshot.meta].map(([role, { version }]) => `${role} ${version}`).sort(), [
    'targets 2',
    'thermostat 1',
  ]);
});

test('what stops between signing and writing costs a version and nothing else', async () => {
  await using t = await createTrustWorld();
  await t.begin();
  const { id } = await t.stage(await t.officers.fleetRole(t.fleet, new Map()));
  t.signer.before = async ({ of }) => {
    if (of.role === 'timestamp') throw new FettleError('signer-unavailable', 'gone');
  };
  const publish = () => publishTrustChange(t.admin, t.brain, id, { force: false, reason: '' });
  await assert.rejects(publish(), code('signer-unavailable'));
  assert.equal(await repositoryFile(t.server, t.brain, '1.thermostat.json'), undefined, 'nothing was written');
  await assert.rejects(withdrawTrustChange(t.admin, t.brain, id, ''), code('wrong-state', /Publish it again/));
  t.signer.before = async () => {};
  await publish();
  const seen = await clientSees(t);
  assert.ok(seen.ok);
  assert.equal(seen.snapshot.version, 3, 'version 2 was signed and never seen');
});

test('a third of their life before they matter, snapshot and timestamp are signed anew', async () => {
  await using t = await createTrustWorld();
  assert.deepEqual(await refreshRepository(t.server, t.brain), [], 'nothing to refresh');
  await t.begin();
  assert.deepEqual(await refreshRepository(t.server, t.brain), [], 'all is fresh');
  const hourMs = 3_600_000;
  t.world.now += 9 * hourMs;
  assert.deepEqual(await refreshRepository(t.server, t.brain), ['timestamp']);
  t.world.now += 60 * hourMs;
  assert.deepEqual(await refreshRepository(t.server, t.brain), ['snapshot', 'timestamp']);
  const seen = await clientSees(t);
  assert.ok(seen.ok);
  assert.deepEqual([seen.snapshot.version, seen.timestamp.version], [2, 3]);
});

test('a snapshot that was signed and lost in a crash does not stop timestamps from being renewed', async () => {
  await using t = await createTrustWorld();
  await t.begin();
  const hourMs = 3_600_000;
  t.world.now += 60 * hourMs;
  t.signer.before = async ({ of }) => {
    if (of.role === 'timestamp') throw new Error('the process dies here');
  };
  await assert.rejects(refreshRepository(t.server, t.brain), /dies here/);
  t.signer.before = async () => {};
  t.world.now -= 51 * hourMs;
  assert.deepEqual(await refreshRepository(t.server, t.brain), ['snapshot', 'timestamp']);
  const seen = await clientSees(t);
  assert.ok(seen.ok);
  assert.equal(seen.snapshot.version, 3);
});

test('who lacks the permission neither sees nor changes anything', async () => {
  await using t = await createTrustWorld();
  const nobody = { ...t.admin, permissions: new Set<never>() };
  const payload = encodeMetadata({
    type: 'timestamp',
    version: 1,
    expiresAt: 0,
    unknown: {},
    snapshot: { version: 1, length: undefined, sha256: undefined },
  });
  await assert.rejects(trustState(nobody, t.brain), code('forbidden'));
  await assert.rejects(
    requestTrustChange(nobody, t.brain, { repository: 'image', role: 'root', payload, reason: '' }),
    code('forbidden'),
  );
  await assert.rejects(refreshRepository(nobody, t.brain), code('forbidden'));
});
