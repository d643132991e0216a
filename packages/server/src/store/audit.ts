import type { AuditQuery, Page } from '@fettle/control';
import { type AuditEvent, FettleError, type NewAuditEvent } from '@fettle/model';
import type { ReadPlace, WritePlace } from './methods.ts';
import { numberCursor, pageOf, rowsFor } from './paging.ts';
import { query, runBuilt } from './query.ts';
import type { AuditEventRow, AuditHeadRow } from './schema.ts';

const columns = ['tenant', 'sequence', 'at', 'actor', 'verb', 'object', 'fleet', 'before', 'after', 'reason'] as const;

// The head's row is what two writers meet at: numbers have no gaps, as the next waits for the first to commit.
const takeSequence = query<Pick<AuditHeadRow, 'tenant'>, Pick<AuditHeadRow, 'last'>>((db, slot) =>
  db
    .insertInto('audit_heads')
    .values({ tenant: slot('tenant'), last: 1 })
    .onConflict((conflict) =>
      conflict.column('tenant').doUpdateSet((row) => ({ last: row('audit_heads.last', '+', 1) })),
    )
    .returning('last'),
);
const insertEvent = query<AuditEventRow>((db, slot) => db.insertInto('audit_events').values(slot.all(columns)));

export const auditReads = {
  async auditEvents({ connection, tenant }: ReadPlace, asked: AuditQuery): Promise<Page<AuditEvent>> {
    const rows = rowsFor(asked);
    const oldestFirst = asked.oldestFirst === true;
    const cursor = numberCursor(asked.after, oldestFirst ? 0 : Number.MAX_SAFE_INTEGER);
    const { fleet, object, verbs } = asked;
    if (verbs?.length === 0) return { items: [], next: null };
    const found = await runBuilt<AuditEventRow>(connection, (db) =>
      db
        .selectFrom('audit_events')
        .select(columns)
        .where('tenant', '=', tenant)
        .where('sequence', oldestFirst ? '>' : '<', cursor)
        .$if(fleet !== undefined, (built) => built.where('fleet', '=', fleet ?? null))
        .$if(object !== undefined, (built) => built.where('object', '=', object ?? ''))
        .$if(verbs !== undefined, (built) => built.where('verb', 'in', verbs ?? []))
        .orderBy('sequence', oldestFirst ? 'asc' : 'desc')
        .limit(rows),
    );
    return pageOf(found, rows, { item: toEvent, key: (row) => String(row.sequence) });
  },
};

export const auditWrites = {
  async appendAudit({ connection, tenant, actor, now }: WritePlace, event: NewAuditEvent): Promise<void> {
    const head = await takeSequence.first(connection, { tenant });
    if (!head) throw new FettleError('internal', `The audit log of tenant ${tenant} gave no number.`);
    const { verb, object, fleet, before, after, reason } = event;
    const row = { tenant, sequence: head.last, at: now(), actor, verb, object, fleet, before, after, reason };
    await insertEvent.run(connection, row);
  },
};

function toEvent({ tenant: _, ...event }: AuditEventRow): AuditEvent {
  return event;
}
