import type { AuditEvent } from '@fettle/model';
import { demand, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import type { AuditQuery, Page } from '../ports.ts';

/** Who did what, when, to what and why. */
export function listAudit(scope: Scope, brain: Brain, query: AuditQuery): Promise<Page<AuditEvent>> {
  demand(scope, 'audit.read');
  return brain.store.reads(scope).auditEvents(query);
}
