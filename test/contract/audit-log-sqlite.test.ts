import { describe } from 'node:test';
import { openSqliteStore } from '../../packages/server/src/store/index.ts';
import { keepsAuditLogs } from './audit-log.contract.ts';

describe('audit log contract: SQLite', () => {
  keepsAuditLogs(async (_processes, test) => {
    const random = { bytes: (count: number) => new Uint8Array(count) };
    // One process alone may have the file: rivals are two sequencers in it.
    const store = await openSqliteStore({ file: ':memory:', clock: { now: () => 1 }, random });
    try {
      await test([store]);
    } finally {
      await store.close();
    }
  });
});
