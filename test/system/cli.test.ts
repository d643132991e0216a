import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { AuditEventView, DeviceView, ExplanationView, RolloutView } from '@fettle/api';
import { generateKeyPem } from '@fettle/trust';
import { type Desk, openDesk, type Program, until } from './cli-support.ts';

// One story, told by commands alone, against the real server and simulated devices: each test goes on from the last.
let desk: Desk;
let server: Program;
let url = '';
const devices = 20;

before(async () => {
  desk = await openDesk();
  server = desk.start('serve', '--data-dir', join(desk.folder, 'data'), '--http-port', '0');
  await until('the server is ready', () => {
    url = /"url":"(http:[^"]+)".*"msg":"ready"/.exec(server.said())?.[1] ?? '';
    return url !== '';
  });
});
after(() => desk.leave());

async function ok(...args: readonly string[]): Promise<string> {
  const { exit, out, err } = await desk.type(...args);
  assert.equal(exit, 0, `fettle ${args.join(' ')}\n${err}`);
  return out;
}

test('login takes the token that the server left for its owner', async () => {
  const out = await ok(
    'login',
    '--server',
    url,
    '--token-file',
    join(desk.folder, 'data/admin.token'),
    '--wait',
    '10s',
  );
  assert.match(out, /logged in/);
});

test('a fleet without a name to it is asked for, created, and trusts the key', async () => {
  const none = await desk.type('release', 'list');
  assert.deepEqual([none.exit, /fettle fleet create/.test(none.err)], [4, true]);
  await ok('key', 'create');
  await ok('fleet', 'create', 'hubs', '--type', 'hub-a,hub-b', '--check-in', '20s');
  const file = join(desk.folder, 'firmware.bin');
  await writeFile(file, Buffer.alloc(300_000, 'first'));
  const early = await desk.type(
    'release',
    'publish',
    file,
    '--type',
    'hub-a',
    '--component',
    'rootfs',
    '--version',
    '1.0.0',
  );
  assert.deepEqual([early.exit, /fettle fleet key add/.test(early.err)], [6, true]);
  await ok('fleet', 'key', 'add');
  assert.match(await ok('fleet', 'key', 'list'), /release key/);
  const same = await desk.type('fleet', 'create', 'hubs', '--type', 'other');
  assert.deepEqual([same.exit, /run: {3}fettle fleet list/.test(same.err)], [5, true]);
});

test('simulated devices enrol by claim token', async () => {
  const claim = join(desk.folder, 'claim.token');
  await writeFile(claim, await ok('fleet', 'claim-token', 'create', '--uses', String(devices), '--expires', '1h'));
  assert.match(await ok('fleet', 'claim-token', 'list'), new RegExp(`devices +${devices}`));
  const trust = join(desk.folder, '.config/fettle/release.key.pub');
  const fleet = ['--server', url, '--fleet', 'hubs', '--types', 'hub-a,hub-b', '--devices', String(devices)];
  const bad = ['--bad', '3.0.0=fails-health:100%', '--speed', '40', '--ramp', '0', '--quiet'];
  desk.start('simulate', ...fleet, '--claim-token-file', claim, '--trust-key', trust, ...bad);
  await until('all devices are accepted', async () => {
    const { devices: counts } = (await desk.ask('fleet', 'show')) as { devices: { accepted: number } };
    return counts.accepted === devices;
  });
});

test('a release goes from a file to every device, and the same publication again changes nothing', async () => {
  const publish = [
    'release',
    'publish',
    'firmware.bin',
    '--type',
    'hub-a,hub-b',
    '--component',
    'rootfs',
    '--version',
    '1.0.0',
  ];
  publish[2] = join(desk.folder, 'firmware.bin');
  await ok(...publish);
  assert.equal(((await desk.ask(...publish)) as { created: boolean }).created, false);
  const plan = ['--phases', '25%,all', '--soak', '0', '--min-success', '100%', '--max-failures', '0'];
  const out = await ok('rollout', 'start', '--version', '1.0.0', ...plan, '--watch', '--reason', 'first');
  assert.match(out, /completed/);
  await until('all devices say that they run it', async () => {
    const list = (await desk.ask('device', 'list')) as DeviceView[];
    return list.length === devices && list.every((device) => device.current.rootfs?.version === '1.0.0');
  });
  const why = (await desk.ask('why', 'sim-00001', '1.0.0')) as ExplanationView;
  assert.deepEqual([why.verdict, why.reasons[0]?.code], ['hold', 'up-to-date']);
});

test('a manual rollout waits for a person, and pause, resume, promote and abort do what they say', async () => {
  const file = join(desk.folder, 'second.bin');
  await writeFile(file, Buffer.alloc(200_000, 'second'));
  await ok('release', 'publish', `${file}:hub-a:rootfs`, '--version', '2.0.0', '--notes', 'for one type only');
  const plan = ['--phases', '50%,all', '--soak', '0', '--min-success', '100%', '--manual'];
  const draft = (await desk.ask('rollout', 'start', '--version', '2.0.0', ...plan, '--draft')) as RolloutView;
  const held = (await desk.ask('why', 'sim-00001', '2.0.0')) as ExplanationView;
  assert.ok(held.reasons.some(({ code }) => code === 'rollout-not-started'));
  await ok('rollout', 'start', draft.id);
  assert.match(await ok('rollout', 'pause', '--reason', 'lunch'), /paused/);
  assert.match(await ok('rollout', 'resume'), /running/);
  const watched = await desk.type('rollout', 'watch', '--every', '200ms');
  assert.deepEqual([watched.exit, /fettle rollout promote/.test(watched.err)], [8, true], watched.err);
  await ok('rollout', 'promote', '--reason', 'looks good');
  await until('the second phase has opened', async () => {
    const { phases } = (await desk.ask('rollout', 'show')) as RolloutView;
    return phases[1]?.status !== 'waiting';
  });
  const other = (await desk.ask('why', 'sim-00002', '2.0.0')) as ExplanationView;
  assert.ok(other.reasons.some(({ code }) => code === 'no-release-for-type'));
  const [newest] = (await desk.ask('rollout', 'list')) as RolloutView[];
  if (newest?.status === 'running') await ok('rollout', 'abort', '--reason', 'enough');
});

test('a release that is bad stops by itself and every device comes back', async () => {
  const file = join(desk.folder, 'third.bin');
  await writeFile(file, Buffer.alloc(100_000, 'third'));
  await ok('release', 'publish', file, '--type', 'hub-a,hub-b', '--component', 'rootfs', '--version', '3.0.0');
  const plan = ['--phases', '5,all', '--soak', '1s', '--max-failures', '1'];
  const watched = await desk.type('rollout', 'start', '--version', '3.0.0', ...plan, '--watch');
  assert.deepEqual([watched.exit, /aborted/.test(watched.out)], [8, true], watched.err);
  const [rollout] = (await desk.ask('rollout', 'list')) as RolloutView[];
  assert.ok(rollout);
  await until('no deployment is open', async () => {
    const { phases } = (await desk.ask('rollout', 'show', rollout.id)) as RolloutView;
    return phases.every(({ counts }) => counts.open === 0);
  });
  const list = (await desk.ask('device', 'list')) as DeviceView[];
  const back = list.filter((device) => device.attempts[0]?.lastStatus === 'rolledBack');
  assert.ok(back.length >= 2 && back.length <= 5, `${back.length} rolled back`);
  const why = await ok('why', back[0]?.id ?? '', '3.0.0');
  assert.match(why, /already-failed-here.*gate-failed.*health/s);
  assert.match(await ok('release', 'revoke', '3.0.0', '--reason', 'bad'), /revoked/);
  assert.match(await ok('release', 'list'), /3\.0\.0 +3 +revoked/);
});

test('devices are registered, tagged, grouped, rejected and let in again', async () => {
  const key = join(desk.folder, 'device.pem');
  await writeFile(key, generateKeyPem().publicKeyPem);
  await ok('device', 'register', 'SN-1', '--type', 'hub-a', '--public-key', key, '--tag', 'site=berlin');
  await ok('device', 'tag', 'SN-1', 'line=4', 'site=bonn');
  await ok('fleet', 'group', 'save', 'bonn', '--filter', 'tag.site == "bonn"');
  const bad = await desk.type('fleet', 'group', 'save', 'bonn', '--filter', 'tag.site = "bonn"');
  assert.equal(bad.exit, 2);
  assert.match(bad.err, /Write == to compare\.\n\s*tag\.site = "bonn"\n\s{9,}\^/);
  const chosen = (await desk.ask('device', 'list', '--filter', 'tag.site == "bonn"')) as DeviceView[];
  assert.deepEqual(
    chosen.map(({ id, tags }) => [id, tags]),
    [['SN-1', { line: '4', site: 'bonn' }]],
  );
  assert.equal((await ok('device', 'count', '--filter', 'tag.site == "bonn"')).trim(), '1');
  const odd = await desk.type('device', 'list', '--filter', 'id == "SN-1" && type == 5');
  assert.deepEqual([odd.exit, /\n\s*id == "SN-1" && type == 5\n\s{20,}\^/.test(odd.err)], [2, true]);
  assert.match(await ok('device', 'reject', 'SN-1', '--reason', 'stolen'), /rejected/);
  assert.match(await ok('device', 'accept', 'SN-1'), /accepted/);
  await ok('fleet', 'group', 'delete', 'bonn');
  assert.equal((await desk.type('device', 'show', 'SN-2')).exit, 4);
});

test('the audit log names who did what and why, and no secret is in anything that was said', async () => {
  const events = (await desk.ask('audit', 'list', '--all', '--oldest')) as AuditEventView[];
  assert.deepEqual(
    events.map(({ sequence }) => sequence),
    events.map((_, place) => place + 1),
  );
  const verbs = new Set(events.map(({ verb }) => verb));
  for (const verb of [
    'release.published',
    'rollout.aborted',
    'rollout.promoted',
    'device.rejected',
    'release.revoked',
  ] as const) {
    assert.ok(verbs.has(verb), verb);
  }
  assert.ok(events.some(({ actor, verb }) => verb === 'rollout.aborted' && actor.startsWith('rollout:')));
  assert.match(await ok('audit', 'list', '--no-deployments', '--limit', '5'), /stolen/);
  const token = (await readFile(join(desk.folder, 'data/admin.token'), 'utf8')).trim();
  const claim = (await readFile(join(desk.folder, 'claim.token'), 'utf8')).trim();
  const said = [await ok('audit', 'list', '--all'), await ok('fleet', 'claim-token', 'list', '--json')].join();
  assert.equal(said.includes(token) || said.includes(claim), false);
});

test('serve ends gently on SIGTERM', async () => {
  server.child.kill('SIGTERM');
  assert.deepEqual(await server.ended, { code: 0, signal: null });
  const gone = await desk.type('fleet', 'list');
  assert.deepEqual([gone.exit, /fettle serve/.test(gone.err)], [7, true]);
});
