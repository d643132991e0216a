import { limits, publisherProviders } from '@fettle/model';
import { type Static, Type } from 'typebox';
import { instant, name, nullable, oneOf, strict } from './common.ts';

const url = Type.String({ minLength: 1, maxLength: 512 });
const claims = Type.Record(
  Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_.:/-]{0,127}$' }),
  Type.String({ maxLength: 512 }),
  {
    maxProperties: limits.claimsPerPublisher,
    description: 'claim → exact value; * only where refs and environments are named',
  },
);
const audience = Type.String({ minLength: 1, maxLength: 256 });
const events = Type.Array(Type.String({ pattern: '^[a-z_]{1,64}$' }), { maxItems: 16 });
const deviceTypes = Type.Array(name, { maxItems: limits.deviceTypesPerFleet, uniqueItems: true });
const tokenLifeMs = Type.Integer({ minimum: 60_000, maximum: 900_000 });

export const publisherShape = Type.Object({
  name,
  provider: oneOf(publisherProviders),
  issuer: url,
  audience,
  keys: oneOf(['discovery', 'url', 'pinned']),
  jwksUrl: nullable(url),
  pinnedAt: nullable(instant),
  match: Type.Record(Type.String(), Type.String()),
  allowEvents: events,
  requireHosted: Type.Boolean(),
  fleet: name,
  deviceTypes,
  tokenLifeMs,
  createdAt: instant,
});
export const savePublisherBody = strict({
  provider: oneOf(publisherProviders),
  issuer: url,
  audience,
  jwksUrl: Type.Optional(url),
  jwks: Type.Optional(
    Type.String({ maxLength: 65_536, description: 'pinned JWK Set as JSON text, for sites that reach no issuer' }),
  ),
  match: claims,
  allowEvents: Type.Optional(events),
  requireHosted: Type.Optional(Type.Boolean()),
  fleet: name,
  deviceTypes: Type.Optional(deviceTypes),
  tokenLifeMs: Type.Optional(tokenLifeMs),
});
export const exchangeBody = strict({
  token: Type.String({ minLength: 1, maxLength: limits.idTokenLength, description: 'ID token of the job' }),
  tenant: Type.Optional(name),
  fleet: Type.Optional(name),
});
export const exchangedShape = Type.Object({
  token: Type.String({ description: 'operator token that publishes to this fleet and does nothing else' }),
  fleet: name,
  publisher: name,
  expiresAt: instant,
});

export type PublisherView = Static<typeof publisherShape>;
export type ExchangedView = Static<typeof exchangedShape>;
