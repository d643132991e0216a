import assert from 'node:assert/strict';
import { it } from 'node:test';
import { keepsAuditLogs } from './audit-log.contract.ts';
import { withCluster, withStores } from './postgres-stores.ts';

withCluster('audit log contract: PostgreSQL', (cluster) => {
  keepsAuditLogs((processes, test) => {
    const options = Array.from({ length: processes }, () => ({}));
    return withStores(cluster(), options, test);
  });

  it('refuses to empty a table of the log at a stroke', () =>
    withStores(cluster(), [{}], async (_stores, url) => {
      for (const table of ['audit_log_entries', 'audit_log_tiles', 'audit_events']) {
        await assert.rejects(cluster().query(url, `truncate ${table}`), /never changed/, table);
      }
    }));
});
