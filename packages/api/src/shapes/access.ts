import { limits } from '@fettle/model';
import { type Static, Type } from 'typebox';
import { instant, label, name, nullable, strict, tokenId } from './common.ts';

const permission = Type.String({ pattern: '^[a-z]{1,32}(\\.[a-z]{1,32})?$' });

export const whoamiShape = Type.Object({
  tenant: name,
  actor: Type.String(),
  permissions: Type.Array(permission),
  fleets: Type.Optional(Type.Array(name, { description: 'whose things the credential opens; absent for all' })),
});
export const operatorTokenShape = Type.Object({
  id: tokenId,
  name: label,
  permissions: Type.Array(permission),
  createdAt: instant,
  revokedAt: nullable(instant),
  expiresAt: nullable(instant),
  fleet: nullable(name),
  fleets: Type.Array(name, { description: 'whose things it opens; empty for the whole tenant' }),
});
export const createTokenBody = strict({
  name: label,
  permissions: Type.Array(permission, { minItems: 1, maxItems: 32, uniqueItems: true }),
  fleet: Type.Optional(name),
  fleets: Type.Optional(
    Type.Array(name, {
      maxItems: limits.fleetsPerCredential,
      uniqueItems: true,
      description: "whose things the token opens and nobody else's; none for the whole tenant",
    }),
  ),
  expiresAt: Type.Optional(instant),
});
export const createdTokenShape = Type.Object({
  token: Type.String({ description: 'shown this once; the server keeps only its hash' }),
  record: operatorTokenShape,
});

export type Whoami = Static<typeof whoamiShape>;
export type OperatorTokenView = Static<typeof operatorTokenShape>;
