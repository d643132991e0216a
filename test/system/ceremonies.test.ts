import assert from 'node:assert/strict';
import { readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createClient, type TrustStateView } from '@fettle/api';
import { beginTrust, type CeremonyDesk, openCeremonyDesk } from './ceremonies-support.ts';

// One story against a real server and its signer: each test goes on from the last.
let at: CeremonyDesk;

before(async () => {
  at = await openCeremonyDesk();
  await at.ok('fleet create hubs --type hub-a,hub-b');
});
after(() => at.desk.leave());

test('two of three officers make both repositories, and the fleet gets a key of its own', async () => {
  await beginTrust(at, 'hubs');
  const { repositories, changes } = (await at.ask('root show')) as TrustStateView;
  assert.deepEqual(
    repositories.map(({ repository, roles }) => [repository, roles.map(({ role, version }) => `${role} ${version}`)]),
    [
      ['image', ['root 1', 'targets 1', 'snapshot 1', 'timestamp 1', 'hubs null']],
      ['director', ['root 1', 'targets null', 'snapshot null', 'timestamp null']],
    ],
  );
  assert.deepEqual(changes, []);
});

test('a release is published under the delegation, and the same command again changes nothing', async () => {
  const file = await at.firmware('one.bin', 'one');
  const line = `release publish ${file} --type hub-a,hub-b --component rootfs --version 1.0.0 --key $team --security-floor 1`;
  const first = (await at.ask(line)) as { created: boolean; release: { signedBy: string[] } };
  assert.equal(first.created, true);
  assert.equal(first.release.signedBy.length, 1);
  assert.equal(((await at.ask(line)) as { created: boolean }).created, false);
  await at.refused(5, line.replace('one.bin', 'two.bin').replace(file, await at.firmware('two.bin', 'two')));
});

test('a release that two have to sign waits in a file until the second has', async () => {
  await at.key('second');
  const both = '--key $team.pub --key $second.pub --threshold 2';
  await at.finish(await at.stage(`root delegate hubs ${both}`), ['ann', 'bob']);
  const stale = (await at.ask('root show')) as { stale: string[] };
  assert.deepEqual(stale.stale, ['hubs'], 'the file of the fleet has one signature of two');
  await at.finish(await at.stage('root renew hubs'), ['team', 'second']);
  const file = await at.firmware('three.bin', 'three');
  const publish = `release publish ${file} --type hub-a --component rootfs --version 3.0.0`;
  const out = '--out $three.targets.json';
  const waiting = (await at.ask(`${publish} --key $team ${out}`)) as { file: string; lacking: string[] };
  assert.equal(waiting.lacking.length, 1);
  assert.match(waiting.lacking[0] ?? '', /^1 more of the keys of fleet hubs: [0-9a-f]{12}$/);
  await at.refused(2, 'release sign $three.targets.json --key $team');
  await at.refused(6, 'release sign $three.targets.json --key $ann');
  const shown = await at.ok('release sign $three.targets.json --key $second');
  assert.match(shown.err, /New target hubs\/rootfs\/3\.0\.0\.hub-a/);
  assert.match(shown.out, /published/);
  const all = (await at.ask(`${publish} --key $team --key $second`)) as { created: boolean };
  assert.equal(all.created, false, 'both keys on one machine would do as well');
});

test('a key of nobody, half the officers, and the same officer twice publish nothing', async () => {
  await at.key('mallory');
  const { id } = await at.stage('root renew targets');
  await at.refused(6, `root sign ${id} --key $mallory --meaning hello`);
  await at.refused(2, `root sign ${id} --key $ann`);
  await at.ok(`root sign ${id} --key $ann --meaning agreed`);
  await at.refused(5, `root sign ${id} --key $ann --meaning again`);
  const half = await at.refused(6, `root publish ${id}`);
  assert.match(half.err, /Expected 2 signature/);
  await at.ok(`root withdraw ${id} --reason 'was a try'`);
  await at.refused(5, `root sign ${id} --key $bob --meaning agreed`);
});

test('an officer leaves, another comes, and a third threshold cannot be lowered', async () => {
  await at.key('gus');
  const swap = '--remove $cid.pub --add $gus.pub --remove-targets $cid.pub --add-targets $gus.pub';
  const change = await at.stage(`root rotate --repository image ${swap}`);
  await at.finish(change, ['bob', 'gus', 'ann']);
  const state = (await at.ask('root show')) as TrustStateView & { stale: string[] };
  assert.equal(state.repositories[0]?.roles[0]?.version, 2);
  const { stale } = state;
  assert.deepEqual(stale, [], 'two of those who signed the targets still may');
  await at.refused(2, 'root rotate --repository image --threshold 1');
  await at.refused(2, 'root rotate --repository image --threshold 4');
  await at.refused(5, 'root init --repository image --officer $ann.pub --threshold 1');
});

test('online keys are named as the signer has them', async () => {
  const change = await at.stage('root rotate --repository director --online');
  const shown = (await at.ask(`root show ${change.id}`)) as { summary: string[] };
  assert.deepEqual(
    shown.summary.filter((sentence) => /gains|loses/.test(sentence)),
    [],
    'they are the same as before',
  );
  await at.finish(change, ['dee', 'eve']);
});

test('a stolen key loses every role, and what only it had signed is renewed', async () => {
  await at.key('fresh');
  const { id } = await at.stage("root revoke $team.pub --add $fresh.pub --reason 'laptop stolen'");
  const { summary } = (await at.ask(`root show ${id}`)) as { summary: string[] };
  assert.ok(summary.some((sentence) => /Delegation hubs loses/.test(sentence)));
  for (const key of ['ann', 'gus']) await at.ok(`root sign ${id} --key $${key} --meaning revoked`);
  const published = await at.ok(`root publish ${id}`);
  assert.match(published.err, /fettle root renew hubs/);
  const file = await at.firmware('four.bin', 'four');
  const publish = `release publish ${file} --type hub-a --component rootfs --version 4.0.0`;
  await at.refused(6, `${publish} --key $team --key $second`);
  const renew = await at.stage('root renew hubs');
  const { summary: all } = (await at.ask(`root show ${renew.id}`)) as { summary: string[] };
  assert.ok(
    all.some((sentence) => /New target hubs\/rootfs\/1\.0\.0/.test(sentence)),
    'nothing that only stolen keys vouch for looks unchanged',
  );
  await at.refused(6, `root sign ${renew.id} --key $team --meaning stolen`);
  await at.finish(renew, ['fresh', 'second']);
  await at.refused(6, `${publish} --key $team --key $second`);
  await at.ok(`${publish} --key $fresh --key $second`);
});

test('an officer whose key is stolen leaves root and targets at once', async () => {
  await at.key('hal');
  const change = await at.stage("root revoke $bob.pub --add $hal.pub --reason 'card lost'");
  assert.equal(change.role, 'root');
  await at.refused(6, `root sign ${change.id} --key $dee --meaning 'an officer of the director'`);
  await at.finish(change, ['ann', 'gus', 'hal']);
  await at.refused(4, 'root revoke $bob.pub');
});

test('a fleet that is undelegated is signed for by the keys of the targets', async () => {
  await at.finish(await at.stage('root undelegate hubs'), ['gus', 'ann']);
  await at.finish(await at.stage('root renew hubs'), ['ann', 'hal']);
  const file = await at.firmware('five.bin', 'five');
  const publish = `release publish ${file} --type hub-a --component rootfs --version 5.0.0`;
  await at.refused(6, `${publish} --key $fresh --key $second`);
  await at.ok(`${publish} --key $ann --key $gus`);
});

test('a token that may publish and no more is enough for a build server', async () => {
  const token = (await readFile(join(at.desk.folder, 'data/admin.token'), 'utf8')).trim();
  const client = createClient({ server: at.url, token });
  const made = await client.createToken({ name: 'ci', permissions: ['fleet.read', 'release.publish'] });
  const file = await at.firmware('ci.bin', 'ci');
  const root = join(at.desk.folder, 'ci.image.root.json');
  await at.ok('root show --out $');
  await rename(join(at.desk.folder, 'image.root.json'), root);
  const line = `release publish ${file} --type hub-a --component rootfs --version 5.0.1 --key $ann --key $gus --root ${root}`;
  await at.ok(`${line} --token ${made.token}`);
  await at.refused(3, `root show --token ${made.token}`);
});

test('publishers who meet both get through', async () => {
  const files = await Promise.all(['seven', 'eight', 'nine'].map((name) => at.firmware(name, name)));
  const lines = files.map(
    (file, i) => `release publish ${file} --type hub-a --component rootfs --version 5.${i + 1}.0 --key $ann --key $gus`,
  );
  const version = async () => {
    const { repositories } = (await at.ask('root show')) as TrustStateView;
    return repositories[0]?.roles.at(-1)?.version ?? 0;
  };
  const before = await version();
  await Promise.all(lines.map((line) => at.ok(line)));
  assert.equal(await version(), before + lines.length);
});

test('what expires is told with whom it would strand', async () => {
  assert.deepEqual(await at.ask('keys expiring'), [], 'nothing within 30 days');
  const rows = (await at.ask('keys expiring --within 200d')) as { what: string; level: string; devices: number }[];
  assert.deepEqual(rows.map(({ what }) => what.replace(/ [0-9]+$/, '')).sort(), ['image hubs', 'image targets']);
  const change = await at.stage('root renew hubs --days 2');
  await at.finish(change, ['ann', 'gus']);
  const soon = await at.desk.type('keys', 'expiring');
  assert.equal(soon.exit, 8);
  assert.match(soon.out, /now +image hubs \d+ +in 2 d/);
  assert.match(soon.err, /next: fettle root renew hubs/);
  await at.finish(await at.stage('root renew hubs'), ['ann', 'gus']);
});

test('while a rollout is in its first phase, trust changes by force and with a reason only', async () => {
  await at.ok('rollout start --version 5.0.0 --phases 10%,all');
  const change = await at.stage('root rotate --repository image');
  for (const key of ['ann', 'gus']) await at.ok(`root sign ${change.id} --key $${key} --meaning agreed`);
  const refused = await at.refused(5, `root publish ${change.id}`);
  assert.match(refused.err, /first phase/);
  await at.refused(2, `root publish ${change.id} --force`);
  await at.ok(`root publish ${change.id} --force --reason 'a key was stolen'`);
});

test('whoever pinned a root is not shown another one', async () => {
  const other = await openCeremonyDesk();
  try {
    await other.ok('fleet create hubs --type hub-a,hub-b');
    await beginTrust(other, 'hubs');
    const file = await at.firmware('six.bin', 'six');
    const pins = await readdir(join(other.desk.folder, '.config/fettle/trust'));
    const foreign = pins.find((name) => name.endsWith('.image.root.json')) ?? assert.fail();
    const root = join(other.desk.folder, '.config/fettle/trust', foreign);
    const publish = `release publish ${file} --type hub-a --component rootfs --version 6.0.0 --key $ann --key $gus`;
    const refused = await at.refused(6, `${publish} --root ${root}`);
    assert.match(refused.err, /root/);
  } finally {
    await other.desk.leave();
  }
});
