import type { Instant, Person, PersonId, PersonToken } from '@fettle/model';

export interface PeopleReads {
  person(id: PersonId): Promise<Person | undefined>;
  personByName(name: string): Promise<Person | undefined>;
  /** By login name; at most `limits.people`. */
  people(): Promise<readonly Person[]>;
  /** By the hash of its text. */
  personToken(hash: string): Promise<PersonToken | undefined>;
  personTokens(person: PersonId): Promise<readonly PersonToken[]>;
}

export interface PeopleWrites {
  insertPerson(person: Person): Promise<void>;
  updatePerson(person: Person): Promise<void>;
  insertPersonToken(token: PersonToken): Promise<void>;
  deletePersonToken(id: string): Promise<void>;
  /** Those of one person. */
  deletePersonTokens(person: PersonId): Promise<void>;
  /** Those that are over, of everybody. */
  deleteExpiredPersonTokens(now: Instant): Promise<void>;
}
