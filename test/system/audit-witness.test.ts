import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createClient } from '@fettle/api';
import {
  edgeRoot,
  emptyEdge,
  emptyRoot,
  growTree,
  leafHash,
  logKeyOf,
  proveConsistency,
  readSignature,
  readVkey,
  signCheckpoint,
  tileHashReader,
  verifyCheckpoint,
  vkeyOf,
  witnessRequest,
} from '@fettle/trust';
import { type HeadStore, openHeadStore } from '../../packages/server/src/witness/head-store.ts';
import { createWitness } from '../../packages/server/src/witness/witness.ts';
import { createWitnessServer } from '../../packages/server/src/witness/witness-server.ts';
import { makeFleet, startTestServer, until } from './api-support.ts';
import { happen, sealed } from './audit-support.ts';
import { type Desk, openDesk } from './cli-support.ts';

const origin = 'fettle.example/audit/acme';
const { privateKey } = generateKeyPairSync('ed25519');

/** A log of so many entries; `fork` from some entry on has others. */
function logOf(size: number, fork = size) {
  const leaves = Array.from({ length: size }, (_, i) => leafHash(Buffer.from(`${i < fork ? 'entry' : 'other'} ${i}`)));
  const { edge, tiles } = growTree(emptyEdge, leaves);
  const whole = new Map(tiles.map((tile) => [`${tile.level}/${tile.index}`, tile.hashes]));
  const reader = tileHashReader(
    size,
    async ({ level, index }) => whole.get(`${level}/${index}`) ?? edge.levels[level] ?? [],
  );
  const note = signCheckpoint(privateKey, { origin, size, root: edgeRoot(edge) });
  return { note, request: async (old: number) => witnessRequest(old, await proveConsistency(reader, old, size), note) };
}

describe('a witness', () => {
  let folder = '';
  let heads: HeadStore;
  let server: ReturnType<typeof createWitnessServer>;
  let url = '';
  let vkey = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fettle-witness-'));
    heads = openHeadStore(join(folder, 'witness.db'));
    const own = generateKeyPairSync('ed25519').privateKey;
    const logs = [logKeyOf(privateKey, origin)];
    const witness = createWitness({ name: 'w.example', privateKey: own, logs, heads, now: () => 1_700_000_000_000 });
    vkey = witness.vkey;
    server = createWitnessServer(witness);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    server.close();
    server.closeAllConnections();
    heads.close();
    await rm(folder, { recursive: true, force: true });
  });
  const post = (body: string) => fetch(`${url}/add-checkpoint`, { method: 'POST', body });

  test('answers every situation with the status of the specification', async () => {
    const monitor = `${url}/${createHash('sha256').update(origin).digest('hex')}/checkpoint`;
    assert.equal((await fetch(monitor)).status, 404);
    const first = await post(await logOf(10).request(0));
    assert.equal(first.status, 200);
    const line = (await first.text()).trimEnd();
    assert.equal(readSignature(line)?.name, 'w.example');
    const verdict = verifyCheckpoint(`${logOf(10).note}${line}\n`, [logKeyOf(privateKey, origin), readVkey(vkey)]);
    assert.ok(verdict.ok && verdict.cosigned[0]?.atSeconds === 1_700_000_000);
    assert.equal((await post(await logOf(300).request(10))).status, 200);

    const late = await post(await logOf(310).request(10));
    assert.deepEqual(
      [late.status, late.headers.get('content-type'), await late.text()],
      [409, 'text/x.tlog.size', '300\n'],
    );
    const stranger = generateKeyPairSync('ed25519').privateKey;
    const root = emptyRoot;
    const rows: [string, string, number][] = [
      ['unknown origin', witnessRequest(0, [], signCheckpoint(privateKey, { origin: 'other', size: 1, root })), 404],
      ['another key', witnessRequest(300, [], signCheckpoint(stranger, { origin, size: 300, root })), 403],
      ['a changed checkpoint', (await logOf(310).request(300)).replace('\n310\n', '\n311\n'), 403],
      [
        'an old size above the new one',
        await logOf(310)
          .request(300)
          .then((body) => body.replace('old 300', 'old 311')),
        400,
      ],
      ['no form', 'hello', 400],
      ['a fork', await logOf(310, 299).request(300), 422],
      ['another root for the same size', await logOf(300, 299).request(300), 422],
      ['a smaller log', await logOf(200).request(200), 409],
    ];
    for (const [what, body, status] of rows) assert.equal((await post(body)).status, status, what);
    assert.equal(heads.refused().length, 2, 'both attempts to fork are kept as evidence');
    assert.equal((await post('x'.repeat(200_000))).status, 413);
    assert.equal((await post(await logOf(300).request(300))).status, 200, 'the same again is cosigned again');
    const last = await (await fetch(monitor)).text();
    assert.ok(verifyCheckpoint(last, [logKeyOf(privateKey, origin)]).ok && last.includes('\n300\n'));
  });

  test('asked for two histories at once, from the same size, cosigns one only', async () => {
    const bodies = await Promise.all(
      Array.from({ length: 20 }, (_, i) => logOf(400 + i, i % 2 === 0 ? 400 + i : 350).request(300)),
    );
    const answers = await Promise.all(bodies.map(async (body) => (await post(body)).status));
    assert.equal(answers.filter((status) => status === 200).length, 1);
    assert.ok(answers.every((status) => status === 200 || status === 409));
    const size = heads.last(origin)?.size ?? 0;
    assert.equal(answers[size - 400], 200, 'what it remembers is what it cosigned');
  });
});

describe('server and witness together', () => {
  let desk: Desk;
  before(async () => {
    desk = await openDesk();
  });
  after(() => desk.leave());

  test('the witness cosigns what the server logs, and a policy that wants it is satisfied', async () => {
    const { privateKey: key } = generateKeyPairSync('ed25519');
    const heads = openHeadStore(join(desk.folder, 'w.db'));
    const keys: ReturnType<typeof readVkey>[] = [];
    const witness = createWitness({ name: 'w.example', privateKey: key, logs: keys, heads, now: () => Date.now() });
    const door = createWitnessServer(witness);
    door.listen(0, '127.0.0.1');
    await once(door, 'listening');
    const witnessUrl = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
    try {
      await using server = await startTestServer({ 'audit.witnesses': `${witness.vkey} ${witnessUrl}` });
      await makeFleet(server.client);
      await sealed(server.client);
      const [log] = (await server.client.auditLogs()).items;
      assert.ok(log);
      const policy = join(desk.folder, 'policy');
      await writeFile(policy, `log ${log.vkey}\nwitness w ${witness.vkey} ${witnessUrl}\nquorum w\n`);
      const who = ['--server', server.url, '--token', server.token];
      const alone = await desk.type('audit', 'verify', '--policy', policy, ...who);
      assert.equal(alone.exit, 6);
      assert.match(alone.out, /quorum "w" of witnesses is not reached/);

      keys.push(readVkey(log.vkey));
      await happen(server.client, 1);
      const cosigned = await until(async () => {
        const { note } = await sealed(server.client);
        return note.includes('w.example') ? note : undefined;
      }, 'a cosignature');
      assert.ok(verifyCheckpoint(cosigned, [readVkey(log.vkey), readVkey(witness.vkey)]).ok);
      await until(async () => {
        const { exit } = await desk.type('audit', 'verify', '--policy', policy, ...who);
        return exit === 0 ? true : undefined;
      }, 'a log that is cosigned as far as it goes');
    } finally {
      door.close();
      door.closeAllConnections();
      heads.close();
    }
  });

  test('a server that was restored as a whole, with key and memory, is stopped by what the witness has cosigned', async () => {
    const heads = openHeadStore(join(desk.folder, 'restored.db'));
    const own = generateKeyPairSync('ed25519').privateKey;
    const watching = (logs: ReturnType<typeof readVkey>[]) =>
      createWitness({ name: 'w.example', privateKey: own, logs, heads, now: () => Date.now() });
    let witness = watching([]);
    let asked = 0;
    const door = createWitnessServer({
      vkey: witness.vkey,
      addCheckpoint: (body) => witness.addCheckpoint(body),
      checkpoint(hash) {
        asked++;
        return witness.checkpoint(hash);
      },
    });
    door.listen(0, '127.0.0.1');
    await once(door, 'listening');
    const witnessUrl = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
    const settings = { 'audit.witnesses': `${witness.vkey} ${witnessUrl}` };
    const [live, backup] = [join(desk.folder, 'live'), join(desk.folder, 'backup')];
    const clientOf = (url: string, token: string) => createClient({ server: url, token });
    try {
      const first = await startTestServer({ ...settings, 'data.dir': live });
      await happen(first.client, 2);
      await sealed(first.client);
      const [log] = (await first.client.auditLogs()).items;
      assert.ok(log);
      await first[Symbol.asyncDispose]();
      await cp(live, backup, { recursive: true });
      witness = watching([readVkey(log.vkey)]);

      const second = await startTestServer({ ...settings, 'data.dir': live });
      const client = clientOf(second.url, first.token);
      await happen(client, 3);
      const { size } = await sealed(client);
      await until(() => ((heads.last(log.origin)?.size ?? 0) >= size ? true : undefined), 'a cosignature');
      await second[Symbol.asyncDispose]();

      await using third = await startTestServer({ ...settings, 'data.dir': backup });
      const again = clientOf(third.url, first.token);
      const before = asked;
      await happen(again, 9);
      await until(() => (asked > before + 2 ? true : undefined), 'the server to ask what the witness has seen');
      const [newest] = (await again.listAudit({ limit: 1 })).items;
      assert.ok(newest && newest.sequence > size);
      const { log: number } = await again
        .restartAuditLog({ reason: 'the disk died' })
        .then((made) => ({ log: made.number }));
      assert.equal(number, 2);
      const logs = (await again.auditLogs()).items;
      assert.ok((logs[1]?.base ?? 0) < size, 'nothing was appended to what the witness has seen more of');
      await sealed(again);
    } finally {
      door.close();
      door.closeAllConnections();
      heads.close();
    }
  });

  test('fettle witness is a program of its own, which keeps its key and what it cosigned', async () => {
    const dataDir = join(desk.folder, 'witness');
    const log = ['--log', vkeyOf(logKeyOf(privateKey, origin))];
    const start = async () => {
      const program = desk.start('witness', '--name', 'w.example', '--data-dir', dataDir, '--port', '0', ...log);
      const ready = await until(() => /^\{.*"msg":"ready".*$/m.exec(program.said())?.[0], 'the witness to be ready');
      return { program, ...(JSON.parse(ready) as { url: string; vkey: string }) };
    };
    const first = await start();
    const send = async (url: string, body: string) =>
      (await fetch(`${url}/add-checkpoint`, { method: 'POST', body })).status;
    assert.equal(await send(first.url, await logOf(5).request(0)), 200);
    first.program.child.kill('SIGKILL');
    await first.program.ended;
    const second = await start();
    assert.equal(second.vkey, first.vkey);
    assert.equal(await send(second.url, await logOf(9, 3).request(5)), 422, 'a fork, after a crash too');
    assert.equal(await send(second.url, await logOf(9).request(5)), 200);
  });
});
