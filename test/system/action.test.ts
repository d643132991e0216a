import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { CheckReportsView } from '@fettle/api';
import { parse } from 'yaml';
import { type Bundle, bundleAction, bundlePath } from '../../actions/build.ts';
import { inputNames } from '../../actions/publish/src/inputs.ts';
import { CiBench, type JobEnd } from './action-support.ts';
import { enrolledDevice, until } from './api-support.ts';

// The bundle of the action, run as a runner runs it, against a server that really checks.

let bench: CiBench;
before(async () => {
  bench = await CiBench.open();
  await bench.trust('github', { repository_id: '1001', environment: 'release' }, 'github');
  await bench.demand('standard');
});
after(() => bench[Symbol.asyncDispose]());

const program = 'a program that says hello, and nothing more than that\n'.repeat(2_000);
const secret = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const inputs = (changes: Readonly<Record<string, string>> = {}) => ({
  ...{ server: bench.server.url, version: '1.0.0', artifact: 'out/*.bin', type: 'r1', component: 'app' },
  ...{ key: bench.keyFile, rollout: 'none', wait: 'gates', 'fail-on': 'none', timeout: '2m' },
  ...changes,
});

/** No token is in the log, but in the command that has the runner hide it. */
function assertMasked({ raw, log, summary }: JobEnd): void {
  assert.doesNotMatch(`${log}${summary}`, /eyJ[\w-]{20}|fop_/);
  for (const token of raw.match(/fop_[\w-]+|eyJ[\w-]+\.[\w-]+\.[\w-]+/g) ?? []) {
    assert.ok(raw.includes(`::add-mask::${token}\n`), 'a token is masked');
  }
}

test('the bundle that is kept is what the sources make, and action.yml names every input', async () => {
  for (const [file, text] of Object.entries(await bundleAction('publish'))) {
    const kept = await readFile(bundlePath('publish', file as keyof Bundle), 'utf8');
    assert.ok(kept === text, `dist/${file} is older than its sources: npm run build-actions`);
  }
  const action = parse(await readFile(join(import.meta.dirname, '../../actions/publish/action.yml'), 'utf8')) as {
    inputs: Record<string, unknown>;
    outputs: Record<string, unknown>;
    runs: unknown;
  };
  assert.deepEqual(Object.keys(action.inputs).sort(), [...inputNames].sort());
  assert.deepEqual(action.runs, { using: 'node24', main: 'dist/index.js' });
});

test('a job publishes with its ID token alone, and a second run finds the same release', async () => {
  await bench.write('out/app.bin', program);
  const bom = { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components: [] };
  await bench.write('out/app.cdx.json', JSON.stringify(bom));
  const order = inputs({ sbom: 'out/*.cdx.json' });
  const first = await bench.runAction(order);
  assert.equal(first.exit, 0, first.log);
  assert.match(first.outputs['release-id'] ?? '', /^rel_/);
  assert.match(first.outputs['artifact-digest'] ?? '', /^[0-9a-f]{64}$/);
  assert.equal(first.outputs['gate-verdict'], 'pass');
  assert.equal(first.outputs['rollout-id'], '');
  assert.match(first.summary, /\| secrets \| ✅ pass \|/);
  assert.match(first.summary, /\| production \| ✅ pass/);
  assertMasked(first);
  const report = await fetch(first.outputs['report-url'] ?? '', {
    headers: { authorization: `Bearer ${bench.server.token}` },
  });
  const { check } = (await report.json()) as CheckReportsView;
  assert.deepEqual(
    check.supplied.map(({ kind }) => kind),
    ['sbom'],
  );
  const second = await bench.runAction(order);
  assert.equal(second.exit, 0, second.log);
  assert.deepEqual(second.outputs, first.outputs);
  assert.match(second.summary, /it was before this run/);
  const { source } = await bench.server.client.getRelease({ fleet: 'routers', version: '1.0.0' });
  assert.equal(source?.repositoryId, '1001');
});

test('the same version with other bytes fails the job and changes nothing', async () => {
  await bench.write('other/app.bin', `${program}more\n`);
  const { exit, annotations } = await bench.runAction(inputs({ artifact: 'other/app.bin' }));
  assert.equal(exit, 1);
  assert.match(annotations.at(-1)?.title ?? '', /already-exists/);
});

test('a private key in the artifact fails the job with an annotation and the table, and nothing is published', async () => {
  await bench.write('leaky/app.bin', `${program}${secret}${program}`);
  const job = await bench.runAction(inputs({ version: '1.1.0', artifact: 'leaky/*.bin' }));
  assert.equal(job.exit, 1, job.log);
  const errors = job.annotations.filter(({ level }) => level === 'error');
  assert.ok(
    errors.some(({ title }) => title.includes('secrets: private-key-pem')),
    JSON.stringify(errors),
  );
  assert.ok(errors.some(({ title }) => title === 'Fettle: gate-failed'));
  assert.equal(job.outputs['gate-verdict'], 'fail');
  assert.equal(job.outputs['release-id'], '');
  assert.match(job.summary, /\| secrets \| ❌ fail \| 1 critical/);
  assert.match(job.summary, /\| production \| ❌ fail \| secrets/);
  assert.ok(!job.raw.includes(secret.split('\n')[1] ?? secret), 'the key itself is never shown');
  assert.ok(!(await published()).includes('1.1.0'));
  assertMasked(job);
});

async function published(): Promise<readonly string[]> {
  const { items } = await bench.server.client.listReleases({ fleet: 'routers' });
  return items.map(({ version }) => version);
}

test('jobs of another repository, for another server, or with a token that was used are refused', async () => {
  await bench.write('out/app.bin', program);
  const refused = async (claims: Readonly<Record<string, unknown>>, changes: Readonly<Record<string, string>> = {}) => {
    bench.claims = claims;
    const job = await bench.runAction(inputs(changes));
    bench.claims = {};
    assertMasked(job);
    assert.equal(job.exit, 2, job.log);
    return job.annotations.at(-1)?.title ?? '';
  };
  assert.match(await refused({ repository_id: '6666', repository: 'acme/thermostat' }), /forbidden/);
  assert.match(await refused({ environment: undefined }), /forbidden/);
  assert.match(await refused({ event_name: 'pull_request' }), /forbidden/);
  assert.match(await refused({}, { audience: 'https://other.test' }), /forbidden|not-authenticated/);
  assert.match(await refused({ iss: 'https://issuer.test' }), /not-authenticated/);
  bench.replay = bench.minted[0];
  assert.match(await refused({}), /token-replayed/);
  bench.replay = undefined;
  const noPermission = await bench.runAction(inputs(), { ACTIONS_ID_TOKEN_REQUEST_URL: '' });
  assert.equal(noPermission.exit, 2);
  assert.match(noPermission.log, /id-token: write/);
});

test('a server that cannot be reached ends with 3, an input that cannot be meant with 2', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => closed.once('listening', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const away = await bench.runAction(inputs({ server: `http://127.0.0.1:${port}`, timeout: '3s' }));
  assert.equal(away.exit, 3, away.log);
  const wrong: readonly Readonly<Record<string, string>>[] = [
    { version: 'the newest' },
    { artifact: 'nothing/*.bin' },
    { 'fail-on': 'terrible' },
    { wait: 'rollout' },
    { server: 'http://fettle.example.com' },
    { rollout: 'safe' },
    { key: 'pkcs11:token=release' },
  ];
  for (const changes of wrong) {
    const job = await bench.runAction(inputs(changes));
    assert.equal(job.exit, 2, `${JSON.stringify(changes)}: ${job.log}`);
    assert.equal(job.annotations.at(-1)?.level, 'error');
  }
});

test('fail-on is stricter than the policy, and texts that look like commands or shell stay texts', async () => {
  await bench.demand(undefined);
  await bench.write('$(touch owned);`x`/a b.bin', `${program}${secret}`);
  const odd = { version: '1.2.0', artifact: '$(touch owned);`x`/a b.bin', notes: '::error::x\n::set-output name=a::b' };
  const job = await bench.runAction(inputs({ ...odd, 'fail-on': 'high' }));
  assert.equal(job.exit, 1, job.log);
  assert.match(job.annotations.at(-1)?.message ?? '', /fail-on says high/);
  assert.deepEqual(await readFile(join(bench.folder, 'workspace/owned')).catch(() => 'none'), 'none');
  const lenient = await bench.runAction(inputs(odd));
  assert.equal(lenient.exit, 0, lenient.log);
  assert.equal(lenient.outputs['gate-verdict'], 'none');
  assert.match(lenient.summary, /\| secrets \| ❌ fail/);
  const unasked = await bench.runAction(inputs({ ...odd, wait: 'none' }));
  assert.equal(unasked.exit, 0, unasked.log);
  assert.doesNotMatch(unasked.summary, /secrets/);
  await bench.demand('standard');
});

test('without a key the job uploads and the gates look, and somebody with the key publishes the same bytes', async () => {
  await bench.write('out/app.bin', `${program}2`);
  const looked = await bench.runAction(inputs({ version: '2.0.0', key: '' }));
  assert.equal(looked.exit, 0, looked.log);
  assert.equal(looked.outputs['gate-verdict'], 'pass');
  assert.equal(looked.outputs['release-id'], '');
  assert.match(looked.summary, /not published by this job/);
  assert.ok(!(await published()).includes('2.0.0'));
  const signed = await bench.runAction(inputs({ version: '2.0.0' }));
  assert.equal(signed.exit, 0, signed.log);
  assert.match(signed.log, /upload: the server has it already/);
  assert.equal(signed.outputs['report-url'], looked.outputs['report-url']);
});

test('a rollout takes a token of its own, is started once, and a job that waits fails when it does not complete', async () => {
  await bench.write('out/app.bin', `${program}2`);
  const token = await bench.rolloutToken();
  const more = { FETTLE_ROLLOUT_TOKEN: token };
  const order = inputs({ version: '2.0.0', rollout: 'fast', group: 'all', wait: 'gates' });
  const first = await bench.runAction(order, more);
  assert.equal(first.exit, 0, first.log);
  assert.match(first.outputs['rollout-id'] ?? '', /^rol_/);
  assert.ok(!first.log.includes(token));
  const second = await bench.runAction(order, more);
  assert.equal(second.outputs['rollout-id'], first.outputs['rollout-id']);
  const id = first.outputs['rollout-id'] ?? '';
  const waiting = { ...order, wait: 'rollout' };
  const late = await bench.runAction({ ...waiting, timeout: '5s' }, more);
  assert.equal(late.exit, 1, late.log);
  assert.match(late.annotations.at(-1)?.message ?? '', /not over within the time/);
  await bench.server.client.pauseRollout({ rollout: id });
  const paused = await bench.runAction(waiting, more);
  assert.equal(paused.exit, 1, paused.log);
  assert.match(paused.annotations.at(-1)?.message ?? '', /is paused/);
  await bench.server.client.abortRollout({ rollout: id });
});

test('a job that waits for its rollout, by a plan of the repository, ends well once the devices run the release', async () => {
  const device = await enrolledDevice(bench.server, 'routers', 'unit-1');
  await bench.write('out/app.bin', `${program}3`);
  await bench.write('plan.yaml', 'phases: [{name: all, size: all, minSoak: 0s, successShare: 100 %}]\n');
  const order = inputs({ version: '3.0.0', rollout: 'plan.yaml', wait: 'rollout' });
  const job = bench.runAction(order, { FETTLE_ROLLOUT_TOKEN: await bench.rolloutToken() });
  const offer = await until(async () => (await device.checkIn()).offer, 'an offer', 60_000);
  assert.equal(offer.version, '3.0.0');
  const { counter, artifacts } = await bench.server.client.getRelease({ fleet: 'routers', version: '3.0.0' });
  const current = { app: { version: '3.0.0', counter, sha256: artifacts[0]?.sha256 ?? '' } };
  const statuses = ['downloading', 'installing', 'succeeded'];
  const reports = statuses.map((status, at) => ({ deployment: offer.deployment, sequence: at + 1, status }));
  await device.checkIn({ current, reports });
  const { exit, log, summary } = await job;
  assert.equal(exit, 0, log);
  assert.match(summary, /: completed/);
});
