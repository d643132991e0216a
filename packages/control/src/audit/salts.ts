import { FettleError, limits } from '@fettle/model';
import { demand, type Scope } from '../access/scope.ts';
import type { Page, PageRequest } from '../ports.ts';
import type { AuditLogStore, SaltRow } from './log-store.ts';

/** Salts by event: a page holds those of so many events, perhaps none, and only one without `next` is the last. */
export async function listAuditSalts(scope: Scope, store: AuditLogStore, page: PageRequest): Promise<Page<SaltRow>> {
  demand(scope, 'audit.read');
  const reads = store.reads(scope);
  if (page.after !== undefined && !/^\d{1,15}$/.test(page.after)) {
    throw new FettleError('invalid-input', 'The cursor is not one that a page before gave as `next`.');
  }
  const from = Number(page.after ?? 0) + 1;
  const count = Math.min(page.limit, limits.pageSize);
  const log = await reads.auditLog();
  const last = log ? log.base + (await reads.logSize(log.number)) : 0;
  const items = await reads.salts({ from, count });
  return { items, next: from + count > last ? null : String(from + count - 1) };
}
