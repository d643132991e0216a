import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createClient } from '@fettle/api';
import { run } from '@fettle/cli';
import { generateKeyPem } from '@fettle/trust';
import { makeFleet, publish, startTestServer, type TestServer } from './api-support.ts';

const firstPassword = 'first words of somebody';
const ownPassword = 'correct horse battery';
const policy = {
  stages: [
    {
      stage: 'production' as const,
      groups: [],
      demands: [],
      approvals: [
        { meaning: 'tested', role: 'qa', count: 1 },
        { meaning: 'released', role: 'manager', count: 1 },
      ],
    },
  ],
  settings: {},
  waivers: { keys: [], threshold: 1 },
  onNewFindings: 'alert' as const,
};

/** Command lines of one person, with a home of their own. */
async function seatAt(server: string, folder: string, env: Record<string, string> = {}) {
  const home = await mkdtemp(join(folder, 'home-'));
  return async (...args: readonly string[]) => {
    const said = { out: '', err: '' };
    const sink = (name: 'out' | 'err') => ({ write: (text: string) => (said[name] += text) });
    const surroundings = { HOME: home, FETTLE_SERVER: server, FETTLE_FLEET: 'routers', ...env };
    const io = { stdout: sink('out'), stderr: sink('err'), env: surroundings, signal: new AbortController().signal };
    return { exit: await run(args, io), ...said };
  };
}

async function makePerson(server: TestServer, name: string, role: string): Promise<void> {
  const rights = { roles: [role], permissions: ['release.approve', 'fleet.read', 'audit.read'] };
  await server.client.createPerson({ name, fullName: `${name} Miller`, ...rights, password: firstPassword });
  const { token } = await server.client.logIn({ name, password: firstPassword });
  const first = createClient({ server: server.url, token });
  await first.changePassword({ password: firstPassword, newPassword: ownPassword });
}

test('people sign on the command line, and the dossier outlives the server', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-dossier-'));
  const file = join(folder, 'r.zip');
  let vkey = '';
  try {
    {
      await using server = await startTestServer();
      const fleet = await makeFleet(server.client);
      await publish(server.client, { ...fleet, version: '2.0.0', bytes: randomBytes(99) });
      await server.client.setReleasePolicy({ fleet: 'routers', policy });
      await makePerson(server, 'ada', 'qa');
      await makePerson(server, 'eve', 'manager');
      const ada = await seatAt(server.url, folder, { FETTLE_PASSWORD: ownPassword });
      assert.equal((await ada('login', '--name', 'ada')).exit, 0);
      const approve = ['release', 'approve', '2.0.0', '--reason', 'bench 3', '--meaning'];
      assert.equal((await ada(...approve, 'released')).exit, 3, 'she is no manager');
      const signed = await ada(...approve, 'tested');
      assert.equal(signed.exit, 0, signed.err);
      assert.match(signed.err, /You sign:[\s\S]*I, ada Miller, as qa, sign release 2\.0\.0 of fleet routers: tested\./);
      assert.match(signed.err, /waits for production: released by 1 × manager/);

      const [own, other] = [generateKeyPem(), generateKeyPem()];
      for (const [name, text] of Object.entries({
        'own.key': own.privateKeyPem,
        'own.pub': own.publicKeyPem,
        'other.key': other.privateKeyPem,
      })) {
        await writeFile(join(folder, name), text, { mode: 0o600 });
      }
      const eve = await seatAt(server.url, folder, { FETTLE_PASSWORD: ownPassword });
      assert.equal((await eve('login', '--name', 'eve')).exit, 0);
      assert.equal((await eve('person', 'key', join(folder, 'own.pub'))).exit, 0);
      const forged = await eve(...approve, 'released', '--key', join(folder, 'other.key'));
      assert.equal(forged.exit, 6, forged.err);
      assert.equal((await eve(...approve, 'released', '--key', join(folder, 'own.key'))).exit, 0);
      assert.equal((await eve('release', 'withdraw', '2.0.0', '--meaning', 'released')).exit, 0);
      assert.match((await eve('release', 'approvals', '2.0.0')).out, /released by 1 × manager \(found 0\)/);
      assert.equal((await eve(...approve, 'released', '--key', join(folder, 'own.key'))).exit, 0);
      assert.match((await eve('release', 'approvals', '2.0.0')).out, /production: signed/);
      const made = await eve('release', 'dossier', '2.0.0', '-o', file);
      assert.equal(made.exit, 0, made.err + made.out);
      assert.match(made.out, /consistent\s+yes/);
      const key = await eve('dossier', 'key');
      assert.equal(key.exit, 0, key.err);
      await writeFile(join(folder, 'evidence.pub'), key.out);
      const known = await server.client.listFleets();
      await writeFile(join(folder, 'release.pub'), known.items[0]?.keys[0]?.publicKeyPem ?? '');
      vkey = (await eve('audit', 'vkey')).out.trim();
      assert.equal((await fetch(`${server.url}/api/v1/evidence-key`)).status, 401);
      const asked = await fetch(`${server.url}/api/v1/fleets/routers/releases/2.0.0/dossier`);
      assert.equal(asked.status, 401);
    }
    const later = await seatAt('http://127.0.0.1:9', folder);
    const given = (use: string, name: string) => [`--${use}-key`, join(folder, `${name}.pub`)];
    const bare = await later('dossier', 'verify', file);
    assert.equal(bare.exit, 9, bare.out);
    assert.match(bare.out, /NO EVIDENCE KEY WAS PINNED[\s\S]*unpinned: routers 2\.0\.0 is consistent, nothing more/);
    const pins = [...given('evidence', 'evidence'), ...given('release', 'release'), '--vkey', vkey];
    const accepted = await later('dossier', 'verify', file, ...pins);
    assert.equal(accepted.exit, 0, accepted.out + accepted.err);
    assert.match(accepted.out, /NEVER CHECKED[\s\S]*accepted: routers 2\.0\.0/);
    assert.match(accepted.out, /approvals: production complete/);
    const crossed = [...given('evidence', 'release'), ...given('release', 'evidence'), '--vkey', vkey];
    const refused = await later('dossier', 'verify', file, ...crossed, '--json');
    assert.equal(refused.exit, 6);
    const { verdict, refusals } = JSON.parse(refused.out);
    assert.deepEqual([verdict, refusals[0].file, refusals[0].rule], ['refused', 'SHA256SUMS.dsse.json', 'seal']);
    const useless = await later('dossier', 'verify', file, '--key', join(folder, 'evidence.pub'));
    assert.equal(useless.exit, 2);
    assert.match(useless.err, /--evidence-key, --release-key or --waiver-key, found --key/);
    const wrong = await later('dossier', 'verify', file, '--vkey', 'nonsense');
    assert.equal(wrong.exit, 2);
    assert.match(wrong.err, /What is pinned cannot be used: not a verifier key/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
