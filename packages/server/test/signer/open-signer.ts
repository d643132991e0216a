import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { secretReader } from '@fettle/signers';
import Database from 'better-sqlite3';
import { createSignerClient, type SignerClient } from '../../src/signer/client.ts';
import { usualRates } from '../../src/signer/signer-rates.ts';
import { openSignerService, type SignerOptions, type SignerService } from '../../src/signer/signer-service.ts';

/** A signer in this process over a folder of its own, with a clock that the test owns. */
export interface TestSigner {
  readonly folder: string;
  readonly socket: string;
  readonly client: SignerClient;
  readonly failures: unknown[];
  now: number;
  /** Ends it and opens it again on the same folder. */
  restart(change?: Partial<SignerOptions>): Promise<void>;
  /** Ends it. */
  stop(): Promise<void>;
  /** A second one on the same folder. */
  openAnother(): Promise<SignerService>;
  /** Changes its database by hand; only while it is stopped. */
  change(statement: string): void;
  /** The signer's own log, oldest first; only while it is stopped. */
  log(): readonly {
    readonly what: string;
    readonly verdict: string;
    readonly message: string;
    readonly turned_away: number;
  }[];
}

export const testNow = Date.parse('2026-06-01T12:00:00Z');

export async function openTestSigner(t: TestContext, change: Partial<SignerOptions> = {}): Promise<TestSigner> {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-signer-'));
  const socket = join(folder, 'signer.sock');
  const failures: unknown[] = [];
  const time = { now: testNow };
  const options: SignerOptions = {
    folder,
    socket,
    locators: new Map(),
    readSecret: secretReader(),
    replace: [],
    rates: usualRates,
    now: () => time.now,
    onFailure: (error) => failures.push(error),
    ...change,
  };
  let service: SignerService | undefined = await openSignerService(options);
  const client = createSignerClient(socket, { timeoutMs: 20_000 });
  const stop = async () => {
    await service?.close();
    service = undefined;
  };
  t.after(async () => {
    client.close();
    await stop();
    await rm(folder, { recursive: true, force: true });
  });
  return Object.assign(time, {
    folder,
    socket,
    client,
    failures,
    stop,
    async restart(again: Partial<SignerOptions> = {}) {
      await stop();
      service = await openSignerService({ ...options, ...again });
    },
    openAnother: () => openSignerService({ ...options, socket: `${socket}.2`, folderWaitMs: 50 }),
    change(statement: string) {
      const database = new Database(join(folder, 'signer.db'));
      try {
        database.exec(statement);
      } finally {
        database.close();
      }
    },
    log() {
      const database = new Database(join(folder, 'signer.db'), { readonly: true });
      try {
        return database.prepare('select * from requests order by id').all() as ReturnType<TestSigner['log']>;
      } finally {
        database.close();
      }
    },
  });
}
