import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Person, type PersonToken, personId } from '@fettle/model';
import { digestOf, type Open, prepare } from './store-fixtures.ts';
import { withStore } from './with-store.ts';

export const personIdOf = (at: number) => personId(`per_${String(at).padStart(26, '0')}`);

export function personOf(at: number, changes: Partial<Person> = {}): Person {
  return {
    id: personIdOf(at),
    name: `person-${at}`,
    fullName: `Zoë ${at}`,
    roles: ['qa'],
    permissions: ['fleet.read'],
    accounts: [],
    status: 'active',
    password: 'scrypt$',
    mustChange: true,
    failures: 0,
    lockedUntil: null,
    key: null,
    createdAt: at,
    ...changes,
  };
}

export function personTokenOf(word: string, changes: Partial<PersonToken> = {}): PersonToken {
  return { id: `tok_${word}`, person: personIdOf(1), hash: digestOf(word), createdAt: 1, expiresAt: 99, ...changes };
}

/** People, and the tokens of their logins. */
export function keepsPeople(open: Open): void {
  describe('people', () => {
    it('are found by id and by name, and keep their name', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const changed = personOf(1, { failures: 3, fullName: 'Zoë Zwei', lockedUntil: 7 });
        await store.transact(scope, async (tx) => {
          await tx.insertPerson(personOf(2));
          await tx.insertPerson(personOf(1));
          await tx.updatePerson(changed);
        });
        const reads = store.reads(scope);
        assert.deepEqual(await reads.person(personIdOf(1)), changed);
        assert.deepEqual(await reads.personByName('person-2'), personOf(2));
        assert.equal(await reads.personByName('person-3'), undefined);
        assert.deepEqual(await reads.people(), [changed, personOf(2)]);
        const nobody = store.transact(scope, (tx) => tx.updatePerson(personOf(9)));
        await assert.rejects(nobody, { code: 'not-found' });
        await assert.rejects(store.transact(scope, (tx) => tx.insertPerson(personOf(3, { name: 'person-2' }))));
      }));

    it('are logged in by tokens that are found by their hash until they are deleted', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        await store.transact(scope, async (tx) => {
          for (const word of ['a', 'b', 'c']) await tx.insertPersonToken(personTokenOf(word));
          await tx.insertPersonToken(personTokenOf('d', { person: personIdOf(2), expiresAt: 50 }));
          await tx.deletePersonToken('tok_b');
        });
        const reads = store.reads(scope);
        assert.deepEqual(await reads.personToken(digestOf('a')), personTokenOf('a'));
        assert.equal(await reads.personToken(digestOf('b')), undefined);
        assert.deepEqual(await reads.personTokens(personIdOf(1)), [personTokenOf('a'), personTokenOf('c')]);
        await store.transact(scope, (tx) => tx.deleteExpiredPersonTokens(50));
        assert.deepEqual(await reads.personTokens(personIdOf(2)), []);
        await store.transact(scope, (tx) => tx.deletePersonTokens(personIdOf(1)));
        assert.deepEqual(await reads.personTokens(personIdOf(1)), []);
      }));
  });
}
