import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OperatorToken } from '@fettle/control';
import type { Publisher, TenantId } from '@fettle/model';
import { acme, type Open, operatorTokenOf, prepare, rival, scopeOf, thermostats } from './store-fixtures.ts';
import { withStore } from './with-store.ts';

export function publisherOf(name: string, changes: Partial<Publisher> = {}): Publisher {
  return {
    name,
    provider: 'github',
    issuer: 'https://token.actions.githubusercontent.com',
    audience: 'https://fettle.example.com',
    keys: { kind: 'discovery' },
    match: { repository_id: '1001', environment: 'release' },
    allowEvents: [],
    requireHosted: true,
    fleet: thermostats,
    deviceTypes: [],
    tokenLifeMs: 900_000,
    createdAt: 5,
    ...changes,
  };
}

/** What a job of CI holds. */
export function jobTokenOf(tenant: TenantId, id: string, changes: Partial<OperatorToken> = {}): OperatorToken {
  const source = { ...{ publisher: 'ci', issuer: 'https://i', repository: 'a/b', repositoryId: '1001' }, runUrl: null };
  const only = {
    fleet: thermostats,
    deviceTypes: [],
    source: { ...source, workflow: 'w', ref: 'r', sha: 's' },
    claims: { sub: 'x', run: 7, nested: { deep: [true] } },
  };
  return { ...operatorTokenOf(tenant, id), name: 'ci', expiresAt: 1_000, only, ...changes };
}

const used = { issuer: 'https://i', tokenId: 'ab'.repeat(32), expiresAt: 500 };

export function keepsPublishers(open: Open): void {
  describe('publishers', () => {
    it('keeps a publisher as it is, replaces it by name, lists by name, deletes it', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const changed = publisherOf('ci', { keys: { kind: 'pinned', jwks: '{"keys":[]}', pinnedAt: 7 } });
        await store.transact(scope, async (tx) => {
          await tx.savePublisher(publisherOf('ci'));
          await tx.savePublisher(publisherOf('an'));
          await tx.savePublisher(changed);
        });
        assert.deepEqual(await store.reads(scope).publishers(), [publisherOf('an'), changed]);
        await store.transact(scope, (tx) => tx.deletePublisher('ci'));
        assert.deepEqual(await store.reads(scope).publishers(), [publisherOf('an')]);
        await assert.rejects(
          store.transact(scope, (tx) => tx.deletePublisher('ci')),
          { code: 'not-found' },
        );
      }));

    it('takes an ID token once per issuer and tenant, also after the transaction, and forgets it when it is over', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        await prepare(store, rival);
        const use = (now: number, changes = {}, who = scope) =>
          store.transact(who, (tx) => tx.useTokenId({ ...used, ...changes }, now));
        assert.equal(await use(1), true);
        assert.equal(await use(2), false);
        assert.equal(await use(2, { issuer: 'https://j' }), true);
        assert.equal(await use(2, {}, scopeOf(rival)), true);
        await assert.rejects(
          store.transact(scope, async (tx) => {
            await tx.useTokenId({ ...used, tokenId: 'cd' }, 3);
            throw new Error('not committed');
          }),
        );
        assert.equal(await use(4, { tokenId: 'cd' }), true);
        assert.equal(await use(501), true);
      }));

    it('of two that use one ID token at the same time one wins', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const both = await Promise.all([1, 2].map(() => store.transact(scope, (tx) => tx.useTokenId(used, 1))));
        assert.deepEqual(both.sort(), [false, true]);
      }));

    it('keeps what a token of a job is good for, and lists none of them', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const token = jobTokenOf(acme, 'j');
        const confined = {
          ...operatorTokenOf(acme, 'p'),
          expiresAt: 9,
          only: { ...token.only, claims: null, source: null },
        };
        await store.transact(scope, async (tx) => {
          await tx.insertOperatorToken(token);
          await tx.insertOperatorToken(confined as OperatorToken);
        });
        assert.deepEqual(await store.operatorTokenByHash(token.hash), token);
        assert.deepEqual(await store.reads(scope).operatorTokens(), [confined]);
      }));

    it('counts, revokes and forgets the tokens of one publisher', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const [first, second] = [jobTokenOf(acme, 'a'), jobTokenOf(acme, 'b', { expiresAt: 100 })];
        const other = jobTokenOf(acme, 'c', { name: 'other' });
        await store.transact(scope, async (tx) => {
          for (const token of [first, second, other]) await tx.insertOperatorToken(token);
          await tx.insertOperatorToken(operatorTokenOf(acme, 'human'));
        });
        assert.equal(await store.reads(scope).countPublisherTokens('ci', 50), 2);
        assert.equal(await store.reads(scope).countPublisherTokens('ci', 100), 1);
        await store.transact(scope, (tx) => tx.revokePublisherTokens('ci', 60));
        assert.equal((await store.operatorTokenByHash(first.hash))?.revokedAt, 60);
        assert.equal((await store.operatorTokenByHash(other.hash))?.revokedAt, null);
        assert.equal(await store.reads(scope).countPublisherTokens('ci', 50), 0);
        await store.transact(scope, (tx) => tx.deleteEndedTokens(101));
        assert.equal(await store.operatorTokenByHash(second.hash), undefined);
        assert.equal((await store.operatorTokenByHash(first.hash))?.id, 'a');
        assert.equal((await store.operatorTokenByHash(operatorTokenOf(acme, 'human').hash))?.id, 'human');
      }));
  });
}
