import { limits } from '@fettle/model';
import { type Static, Type } from 'typebox';
import { count, digestText, instant, label, name, nullable, strict, tokenId } from './common.ts';
import { freezeShape } from './policy.ts';

const hour = 3_600_000;
const deviceTypes = Type.Array(name, { minItems: 1, maxItems: limits.deviceTypesPerFleet, uniqueItems: true });
const checkInIntervalMs = Type.Integer({ minimum: 1_000, maximum: 24 * 7 * hour });

export const fleetKeyShape = Type.Object({
  id: digestText,
  name: label,
  publicKeyPem: Type.String(),
  addedAt: instant,
});
export const fleetShape = Type.Object({
  id: name,
  deviceTypes: Type.Array(name),
  keys: Type.Array(fleetKeyShape),
  securityFloor: count,
  checkInIntervalMs: Type.Integer(),
  freezes: Type.Array(freezeShape),
  createdAt: instant,
});
export const createFleetBody = strict({
  id: name,
  deviceTypes,
  checkInIntervalMs: Type.Optional(checkInIntervalMs),
});
export const changeFleetBody = strict({
  deviceTypes: Type.Optional(deviceTypes),
  securityFloor: Type.Optional(count),
  checkInIntervalMs: Type.Optional(checkInIntervalMs),
});
export const addKeyBody = strict({
  name: label,
  publicKeyPem: Type.String({ maxLength: 2_000, description: 'SubjectPublicKeyInfo, PEM' }),
});

export const saveFreezeBody = strict({
  from: instant,
  until: instant,
  reason: Type.String({ maxLength: 500, description: 'kept in the audit log' }),
});

export const groupShape = Type.Object({ name, filter: Type.String() });
export const saveGroupBody = strict({
  filter: Type.String({
    maxLength: limits.expressionLength,
    description: 'an expression, e.g. `tag.site == "berlin" && type == "router"`',
  }),
  allowUnknown: Type.Optional(
    Type.Boolean({ description: 'whether it may name attributes and tags that no device has had yet' }),
  ),
});

export const claimTokenShape = Type.Object({
  id: tokenId,
  name: label,
  usesLeft: count,
  expiresAt: nullable(instant),
  revokedAt: nullable(instant),
  createdAt: instant,
});
export const createClaimTokenBody = strict({
  name: label,
  uses: Type.Integer({ minimum: 1, maximum: 10_000_000 }),
  expiresAt: Type.Optional(nullable(instant)),
});
export const createdClaimTokenShape = Type.Object({
  token: Type.String({ description: 'shown this once; the server keeps only its hash' }),
  record: claimTokenShape,
});

export type FleetView = Static<typeof fleetShape>;
export type FleetKeyView = Static<typeof fleetKeyShape>;
export type GroupView = Static<typeof groupShape>;
export type ClaimTokenView = Static<typeof claimTokenShape>;
