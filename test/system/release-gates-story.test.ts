import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { AuditEventView, CheckReportsView, ExplanationView, ReasonView } from '@fettle/api';
import { type CeremonyDesk, openCeremonyDesk } from './ceremonies-support.ts';
import { until } from './cli-support.ts';

// One story by commands alone: a release with a key in it is stopped, mended, excused, approved, and held when it has to be.
let at: CeremonyDesk;
before(async () => {
  at = await openCeremonyDesk();
  await at.ok(`login --server ${at.url} --token-file $data/admin.token --wait 10s`);
  await at.ok('key create');
  await at.ok('fleet create hubs --type hub-a --check-in 5s');
  await at.ok('fleet key add');
});
after(() => at.desk.leave());

const place = '--type hub-a --component rootfs';
const secret = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const program = 'a program that says hello, and nothing more than that\n'.repeat(2_000);

async function reasons(device: string, version: string): Promise<readonly ReasonView[]> {
  return ((await at.ask(`why ${device} ${version}`)) as ExplanationView).reasons;
}

test('a release with a private key in it is stopped before it is signed', async () => {
  await at.ok('policy set standard');
  await writeFile(join(at.desk.folder, 'leaky.bin'), `${program}${secret}${program}`);
  const { err } = await at.refused(6, `release publish $leaky.bin ${place} --version 1.0.0`);
  assert.match(err, /secrets\/private-key-pem/);
  assert.match(err, /development +fail/);
  assert.ok(!err.includes(secret.split('\n')[1] ?? secret), 'the key itself is never shown');
  assert.deepEqual(await at.ask('release list'), []);
  const events = (await at.ask('audit list')) as AuditEventView[];
  assert.ok(events.some(({ verb }) => verb === 'check.done'));
});

test('nobody publishes around the gates', async () => {
  const { policy } = (await at.ask('policy show')) as { policy: { stages: readonly unknown[] } };
  assert.equal(policy.stages.length, 2);
  const { url } = at;
  const token = (await readFile(join(at.desk.folder, 'data/admin.token'), 'utf8')).trim();
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ envelope: '{"payloadType":"x","payload":"","signatures":[]}' });
  const answer = await fetch(`${url}/api/v1/fleets/hubs/releases`, { method: 'POST', headers, body });
  assert.equal(answer.status, 422);
});

test('without the key in it the same version passes, and its evidence is kept and signed', async () => {
  await writeFile(join(at.desk.folder, 'clean.bin'), program);
  await at.ok(`release publish $clean.bin ${place} --version 1.0.0`);
  await at.ok('release report 1.0.0');
  const { records, reports } = (await at.ask('release report 1.0.0')) as CheckReportsView;
  assert.deepEqual(new Set(reports.map(({ gate }) => gate)).size, 7);
  const kinds = new Set(records.map(({ kind }) => kind));
  for (const kind of ['gate-reports', 'statement', 'summary', 'sbom-cyclonedx', 'sbom-spdx', 'inventory']) {
    assert.ok(kinds.has(kind), kind);
  }
  await at.ok('release evidence 1.0.0 --kind sbom-cyclonedx --out $bom.json');
  assert.equal(JSON.parse(await readFile(join(at.desk.folder, 'bom.json'), 'utf8')).bomFormat, 'CycloneDX');
  const again = await at.ok(`release publish $clean.bin ${place} --version 1.0.0`);
  assert.match(again.err + again.out, /published already/);
});

test('a stricter policy is tried before it is set, and then holds devices back with the reason', async () => {
  const claim = join(at.desk.folder, 'claim.token');
  await writeFile(claim, (await at.ok('fleet claim-token create --uses 3 --expires 1h')).out);
  const trust = join(at.desk.folder, '.config/fettle/release.key.pub');
  const fleet = ['--server', at.url, '--fleet', 'hubs', '--types', 'hub-a', '--devices', '3'];
  at.desk.start('simulate', ...fleet, '--claim-token-file', claim, '--trust-key', trust, '--quiet');
  await until('devices enrolled', async () => ((await at.ask('device list')) as unknown[]).length === 3);
  const [device] = (await at.ask('device list')) as { id: string }[];
  assert.ok(device);
  await at.ok('rollout start --version 1.0.0 --draft');
  const tried = (await at.ask('policy try strict')) as { tried: { after: { stage: string; verdict: string }[] }[] };
  const after = tried.tried[0]?.after.find(({ stage }) => stage === 'production');
  assert.notEqual(after?.verdict, 'pass');
  await at.ok('policy set strict');
  const codes = (await reasons(device.id, '1.0.0')).map(({ code }) => code);
  assert.ok(codes.includes('gate-failed'), codes.join(', '));
  assert.ok(codes.includes('awaiting-approval'), codes.join(', '));
  assert.match((await at.ok('rollout show')).out, /held: waits for the gates of stage production .*, and /);
  const { err } = await at.refused(6, 'rollout start --version 1.0.0');
  assert.match(err, /for stage production, in which group all lives: [\s\S]*run: +fettle release report 1\.0\.0/);
});

test('a signed waiver lets a finding stand for a while, and its end brings the finding back', async () => {
  await at.key('officer');
  await writeFile(
    join(at.desk.folder, 'policy.yaml'),
    'preset: standard\nwaivers: { keys: [officer.pub], threshold: 1 }\n',
  );
  await at.ok('policy set $policy.yaml');
  await at.refused(6, `release publish $leaky.bin ${place} --version 1.1.0`);
  const sign = 'waiver sign --gate secrets --rule private-key-pem --author ada --for 30d --key $officer';
  await at.refused(2, `${sign} --reason short`);
  await at.desk.type(
    ...sign.split(' ').map((word) => word.replace('$', `${at.desk.folder}/`)),
    '--reason',
    'a key of the test bench',
  );
  const published = await at.ok(`release publish $leaky.bin ${place} --version 1.1.0`);
  assert.match(published.err, /1 finding waived/);
  assert.match((await at.ok('release report 1.1.0')).out, /private-key-pem .* waived until \d{4}-\d\d-\d\d by ada/);
  await at.refused(2, sign.replace('private-key-pem', 'privat-key'));
  await at.ok('rollout start --version 1.1.0');
  await at.refused(5, 'rollout start --version 1.1.0');
  const waivers = (await at.ask('waiver list')) as { sha256: string }[];
  assert.equal(waivers.length, 1);
  const gate = () => at.ask('release show 1.1.0') as Promise<{ clearance: { stages: { verdict: string }[] } }>;
  assert.deepEqual(new Set((await gate()).clearance.stages.map(({ verdict }) => verdict)), new Set(['pass']));
  await at.ok(`waiver revoke ${waivers[0]?.sha256} --reason over`);
  assert.deepEqual(new Set((await gate()).clearance.stages.map(({ verdict }) => verdict)), new Set(['fail']));
});
