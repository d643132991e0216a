import { type Instant, limits, type Person, type PersonId, type PersonToken } from '@fettle/model';
import type { ReadPlace, WritePlace } from './methods.ts';
import { demandChanged } from './paging.ts';
import { query } from './query.ts';
import type { PersonRow, PersonTokenRow } from './schema.ts';

const personColumns = ['tenant', 'id', 'name', 'body'] as const;
const tokenColumns = ['tenant', 'id', 'person', 'hash', 'created_at', 'expires_at'] as const;

const onePerson = query<Pick<PersonRow, 'tenant' | 'id'>, PersonRow>((db, slot) =>
  db.selectFrom('people').select(personColumns).where('tenant', '=', slot('tenant')).where('id', '=', slot('id')),
);
const personOfName = query<Pick<PersonRow, 'tenant' | 'name'>, PersonRow>((db, slot) =>
  db.selectFrom('people').select(personColumns).where('tenant', '=', slot('tenant')).where('name', '=', slot('name')),
);
const peopleOf = query<Pick<PersonRow, 'tenant'>, PersonRow>((db, slot) =>
  db
    .selectFrom('people')
    .select(personColumns)
    .where('tenant', '=', slot('tenant'))
    .orderBy('name')
    .limit(limits.people),
);
const insertPerson = query<PersonRow>((db, slot) => db.insertInto('people').values(slot.all(personColumns)));
const updatePerson = query<Pick<PersonRow, 'tenant' | 'id' | 'body'>>((db, slot) =>
  db
    .updateTable('people')
    .set({ body: slot('body') })
    .where('tenant', '=', slot('tenant'))
    .where('id', '=', slot('id')),
);

const tokenOfHash = query<Pick<PersonTokenRow, 'tenant' | 'hash'>, PersonTokenRow>((db, slot) =>
  db
    .selectFrom('person_tokens')
    .select(tokenColumns)
    .where('tenant', '=', slot('tenant'))
    .where('hash', '=', slot('hash')),
);
const tokensOfPerson = query<Pick<PersonTokenRow, 'tenant' | 'person'>, PersonTokenRow>((db, slot) =>
  db
    .selectFrom('person_tokens')
    .select(tokenColumns)
    .where('tenant', '=', slot('tenant'))
    .where('person', '=', slot('person'))
    .orderBy('id')
    .limit(limits.loginsPerPerson),
);
const insertToken = query<PersonTokenRow>((db, slot) => db.insertInto('person_tokens').values(slot.all(tokenColumns)));
const deleteToken = query<Pick<PersonTokenRow, 'tenant' | 'id'>>((db, slot) =>
  db.deleteFrom('person_tokens').where('tenant', '=', slot('tenant')).where('id', '=', slot('id')),
);
const deleteTokensOf = query<Pick<PersonTokenRow, 'tenant' | 'person'>>((db, slot) =>
  db.deleteFrom('person_tokens').where('tenant', '=', slot('tenant')).where('person', '=', slot('person')),
);
const deleteExpired = query<Pick<PersonTokenRow, 'tenant'> & { now: Instant }>((db, slot) =>
  db.deleteFrom('person_tokens').where('tenant', '=', slot('tenant')).where('expires_at', '<=', slot('now')),
);

export const peopleReads = {
  async person({ connection, tenant }: ReadPlace, id: PersonId): Promise<Person | undefined> {
    return toPerson(await onePerson.first(connection, { tenant, id }));
  },
  async personByName({ connection, tenant }: ReadPlace, name: string): Promise<Person | undefined> {
    return toPerson(await personOfName.first(connection, { tenant, name }));
  },
  async people({ connection, tenant }: ReadPlace): Promise<readonly Person[]> {
    return (await peopleOf.all(connection, { tenant })).map(readPerson);
  },
  async personToken({ connection, tenant }: ReadPlace, hash: string): Promise<PersonToken | undefined> {
    const row = await tokenOfHash.first(connection, { tenant, hash });
    return row && toToken(row);
  },
  async personTokens({ connection, tenant }: ReadPlace, person: PersonId): Promise<readonly PersonToken[]> {
    return (await tokensOfPerson.all(connection, { tenant, person })).map(toToken);
  },
};

export const peopleWrites = {
  async insertPerson({ connection, tenant }: WritePlace, person: Person): Promise<void> {
    const { id, name } = person;
    await insertPerson.run(connection, { tenant, id, name, body: JSON.stringify(person) });
  },
  /** The login name stays what it was. */
  async updatePerson({ connection, tenant }: WritePlace, person: Person): Promise<void> {
    const { id } = person;
    demandChanged(await updatePerson.run(connection, { tenant, id, body: JSON.stringify(person) }), 'person', id);
  },
  async insertPersonToken({ connection, tenant }: WritePlace, token: PersonToken): Promise<void> {
    const { id, person, hash, createdAt, expiresAt } = token;
    await insertToken.run(connection, { tenant, id, person, hash, created_at: createdAt, expires_at: expiresAt });
  },
  async deletePersonToken({ connection, tenant }: WritePlace, id: string): Promise<void> {
    await deleteToken.run(connection, { tenant, id });
  },
  async deletePersonTokens({ connection, tenant }: WritePlace, person: PersonId): Promise<void> {
    await deleteTokensOf.run(connection, { tenant, person });
  },
  async deleteExpiredPersonTokens({ connection, tenant }: WritePlace, now: Instant): Promise<void> {
    await deleteExpired.run(connection, { tenant, now });
  },
};

function readPerson({ body }: PersonRow): Person {
  return JSON.parse(body);
}

function toPerson(row: PersonRow | undefined): Person | undefined {
  return row && readPerson(row);
}

function toToken({ id, person, hash, created_at, expires_at }: PersonTokenRow): PersonToken {
  return { id, person, hash, createdAt: created_at, expiresAt: expires_at };
}
