import assert from 'node:assert/strict';
import { copyFile, cp, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { createClient } from '@fettle/api';
import {
  entryDifferences,
  readBundle,
  readEntry,
  readLogPolicy,
  readVkey,
  verifyCheckpoint,
  verifyTlogProof,
} from '@fettle/trust';
import { makeFleet, startTestServer, until } from './api-support.ts';
import { backUp, happen, removeDatabase, sealed, tamper } from './audit-support.ts';
import { type Desk, openDesk } from './cli-support.ts';
import { ServerProcess } from './crash/server-process.ts';

const desks: Desk[] = [];
after(async () => {
  for (const desk of desks) await desk.leave();
});

/** A person logged in to the server. */
async function deskAt(server: { readonly url: string; readonly token: string }): Promise<Desk> {
  const desk = await openDesk();
  desks.push(desk);
  const { exit, err } = await desk.type('login', '--server', server.url, '--token', server.token);
  assert.equal(exit, 0, err);
  return desk;
}

const get = (server: { url: string; token: string }, path: string, token = server.token) =>
  fetch(`${server.url}${path}`, { headers: token === '' ? {} : { authorization: `Bearer ${token}` } });

test('what happens is in the log within moments, provable by a key that was pinned', async () => {
  await using server = await startTestServer();
  await makeFleet(server.client);
  await happen(server.client, 3);
  const { size } = await sealed(server.client);
  const log = (await server.client.auditLogs()).items[0];
  assert.ok(log);
  const policy = readLogPolicy(`log ${log.vkey}\nquorum none`);
  const events = (await server.client.listAudit({ order: 'oldest' })).items;
  assert.equal(events.length, size);
  for (const event of events) {
    const { entry, salts, proof } = await server.client.auditProof({ event: String(event.sequence) });
    assert.ok(verifyTlogProof(proof, Buffer.from(entry), policy).ok, event.verb);
    const read = readEntry(entry);
    assert.ok(read);
    const open = Object.fromEntries(salts.map(({ field, salt }) => [field, salt]));
    assert.deepEqual(entryDifferences(read, { ...event, at: Date.parse(event.at) } as never, open), []);
  }
});

test('tiles and checkpoint are files for readers of the tenant, and for nobody else', async () => {
  await using server = await startTestServer();
  await happen(server.client, 2);
  const { size } = await sealed(server.client);
  const checkpoint = await get(server, '/audit/default/checkpoint');
  assert.equal(checkpoint.headers.get('content-type'), 'text/plain; charset=utf-8');
  const [log] = (await server.client.auditLogs()).items;
  assert.ok(log && verifyCheckpoint(await checkpoint.text(), [readVkey(log.vkey)]).ok);
  const bundle = await get(server, `/audit/default/tile/entries/000.p/${size}`);
  assert.match(bundle.headers.get('cache-control') ?? '', /immutable/);
  assert.equal(readBundle(new Uint8Array(await bundle.arrayBuffer()), size)?.length, size);
  assert.equal((await (await get(server, '/audit/default/tile/0/000.p/1')).arrayBuffer()).byteLength, 32);
  const { token } = await server.client.createToken({ name: 'narrow', permissions: ['fleet.read'] });
  const statuses: [string, string, number][] = [
    ['/audit/default/checkpoint', '', 401],
    ['/audit/default/checkpoint', token, 403],
    ['/audit/other/checkpoint', server.token, 404],
    ['/audit/default/tile/entries/000', server.token, 404],
    ['/audit/default/tile/1/000', server.token, 404],
    ['/audit/default/tile/0/000.p/0', server.token, 404],
    ['/audit/default/tile/0/0', server.token, 404],
  ];
  for (const [path, who, status] of statuses) assert.equal((await get(server, path, who)).status, status, path);
});

test('fettle audit verify finds the log good, remembers it, and an export is good without a server', async () => {
  await using server = await startTestServer();
  await makeFleet(server.client);
  await sealed(server.client);
  const desk = await deskAt(server);
  const first = await desk.type('audit', 'verify');
  assert.equal(first.exit, 0, first.out + first.err);
  assert.match(first.err, /pinned from now on/);
  await happen(server.client, 140);
  const { size } = await sealed(server.client);
  const second = (await desk.ask('audit', 'verify')) as { ok: boolean; size: number };
  assert.deepEqual([second.ok, second.size], [true, size]);
  const proof = await desk.type('audit', 'proof', '1');
  assert.match(proof.out, /^c2sp\.org\/tlog-proof@v1\nindex 0\n/);
  const folder = join(desk.folder, 'export');
  await desk.ask('audit', 'export', '--out', folder);
  const vkeyFile = join(desk.folder, 'log.vkey');
  await writeFile(vkeyFile, (await desk.type('audit', 'vkey')).out);
  const exported = await desk.type('audit', 'verify', '--from', folder, '--vkey', vkeyFile);
  assert.equal(exported.exit, 0, exported.out + exported.err);
  assert.equal((await desk.type('audit', 'verify', '--from', folder)).exit, 2, 'an export does not vouch for itself');
});

test('erasing an event takes name and text away, and every proof stays valid', async () => {
  await using server = await startTestServer();
  await makeFleet(server.client);
  await sealed(server.client);
  const desk = await deskAt(server);
  const before = (await server.client.listAudit({ order: 'oldest' })).items.find(({ actor }) =>
    /^operator:/.test(actor),
  );
  assert.ok(before);
  const event = String(before.sequence);
  const { exit, err } = await desk.type('audit', 'erase', event, '--reason', 'asked for by the person');
  assert.equal(exit, 0, err);
  await sealed(server.client);
  const erased = (await server.client.listAudit({ order: 'oldest' })).items.find(
    (one) => one.sequence === before.sequence,
  );
  assert.equal(erased?.actor, 'operator:[erased]');
  const { salts, entry, proof } = await server.client.auditProof({ event });
  assert.deepEqual(salts, []);
  const [log] = (await server.client.auditLogs()).items;
  assert.ok(verifyTlogProof(proof, Buffer.from(entry), readLogPolicy(`log ${log?.vkey}\nquorum none`)).ok);
  const verified = (await desk.ask('audit', 'verify')) as { ok: boolean; erased: number };
  assert.deepEqual([verified.ok, verified.erased], [true, 1]);
  const again = await desk.type('audit', 'erase', event, '--reason', 'twice');
  assert.equal(again.exit, 4);
});

const rows: readonly [what: string, statements: readonly string[], finding: RegExp][] = [
  [
    'an entry',
    [`update audit_log_entries set entry = replace(entry, 'fleet.created', 'fleet.changed')`],
    /root that was signed/,
  ],
  [
    'a leaf',
    [`update audit_log_entries set leaf = (select leaf from audit_log_entries where idx = 0) where idx = 260`],
    /tile\/0\/001\.p/,
  ],
  ['a whole tile', [`update audit_log_tiles set hashes = 'AAAA' || substr(hashes, 5) where level = 0`], /tile\/0\/000/],
  [
    'what an event says',
    [`update audit_events set object = 'fleet/other' where verb = 'fleet.created'`],
    /another object/,
  ],
  ['a reason', [`update audit_events set reason = 'a better one' where sequence = 2`], /another reason/],
  [
    'who did it',
    [`update audit_events set actor = 'operator:somebody else' where verb = 'fleet.created'`],
    /another actor/,
  ],
  ['the time', ['update audit_events set at = at + 1000 where sequence = 3'], /another ts/],
  ['a salt', [`update audit_salts set salt = '${'00'.repeat(32)}' where sequence = 2`], /another reason/],
  ['a missing event', ['delete from audit_events where sequence = 5'], /in the log, but not told/],
  [
    'two events in each other’s place',
    [
      'update audit_events set sequence = -3 where sequence = 3',
      'update audit_events set sequence = 3 where sequence = 4',
      'update audit_events set sequence = 4 where sequence = -3',
    ],
    /another/,
  ],
  [
    'the size',
    [
      `update audit_log_checkpoints set note = replace(note, char(10) || size || char(10), char(10) || (size - 1) || char(10))`,
    ],
    /does not verify/,
  ],
  [
    'the origin',
    [`update audit_log_checkpoints set note = replace(note, '/audit/default' || char(10), '/audit/other' || char(10))`],
    /checkpoint/,
  ],
];

test('whoever changes anything in the database behind the server is found by fettle audit verify', async (context) => {
  const original = await startTestServer();
  await makeFleet(original.client);
  await happen(original.client, 130);
  await sealed(original.client);
  const desk = await openDesk();
  desks.push(desk);
  const vkey = join(desk.folder, 'log.vkey');
  await writeFile(vkey, (await original.client.auditLogs()).items[0]?.vkey ?? '');
  await original.server.close();
  for (const [what, statements, finding] of [['nothing', [], /^verified/] as const, ...rows]) {
    await context.test(what, async () => {
      const dataDir = join(desk.folder, what.replaceAll(' ', '-'));
      await cp(original.dataDir, dataDir, { recursive: true });
      tamper(dataDir, ...statements);
      await using server = await startTestServer({ 'data.dir': dataDir });
      const who = ['--server', server.url, '--token', original.token];
      const { exit, out, err } = await desk.type('audit', 'verify', '--vkey', vkey, ...who);
      assert.match(out + err, finding);
      assert.equal(exit, what === 'nothing' ? 0 : 6);
    });
  }
  await original[Symbol.asyncDispose]();
});

test('the database itself refuses to change or delete what was logged', async () => {
  await using server = await startTestServer();
  await makeFleet(server.client);
  await sealed(server.client);
  const database = new DatabaseSync(join(server.dataDir, 'fettle.db'), { timeout: 10_000 });
  try {
    for (const statement of [
      `update audit_log_entries set entry = ''`,
      'delete from audit_log_entries',
      'delete from audit_logs',
      `update audit_logs set vkey = ''`,
      'delete from audit_events',
      `update audit_events set verb = 'fleet.changed'`,
    ]) {
      assert.throws(() => database.exec(statement), /never changed/, statement);
    }
  } finally {
    database.close();
  }
});

test('a database that was restored from an older backup is not appended to, until a new log is begun', async () => {
  const server = new ServerProcess(await mkdtemp(join(tmpdir(), 'fettle-audit-')));
  const { dataDir } = server;
  try {
    await server.start();
    const clientOf = () => createClient({ server: server.url, token: server.adminToken });
    await happen(clientOf(), 2);
    await sealed(clientOf());
    backUp(dataDir, join(dataDir, 'backup.db'));
    await happen(clientOf(), 3);
    const { size } = await sealed(clientOf());
    await server.stop();
    removeDatabase(dataDir);
    await copyFile(join(dataDir, 'backup.db'), join(dataDir, 'fettle.db'));

    await server.start();
    const client = clientOf();
    // Even when there are more events than were signed, they are others.
    await happen(client, 8);
    const refusal = /Restore the newest backup.*the audit log does not grow/;
    await until(() => (refusal.test(server.log) ? true : undefined), 'the refusal');
    const [newest] = (await client.listAudit({ limit: 1 })).items;
    assert.ok(newest && newest.sequence > size);
    await assert.rejects(client.auditProof({ event: String(newest.sequence) }), { code: 'not-found' });
    const log = await client.restartAuditLog({ reason: 'restored the backup after the disk died' });
    assert.match(log.origin, /\/audit\/default\/2$/);
    assert.ok(log.base < size, 'nothing was appended to the old log');
    await sealed(client);
    assert.equal((await client.listAudit({ limit: 1 })).items[0]?.verb, 'audit.restarted');
    const numbers = (await client.auditLogs()).items.map(({ number }) => number);
    assert.deepEqual(numbers, [1, 2]);
    assert.match((await client.auditProof({ event: String(log.base + 1) })).proof, /\nindex 0\n/);
  } finally {
    await server.remove();
  }
});
