import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Client } from '@fettle/api';
import { readCheckpointText, readNote, readTlogProof } from '@fettle/trust';
import { until } from './api-support.ts';

/** Waits until the newest event of the tenant is covered by a checkpoint. */
export async function sealed(client: Client): Promise<{ readonly size: number; readonly note: string }> {
  const [newest] = (await client.listAudit({ limit: 1 })).items;
  assert.ok(newest);
  const event = String(newest.sequence);
  const { proof } = await until(() => client.auditProof({ event }).catch(() => undefined), `event ${event} in the log`);
  const note = readTlogProof(proof)?.note ?? '';
  return { size: readCheckpointText(readNote(note)?.text ?? '')?.size ?? 0, note };
}

/** Does something that is an event, so many times. */
export async function happen(client: Client, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const { record } = await client.createToken({ name: `token ${i}`, permissions: ['fleet.read'] });
    await client.revokeToken({ token: record.id });
  }
}

/** Changes the database behind the server's back, as somebody who owns the machine can: triggers go first. */
export function tamper(dataDir: string, ...statements: readonly string[]): void {
  const database = new DatabaseSync(join(dataDir, 'fettle.db'));
  try {
    const triggers = database.prepare(`select name from sqlite_master where type = 'trigger'`).all();
    for (const { name } of triggers) database.exec(`drop trigger ${name}`);
    for (const statement of statements) database.exec(statement);
  } finally {
    database.close();
  }
}

/** Copies the database as a backup would. */
export function backUp(dataDir: string, to: string): void {
  const database = new DatabaseSync(join(dataDir, 'fettle.db'), { readOnly: true });
  try {
    database.exec(`vacuum into '${to.replaceAll("'", "''")}'`);
  } finally {
    database.close();
  }
}

export function removeDatabase(dataDir: string): void {
  execFileSync('rm', ['-f', ...['', '-wal', '-shm'].map((end) => join(dataDir, `fettle.db${end}`))]);
}
