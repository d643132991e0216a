import { deviceIdPattern, digestPattern, limits, madeIdPattern, namePattern, versionPattern } from '@fettle/model';
import { type TProperties, type TSchema, Type } from 'typebox';

/** Building blocks of the management API. Instants are RFC 3339 text on the wire, digests 64 hexadecimal digits. */
export const name = Type.String({ pattern: namePattern, description: 'short lower-case name' });
export const deviceIdText = Type.String({ pattern: deviceIdPattern });
export const digestText = Type.String({ pattern: digestPattern, description: 'SHA-256, 64 hexadecimal digits' });
export const madeId = Type.String({ pattern: madeIdPattern });
export const versionText = Type.String({ pattern: versionPattern });
export const tokenId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' });
export const instant = Type.String({ format: 'date-time', maxLength: 40, description: 'RFC 3339' });
export const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** What operators call a token, a key or a claim token. */
export const label = Type.String({ minLength: 1, maxLength: 100 });
export const reasonText = Type.String({ maxLength: 500, description: 'kept in the audit log' });

export const oneOf = <const T extends string>(values: readonly T[]) => Type.Enum<T[]>([...values]);
export const nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

/** What callers send: a field that is not named here is refused. */
export const strict = <P extends TProperties>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });

/** One page of a list; `next` is the `after` of the following page, null at the end. */
export const listOf = <S extends TSchema>(item: S) =>
  Type.Object({ items: Type.Array(item), next: nullable(Type.String()) });

export const pageQuery = {
  after: Type.Optional(Type.String({ maxLength: 256, description: '`next` of the page before' })),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: limits.pageSize, default: 100, description: 'rows of this page' }),
  ),
};

/** Body of the acts that only want to know why. */
export const reasonBody = strict({ reason: Type.Optional(reasonText) });
