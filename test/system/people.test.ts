import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createClient } from '@fettle/api';
import { run } from '@fettle/cli';
import { startTestServer } from './api-support.ts';

const first = 'first words of somebody';
const own = 'correct horse battery';

/** Command lines of one person at one machine. */
async function openSeat(server: string) {
  const home = await mkdtemp(join(tmpdir(), 'fettle-seat-'));
  return {
    home,
    async type(args: readonly string[], env: Record<string, string> = {}) {
      const said = { out: '', err: '' };
      const sink = (name: 'out' | 'err') => ({ write: (text: string) => (said[name] += text) });
      const surroundings = { HOME: home, FETTLE_SERVER: server, ...env };
      const io = { stdout: sink('out'), stderr: sink('err'), env: surroundings, signal: new AbortController().signal };
      return { exit: await run(args, io), ...said };
    },
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  };
}

test('an account is made, its owner changes the password, logs in by it, and is out once disabled', async () => {
  await using server = await startTestServer();
  await using seat = await openSeat(server.url);
  const admin = { FETTLE_TOKEN: server.token };
  const create = ['person', 'create', 'ada.tester', '--full-name', 'Ada Tester', '--role', 'qa', '--may', 'fleet.read'];
  const refused = await seat.type(create, { ...admin, FETTLE_NEW_PASSWORD: 'short' });
  assert.match(refused.err, /12 to 128 characters/);
  assert.equal((await seat.type(create, { ...admin, FETTLE_NEW_PASSWORD: first })).exit, 0);
  const login = ['login', '--name', 'ada.tester'];
  assert.equal((await seat.type(login, { FETTLE_PASSWORD: 'not the one' })).exit, 3);
  assert.match((await seat.type(login, { FETTLE_PASSWORD: first })).err, /fettle person password/);
  assert.equal((await seat.type(['fleet', 'list'])).exit, 3, 'a password of others opens nothing');
  const change = { FETTLE_PASSWORD: first, FETTLE_NEW_PASSWORD: own };
  assert.equal((await seat.type(['person', 'password'], change)).exit, 0);
  assert.equal((await seat.type(['fleet', 'list'])).exit, 3, 'the change ended every login');
  assert.equal((await seat.type(login, { FETTLE_PASSWORD: own })).exit, 0);
  assert.equal((await seat.type(['fleet', 'list'])).exit, 0);
  assert.match((await seat.type(['person', 'show'])).out, /Ada Tester/);
  const roles = await seat.type(['person', 'roles', 'ada.tester', 'manager'], admin);
  assert.match(roles.out, /manager/);
  assert.match((await seat.type(['person', 'list'], admin)).out, /ada\.tester/);
  assert.equal((await seat.type(['person', 'disable', 'ada.tester', '--reason', 'left'], admin)).exit, 0);
  assert.equal((await seat.type(['fleet', 'list'])).exit, 3);
  assert.equal((await seat.type(login, { FETTLE_PASSWORD: own })).exit, 3);
});

test('an account is bound to fleets, to others, and to none again', async () => {
  await using server = await startTestServer();
  await using seat = await openSeat(server.url);
  for (const id of ['hubs', 'meters']) await server.client.createFleet({ id, deviceTypes: ['r1'] });
  const admin = { FETTLE_TOKEN: server.token, FETTLE_NEW_PASSWORD: first };
  const names = ['--full-name', 'Ada Tester', '--may', 'fleet.read'];
  const made = await seat.type(['person', 'create', 'ada', ...names, '--fleet', 'hubs', '--fleet', 'meters'], admin);
  assert.match(made.out, /fleets +hubs, meters/, made.err);
  assert.match((await seat.type(['person', 'change', 'ada', '--fleet', 'meters'], admin)).out, /fleets +meters/);
  // The fleet that somebody works with is not the one that others are bound to.
  const other = await seat.type(['person', 'change', 'ada', '--full-name', 'Ada King'], {
    ...admin,
    FETTLE_FLEET: 'hubs',
  });
  assert.match(other.out, /fleets +meters/);
  const wide = await seat.type(['person', 'change', 'ada', '--may', 'audit.read'], admin);
  assert.match(wide.err, /audit\.read means the whole tenant/);
  assert.match((await seat.type(['person', 'change', 'ada', '--every-fleet'], admin)).out, /fleets +all/);
  assert.notEqual((await seat.type(['person', 'change', 'ada', '--fleet', 'nowhere'], admin)).exit, 0);
});

test('nobody gives rights to themselves, or more than they have, or takes a name that somebody had', async () => {
  await using server = await startTestServer();
  const { client } = server;
  const rights = { roles: [], permissions: ['person.write', 'fleet.read'], accounts: [] };
  await client.createPerson({ name: 'eve', fullName: 'Eve Admin', ...rights, password: first });
  const { token } = await client.logIn({ name: 'eve', password: first });
  await createClient({ server: server.url, token }).changePassword({ password: first, newPassword: own });
  const eve = createClient({ server: server.url, ...(await client.logIn({ name: 'eve', password: own })) });
  await assert.rejects(eve.changePerson({ person: 'eve', roles: ['manager'] }), { code: 'forbidden' });
  await assert.rejects(eve.resetPassword({ person: 'eve', password: first, reason: '' }), { code: 'forbidden' });
  const other = { name: 'bob', fullName: 'Bob Baker', password: first };
  await assert.rejects(eve.createPerson({ ...other, permissions: ['fleet.write'] }), { code: 'forbidden' });
  await eve.createPerson({ ...other, permissions: ['fleet.read'] });
  await client.changePerson({ person: 'bob', status: 'disabled' });
  await assert.rejects(client.createPerson(other), { code: 'already-exists' });
  const named = { ...other, name: 'per_01jdxq4v3k8m2n5p7r9s0t1v2w' };
  await assert.rejects(client.createPerson(named), { code: 'invalid-input' });
  const spied = JSON.stringify([await client.listPeople({}), await client.getPerson({ person: 'eve' })]);
  assert.ok(!spied.includes('scrypt'), 'no hash leaves the server');
  await eve.logOut();
  await assert.rejects(eve.whoami(), { code: 'not-authenticated' });
});
