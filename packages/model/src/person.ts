import type { Brand, Instant } from './brand.ts';
import { FettleError } from './errors.ts';
import { type FleetId, type KeyId, madeIdPattern } from './ids.ts';

/** Made by the server and never used twice: nobody is ever deleted, people are disabled. */
export type PersonId = Brand<string, 'PersonId'>;
const madeId = new RegExp(madeIdPattern);

/** @throws FettleError `invalid-id` */
export function personId(text: string): PersonId {
  if (isPersonId(text)) return text as PersonId;
  throw new FettleError(
    'invalid-id',
    `"${text.slice(0, 80)}" is not the id of a person: it must match ${madeIdPattern}.`,
  );
}

/** Login names may not look like this, so that one word on a command line means one person. */
export function isPersonId(text: string): boolean {
  return madeId.test(text);
}

export const personStatuses = ['active', 'disabled'] as const;
export type PersonStatus = (typeof personStatuses)[number];

/** A key with which a person signs on a machine of their own. */
export interface PersonKey {
  readonly id: KeyId;
  /** SubjectPublicKeyInfo, PEM. */
  readonly publicKeyPem: string;
  readonly registeredAt: Instant;
}

/** Somebody who logs in and signs: one account for one human being. */
export interface Person {
  readonly id: PersonId;
  /** What they log in with; unique in the tenant, for ever. */
  readonly name: string;
  readonly fullName: string;
  /** Free words that approvals are demanded from: `qa`, `release-manager`. */
  readonly roles: readonly string[];
  /** What their tokens may do. */
  readonly permissions: readonly string[];
  /** The fleets whose things their tokens open; absent for the whole tenant. */
  readonly fleets?: readonly FleetId[];
  /** Who they are where CI runs, `ISSUER#ID`: what a job of theirs published they do not approve. */
  readonly accounts: readonly string[];
  readonly status: PersonStatus;
  /** How the password is kept: name of the function, its costs, salt, hash. */
  readonly password: string;
  /** Somebody else chose the password: until it is changed it opens nothing but the change. */
  readonly mustChange: boolean;
  /** Attempts since the last good one. */
  readonly failures: number;
  readonly lockedUntil: Instant | null;
  readonly key: PersonKey | null;
  readonly createdAt: Instant;
}

/** What a login gives: short-lived, and worth nothing once its person is disabled. */
export interface PersonToken {
  readonly id: string;
  readonly person: PersonId;
  /** SHA-256 of the text, hexadecimal. */
  readonly hash: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
}

const actorPrefix = 'person:';

/** How the audit log names a person who acts. */
export function actorOfPerson(id: PersonId): string {
  return `${actorPrefix}${id}`;
}

/** The person behind an actor; undefined when it is an operator's token, a device or the server. */
export function personOfActor(actor: string): PersonId | undefined {
  return actor.startsWith(actorPrefix) ? personId(actor.slice(actorPrefix.length)) : undefined;
}
