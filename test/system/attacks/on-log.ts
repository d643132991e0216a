import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createClient } from '@fettle/api';
import { readVkey, verifyCheckpoint } from '@fettle/trust';
import { openHeadStore } from '../../../packages/server/src/witness/head-store.ts';
import { createWitness } from '../../../packages/server/src/witness/witness.ts';
import { createWitnessServer } from '../../../packages/server/src/witness/witness-server.ts';
import { startTestServer, until } from '../api-support.ts';
import { happen, sealed, tamper } from '../audit-support.ts';
import { openDesk } from '../cli-support.ts';
import { byHand, type HandAttack } from './by-hand.ts';

const loot = "database, disk, the audit log's key and its memory";

/** Who owns everything writes another history, and everybody who has seen the first one sees that. */
export const attacksOnLog: readonly HandAttack[] = [
  byHand('log rewrite: one entry changed, everything over it made anew and signed', 'fettle audit verify: 6', {
    with: loot,
    attempt: () => rewrite('an auditor'),
  }),
  byHand('log fork: a witness is shown the second history', 'witness: 422', {
    with: loot,
    attempt: () => rewrite('a witness'),
  }),
];

/** What somebody who has seen the first history says to the second one. */
async function rewrite(seenBy: 'an auditor' | 'a witness'): Promise<string> {
  const desk = await openDesk();
  const dataDir = join(desk.folder, 'server');
  try {
    const first = await startTestServer({ 'data.dir': dataDir });
    const { token } = first;
    await happen(first.client, 3);
    const { note } = await sealed(first.client);
    const [log] = (await first.client.auditLogs()).items;
    if (!log) throw new Error('There is no log.');
    const vkey = join(desk.folder, 'log.vkey');
    await writeFile(vkey, log.vkey);
    const verify = (url: string) => desk.type('audit', 'verify', '--vkey', vkey, '--server', url, '--token', token);
    if ((await verify(first.url)).exit !== 0) throw new Error('The first history does not verify.');
    await first.server.close();

    await forge(dataDir);
    // At the same place: what an auditor has seen is remembered by the server's address.
    const port = Number(new URL(first.url).port);
    const second = await startTestServer({ 'data.dir': dataDir, 'http.port': port });
    const client = createClient({ server: second.url, token });
    await happen(client, 3);
    const forged = await sealed(client);
    const isSigned = verifyCheckpoint(forged.note, [readVkey(log.vkey)]).ok;
    if (!isSigned || forged.note === note) throw new Error('There is no second history.');
    const outcome =
      seenBy === 'an auditor'
        ? `fettle audit verify: ${(await verify(second.url)).exit}`
        : `witness: ${await askWitness(desk.folder, log.vkey, [note, forged.note])}`;
    await second.server.close();
    return outcome;
  } finally {
    await desk.leave();
  }
}

/** Another history from the second event on; the next start makes tree and checkpoint of it with the true key. */
async function forge(dataDir: string): Promise<void> {
  tamper(
    dataDir,
    `update audit_events set object = 'token/never-was' where sequence = 2`,
    'delete from audit_log_entries',
    'delete from audit_log_tiles',
    'delete from audit_log_checkpoints',
    'delete from audit_salts',
  );
  for (const end of ['', '-wal', '-shm']) await rm(join(dataDir, `audit.key.heads.db${end}`), { force: true });
}

/** A witness that has cosigned the first of two checkpoints is asked for the second. */
async function askWitness(folder: string, vkey: string, [seen, forged]: readonly [string, string]): Promise<number> {
  const heads = openHeadStore(join(folder, 'witness.db'));
  const { privateKey } = generateKeyPairSync('ed25519');
  const logs = [readVkey(vkey)];
  const door = createWitnessServer(
    createWitness({ name: 'w.example', privateKey, logs, heads, now: () => Date.now() }),
  );
  try {
    door.listen(0, '127.0.0.1');
    await once(door, 'listening');
    const url = `http://127.0.0.1:${(door.address() as AddressInfo).port}/add-checkpoint`;
    const ask = async (old: number, note: string) =>
      (await fetch(url, { method: 'POST', body: `old ${old}\n\n${note}` })).status;
    const accepted = await until(() => ask(0, seen), 'an answer');
    if (accepted !== 200) throw new Error(`The witness answered ${accepted} to the first history.`);
    return await ask(Number(seen.split('\n')[1]), forged);
  } finally {
    door.closeAllConnections();
    door.close();
    heads.close();
  }
}
