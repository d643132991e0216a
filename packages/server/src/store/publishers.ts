import type { UsedTokenId } from '@fettle/control';
import { type Instant, limits, type Publisher, type TenantId } from '@fettle/model';
import type { ReadPlace, WritePlace } from './methods.ts';
import { demandChanged } from './paging.ts';
import { query } from './query.ts';
import type { PublisherRow, UsedTokenIdRow } from './schema.ts';

const publishersOfTenant = query<Pick<PublisherRow, 'tenant'>, PublisherRow>((db, slot) =>
  db
    .selectFrom('publishers')
    .select(['tenant', 'name', 'fleet', 'publisher'])
    .where('tenant', '=', slot('tenant'))
    .orderBy('name')
    .limit(limits.publishersPerTenant),
);
const savePublisher = query<PublisherRow>((db, slot) =>
  db
    .insertInto('publishers')
    .values(slot.all(['tenant', 'name', 'fleet', 'publisher']))
    .onConflict((conflict) => conflict.columns(['tenant', 'name']).doUpdateSet(slot.all(['fleet', 'publisher']))),
);
const deletePublisher = query<Pick<PublisherRow, 'tenant' | 'name'>>((db, slot) =>
  db.deleteFrom('publishers').where('tenant', '=', slot('tenant')).where('name', '=', slot('name')),
);
const liveTokens = query<{ tenant: TenantId; publisher: string; now: Instant; rows: number }, { id: string }>(
  (db, slot) =>
    db
      .selectFrom('operator_tokens')
      .select('id')
      .where('tenant', '=', slot('tenant'))
      .where('publisher', '=', slot('publisher'))
      .where('expires_at', '>', slot('now'))
      .where('revoked_at', 'is', null)
      .limit(slot('rows')),
);
const revokeTokens = query<{ tenant: TenantId; publisher: string; at: Instant }>((db, slot) =>
  db
    .updateTable('operator_tokens')
    .set((row) => ({ revoked_at: row.fn.coalesce('revoked_at', row.val(slot('at'))) }))
    .where('tenant', '=', slot('tenant'))
    .where('publisher', '=', slot('publisher')),
);
const deleteEnded = query<{ tenant: TenantId; before: Instant }>((db, slot) =>
  db
    .deleteFrom('operator_tokens')
    .where('tenant', '=', slot('tenant'))
    .where('publisher', 'is not', null)
    .where('expires_at', '<', slot('before')),
);
const useTokenId = query<UsedTokenIdRow>((db, slot) =>
  db
    .insertInto('used_token_ids')
    .values(slot.all(['tenant', 'issuer', 'token_id', 'expires_at']))
    .onConflict((conflict) => conflict.columns(['tenant', 'issuer', 'token_id']).doNothing()),
);
const forgetTokenIds = query<{ tenant: TenantId; now: Instant }>((db, slot) =>
  db.deleteFrom('used_token_ids').where('tenant', '=', slot('tenant')).where('expires_at', '<', slot('now')),
);

export const publisherReads = {
  async publishers({ connection, tenant }: ReadPlace): Promise<readonly Publisher[]> {
    const rows = await publishersOfTenant.all(connection, { tenant });
    return rows.map(({ publisher }): Publisher => JSON.parse(publisher));
  },
  async countPublisherTokens({ connection, tenant }: ReadPlace, publisher: string, now: Instant): Promise<number> {
    const rows = limits.tokensPerPublisher;
    return (await liveTokens.all(connection, { tenant, publisher, now, rows })).length;
  },
};

export const publisherWrites = {
  async savePublisher({ connection, tenant }: WritePlace, publisher: Publisher): Promise<void> {
    const { name, fleet } = publisher;
    await savePublisher.run(connection, { tenant, name, fleet, publisher: JSON.stringify(publisher) });
  },
  async deletePublisher({ connection, tenant }: WritePlace, name: string): Promise<void> {
    demandChanged(await deletePublisher.run(connection, { tenant, name }), 'publisher', name);
  },
  async useTokenId({ connection, tenant }: WritePlace, used: UsedTokenId, now: Instant): Promise<boolean> {
    await forgetTokenIds.run(connection, { tenant, now });
    const { issuer, tokenId: token_id, expiresAt: expires_at } = used;
    return (await useTokenId.run(connection, { tenant, issuer, token_id, expires_at })) > 0;
  },
  async revokePublisherTokens({ connection, tenant }: WritePlace, publisher: string, at: Instant): Promise<void> {
    await revokeTokens.run(connection, { tenant, publisher, at });
  },
  async deleteEndedTokens({ connection, tenant }: WritePlace, before: Instant): Promise<void> {
    await deleteEnded.run(connection, { tenant, before });
  },
};
