import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { run } from '@fettle/cli';
import { Issuer } from '../peers/oidc-publisher/issuer.ts';
import { makeFleet, startTestServer, type TestServer } from './api-support.ts';

let issuer: Issuer;
let server: TestServer;
let runner: Server;
let runnerUrl: string;
let folder: string;
/** Audiences that the runner was asked for. */
const asked: string[] = [];

before(async () => {
  issuer = await Issuer.start();
  server = await startTestServer();
  folder = await mkdtemp(join(tmpdir(), 'fettle-ci-'));
  // What GitHub's runner does for a job with the permission `id-token: write`.
  runner = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://runner');
    const isKnown = request.headers.authorization === 'Bearer runner-secret';
    asked.push(url.searchParams.get('audience') ?? '');
    response.writeHead(isKnown ? 200 : 401);
    response.end(isKnown ? JSON.stringify({ value: await issuer.mint({ aud: asked.at(-1) }) }) : '');
  });
  await new Promise<void>((resolve) => runner.listen(0, '127.0.0.1', resolve));
  runnerUrl = `http://127.0.0.1:${(runner.address() as AddressInfo).port}/tok?api-version=2.0`;
});
after(async () => {
  runner.close();
  runner.closeAllConnections();
  await server[Symbol.asyncDispose]();
  await issuer.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Typed {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

async function type(env: Record<string, string>, ...args: readonly string[]): Promise<Typed> {
  const said = { out: '', err: '' };
  const sink = (name: 'out' | 'err') => ({ write: (text: string) => (said[name] += text) });
  const home = { HOME: folder, PATH: process.env.PATH };
  const io = {
    stdout: sink('out'),
    stderr: sink('err'),
    env: { ...home, ...env },
    signal: new AbortController().signal,
  };
  return { exit: await run(args, io), ...said };
}

const admin = () => ({ FETTLE_SERVER: server.url, FETTLE_TOKEN: server.token });
const inJob = () => ({
  ...{ CI: 'true', FETTLE_SERVER: server.url },
  ACTIONS_ID_TOKEN_REQUEST_URL: runnerUrl,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'runner-secret',
});
const match = ['--match', 'repository_id=1001', '--match', 'environment=release'];

test('a job publishes with nothing but its ID token: added by a person, exchanged by the command line', async () => {
  const { privateKeyPem } = await makeFleet(server.client, 'routers');
  const added = await type(
    admin(),
    ...['publisher', 'add', 'ci', '--provider', 'github', '--issuer', issuer.url],
    ...match,
  );
  assert.equal(added.exit, 0, added.err);
  assert.match(added.out, /repository_id +1001/);
  assert.match((await type(admin(), 'publisher', 'list')).out, /ci +github +routers/);
  const shown = JSON.parse((await type(admin(), 'publisher', 'show', 'ci', '--json')).out) as { audience: string };
  assert.equal(shown.audience, server.url);

  const [key, image] = [join(folder, 'release.key'), join(folder, 'app.bin')];
  await writeFile(key, privateKeyPem, { mode: 0o600 });
  await writeFile(image, 'an image');
  const order = ['release', 'publish', image, '--type', 'r1', '--component', 'app', '--version', '1.2.3', '--key', key];
  const published = await type(inJob(), ...order, '--json');
  assert.equal(published.exit, 0, published.err);
  assert.deepEqual([...new Set(asked)], [server.url]);
  const { source } = await server.client.getRelease({ fleet: 'routers', version: '1.2.3' });
  assert.equal(source?.repository, 'acme/thermostat');
  const again = await type(inJob(), ...order, '--json');
  assert.equal(again.exit, 0, again.err);
  assert.equal((JSON.parse(again.out) as { created: boolean }).created, false);
  assert.doesNotMatch(published.out + published.err, /fop_|eyJ/);
});

test('login --oidc keeps the short-lived token for the next steps, and replayed tokens and other acts are refused', async () => {
  const token = await issuer.mint({ aud: server.url });
  const job = { FETTLE_SERVER: server.url, FETTLE_ID_TOKEN: token };
  const login = await type(job, 'login', '--oidc');
  assert.equal(login.exit, 0, login.err);
  const saved = JSON.parse(await readFile(join(folder, '.config/fettle/config.json'), 'utf8')) as { fleet: string };
  assert.equal(saved.fleet, 'routers');
  assert.equal((await type({}, 'release', 'list')).exit, 0);
  assert.equal((await type({}, 'device', 'list')).exit, 3);
  const replayed = await type(job, 'login', '--oidc');
  assert.equal(replayed.exit, 3);
  assert.match(replayed.err, /exchanged before/);
  await rm(join(folder, '.config'), { recursive: true });
});

test('what CI does not give is said with the next step', async () => {
  const nothing = await type({ FETTLE_SERVER: server.url }, 'login', '--oidc');
  assert.equal(nothing.exit, 2);
  assert.match(nothing.err, /id-token: write/);
  const refused = await type({ ...inJob(), ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'wrong' }, 'release', 'list');
  assert.equal(refused.exit, 3);
  assert.match(refused.err, /status 401/);
  const wrongAudience = await type({ ...inJob(), FETTLE_AUDIENCE: 'https://other.test' }, 'release', 'list');
  assert.equal(wrongAudience.exit, 3);
});

test('a token for a CI without ID tokens is made, and a publisher is removed', async () => {
  const made = await type(admin(), 'publisher', 'token', 'old-jenkins', '--life', '30d', '--json');
  assert.equal(made.exit, 0, made.err);
  const { token } = JSON.parse(made.out) as { token: string };
  const listed = await type(
    { FETTLE_SERVER: server.url, FETTLE_TOKEN: token, FETTLE_FLEET: 'routers' },
    'release',
    'list',
  );
  assert.equal(listed.exit, 0, listed.err);
  assert.equal((await type(admin(), 'publisher', 'token', 'too-long', '--life', '91d')).exit, 2);
  assert.equal((await type(admin(), 'publisher', 'remove', 'ci')).exit, 0);
  assert.equal((await type(inJob(), 'release', 'list')).exit, 3);
  assert.equal((await type(admin(), 'publisher', 'add', 'x', '--provider', 'other', '--match', 'a=b')).exit, 2);
  assert.equal((await type(admin(), 'publisher', 'add', 'x', '--provider', 'github', '--match', 'ab')).exit, 2);
});
