import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fakeToken, startFakeServer } from './fake-server.ts';
import { fleet } from './samples.ts';
import { openTerminal } from './terminal.ts';

const server = await startFakeServer({
  whoami: () => ({ tenant: 'default', actor: 'operator:admin', permissions: ['admin'] }),
  listFleets: () => ({ items: [fleet()], next: null }),
  getFleet: () => fleet(),
  listReleases: () => ({ items: [], next: null }),
});
after(() => server.close());

test('login tries the token, keeps it in a file of mode 0600, and later commands use it', async () => {
  const terminal = await openTerminal();
  try {
    const login = await terminal.type(['login', '--server', server.url, '--token', fakeToken]);
    assert.deepEqual([login.exit, login.out.includes('operator:admin')], [0, true]);
    const file = join(terminal.home, '.config/fettle/config.json');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), { server: server.url, token: fakeToken });
    const list = await terminal.type(['fleet', 'list', '--json']);
    assert.deepEqual([list.exit, JSON.parse(list.out)], [0, [fleet()]]);
    assert.equal(`${login.out}${login.err}`.includes(fakeToken), false, 'the token is never printed');
  } finally {
    await terminal.leave();
  }
});

test('login with a token file; a wrong token is not kept', async () => {
  const terminal = await openTerminal();
  try {
    const file = join(terminal.home, 'admin.token');
    await writeFile(file, 'wrong\n');
    const refused = await terminal.type(['login', '--server', server.url, '--token-file', file]);
    assert.equal(refused.exit, 3);
    assert.match(refused.err, /run: {3}fettle login/);
    await assert.rejects(stat(join(terminal.home, '.config/fettle/config.json')), { code: 'ENOENT' });
    await writeFile(file, `${fakeToken}\n`);
    assert.equal((await terminal.type(['login', '--server', server.url, '--token-file', file])).exit, 0);
  } finally {
    await terminal.leave();
  }
});

test('a saved token is never sent to another server', async () => {
  const terminal = await openTerminal();
  const other = await startFakeServer({ listFleets: () => ({ items: [], next: null }) });
  try {
    await terminal.type(['login', '--server', server.url, '--token', fakeToken]);
    const asked = await terminal.type(['fleet', 'list', '--server', other.url]);
    assert.equal(asked.exit, 3);
    assert.equal(other.calls.length, 0);
  } finally {
    await other.close();
    await terminal.leave();
  }
});

test('options win over the environment, and the environment over the file', async () => {
  const terminal = await openTerminal(server.url, { FETTLE_FLEET: 'hubs' });
  try {
    await terminal.type(['release', 'list']);
    await terminal.type(['release', 'list', '--fleet', 'others']);
    await terminal.type(['--fleet', 'first', 'release', 'list']);
    const asked = server.calls.filter(({ route }) => route === 'listReleases').map(({ input }) => input.fleet);
    assert.deepEqual(asked.slice(-3), ['hubs', 'others', 'first']);
  } finally {
    await terminal.leave();
  }
});

test('a settings file that others can read, or that is damaged, is refused with what to do', async () => {
  const terminal = await openTerminal();
  try {
    const file = join(terminal.home, '.config/fettle/config.json');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, '{"server":"http://x"}', { mode: 0o644 });
    const loose = await terminal.type(['fleet', 'list']);
    assert.deepEqual([loose.exit, /run: {3}chmod 600/.test(loose.err)], [2, true]);
    await chmod(file, 0o600);
    for (const content of ['{', '[]', '{"tokn":"x"}', '{"token":1}']) {
      await writeFile(file, content);
      const damaged = await terminal.type(['fleet', 'list']);
      assert.deepEqual([damaged.exit, /fettle login/.test(damaged.err)], [2, true], content);
    }
  } finally {
    await terminal.leave();
  }
});

test('without a server, with a silent one and with an odd URL the next step is named', async () => {
  const terminal = await openTerminal();
  try {
    const none = await terminal.type(['fleet', 'list']);
    assert.deepEqual([none.exit, /run: {3}fettle login/.test(none.err)], [3, true]);
    const closed = await startFakeServer({});
    await closed.close();
    const silent = await terminal.type(['fleet', 'list', '--server', closed.url, '--token', 'x']);
    assert.deepEqual([silent.exit, /run: {3}fettle serve/.test(silent.err)], [7, true]);
    for (const url of ['nonsense', 'ftp://x', 'http://u:p@x']) {
      assert.equal((await terminal.type(['login', '--server', url, '--token', 'x'])).exit, 2, url);
    }
  } finally {
    await terminal.leave();
  }
});

test('fleet use remembers the fleet beside the login', async () => {
  const terminal = await openTerminal();
  try {
    await terminal.type(['login', '--server', server.url, '--token', fakeToken]);
    assert.equal((await terminal.type(['fleet', 'use', 'hubs'])).exit, 0);
    await terminal.type(['release', 'list']);
    assert.deepEqual(server.calls.at(-1), { route: 'listReleases', input: { fleet: 'hubs' } });
  } finally {
    await terminal.leave();
  }
});
