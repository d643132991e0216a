import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '@fettle/cli';
import { errorCodes } from '@fettle/model';
import { Issuer } from '../peers/oidc-publisher/issuer.ts';
import { makeFleet, startTestServer } from './api-support.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/publishing.md'), 'utf8');
/** Every command of the page, in order. */
const commands = [...page.matchAll(/```sh\n([^`]*)```/g)]
  .flatMap(([, block = '']) => block.split('\n'))
  .filter((line) => line !== '')
  .map((line) => line.split(' ').slice(1));

test('the commands of docs/publishing.md do what the page says, in its order', async () => {
  await using issuer = await Issuer.start();
  await using server = await startTestServer();
  const folder = await mkdtemp(join(tmpdir(), 'fettle-page-'));
  const fleet = await makeFleet(server.client, 'thermostat');
  await server.client.changeFleet({ fleet: 'thermostat', deviceTypes: ['board-a', 'r1'] });
  await writeFile(join(folder, 'release.key'), fleet.privateKeyPem, { mode: 0o600 });
  await writeFile(join(folder, 'app.bin'), 'an image');
  const type = async (env: Record<string, string>, args: readonly string[]) => {
    const said = { out: '', err: '' };
    const sink = (name: 'out' | 'err') => ({ write: (text: string) => (said[name] += text) });
    const io = { stdout: sink('out'), stderr: sink('err'), env, signal: new AbortController().signal };
    return { exit: await run(args, io), ...said };
  };
  const base = { HOME: folder, FETTLE_SERVER: server.url };
  const admin = { ...base, FETTLE_TOKEN: server.token };
  for (const given of commands) {
    // The issuer of the page is GitHub's; files of the page lie in a folder of the test.
    const isAdd = given[1] === 'add';
    const here = given.map((word) => (['app.bin', 'release.key'].includes(word) ? join(folder, word) : word));
    const args = isAdd ? [...here, '--issuer', issuer.url] : here;
    const isJob = given[0] === 'release';
    const env = isJob ? { ...base, FETTLE_ID_TOKEN: await issuer.mint({ aud: server.url }) } : admin;
    const { exit, err } = await type(env, args);
    assert.equal(exit, 0, `${given.join(' ')}: ${err}`);
  }
  assert.ok(commands.length >= 6, `${commands.length} commands`);
  const { source } = await server.client.getRelease({ fleet: 'thermostat', version: '1.2.3' });
  assert.equal(source?.publisher, 'thermostat-ci');
  assert.deepEqual((await server.client.listPublishers()).items, []);
  await rm(folder, { recursive: true, force: true });
});

test('the codes that the page names are there', () => {
  const named = [...page.matchAll(/^\| \d{3} \| `([a-z-]+)`/gm)].map(([, code = '']) => code);
  assert.equal(named.length, 5);
  for (const code of named) assert.ok(Object.hasOwn(errorCodes, code), code);
});
