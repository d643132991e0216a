import { limits, namePattern, personStatuses } from '@fettle/model';
import { type Static, Type } from 'typebox';
import { digestText, instant, madeId, name, nullable, oneOf, reasonText, strict } from './common.ts';

const fullName = Type.String({ minLength: 2, maxLength: 100 });
const roles = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: limits.rolesPerPerson });
const permissions = Type.Array(Type.String({ pattern: '^[a-z]{1,32}(\\.[a-z]{1,32})?$' }), {
  maxItems: 32,
  description: 'what a login of the person may do',
});
const accounts = Type.Array(Type.String({ maxLength: 420 }), {
  maxItems: limits.accountsPerPerson,
  description: '`ISSUER#ID` of where their CI runs',
});
const fleets = Type.Array(name, {
  maxItems: limits.fleetsPerCredential,
  uniqueItems: true,
  description: 'whose things the person sees and changes; none for the whole tenant',
});
const password = Type.String({ minLength: 1, maxLength: 512 });

/** A login name, or an id. */
export const personText = Type.String({ pattern: namePattern });

export const personShape = Type.Object({
  id: madeId,
  name,
  fullName: Type.String(),
  roles: Type.Array(Type.String()),
  permissions: Type.Array(Type.String()),
  accounts: Type.Array(Type.String()),
  fleets: Type.Array(Type.String()),
  status: oneOf(personStatuses),
  mustChange: Type.Boolean({
    description: 'the password was chosen by somebody else and opens nothing but its change',
  }),
  lockedUntil: nullable(instant),
  key: nullable(Type.Object({ id: digestText, publicKeyPem: Type.String(), registeredAt: instant })),
  createdAt: instant,
});
export const createPersonBody = strict({
  name,
  fullName,
  roles: Type.Optional(roles),
  permissions: Type.Optional(permissions),
  accounts: Type.Optional(accounts),
  fleets: Type.Optional(fleets),
  password,
});
export const changePersonBody = strict({
  fullName: Type.Optional(fullName),
  roles: Type.Optional(roles),
  permissions: Type.Optional(permissions),
  accounts: Type.Optional(accounts),
  fleets: Type.Optional(fleets),
  status: Type.Optional(oneOf(personStatuses)),
  reason: Type.Optional(reasonText),
});
export const resetPasswordBody = strict({ password, reason: reasonText });
export const changePasswordBody = strict({ password, newPassword: password });
export const registerKeyBody = strict({
  password,
  publicKeyPem: nullable(Type.String({ maxLength: 4_000, description: 'Ed25519 or P-256; null for none' })),
});
export const loginBody = strict({ tenant: Type.Optional(name), name, password });
export const loginShape = Type.Object({
  token: Type.String({ description: 'shown this once; the server keeps only its hash' }),
  expiresAt: instant,
  person: personShape,
});

export type PersonView = Static<typeof personShape>;
