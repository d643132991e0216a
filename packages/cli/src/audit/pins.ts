import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FettleError } from '@fettle/model';
import type { Hash } from '@fettle/trust';
import { configFolder } from '../config.ts';
import type { Environment } from '../io.ts';

/** What this person has seen of a log: its key, and the last checkpoint that was found good. */
export interface Pin {
  readonly origin: string;
  readonly vkey: string;
  readonly size: number;
  readonly root: Hash;
}

function pinFile(env: Environment, server: string): string {
  const name = createHash('sha256').update(server).digest('hex').slice(0, 24);
  return join(configFolder(env), 'audit', `${name}.json`);
}

/** The pin for a server; undefined before the first look. @throws FettleError `invalid-input` when it is damaged */
export async function readPin(env: Environment, server: string): Promise<Pin | undefined> {
  const file = pinFile(env, server);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { origin, vkey, size, root } = JSON.parse(text) as Record<keyof Pin, unknown>;
    if (
      typeof origin === 'string' &&
      typeof vkey === 'string' &&
      typeof root === 'string' &&
      Number.isSafeInteger(size)
    ) {
      return { origin, vkey, size: Number(size), root: Buffer.from(root, 'base64') };
    }
  } catch {
    // As any other text that is no pin.
  }
  throw new FettleError(
    'invalid-input',
    `${file}: expected what an earlier "fettle audit verify" kept, found something else.`,
  );
}

/** Keeps a pin, in one step. */
export async function savePin(env: Environment, server: string, pin: Pin): Promise<void> {
  const file = pinFile(env, server);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}.tmp`;
  await writeFile(fresh, `${JSON.stringify({ ...pin, root: Buffer.from(pin.root).toString('base64') })}\n`, {
    mode: 0o600,
  });
  await rename(fresh, file);
}
