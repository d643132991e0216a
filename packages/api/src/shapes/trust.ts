import { limits, repositories, trustChangeStatuses } from '@fettle/model';
import { type Static, Type } from 'typebox';
import { digestText, instant, madeId, name, nullable, oneOf, reasonText, strict } from './common.ts';

const repository = oneOf(repositories);
const keyid = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'as TUF names the key' });
const signature = Type.String({ pattern: '^(?:[0-9a-f]{2}){1,8192}$', description: 'hexadecimal' });
const version = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
/** Four characters for three bytes; the body of a request has a limit of its own. */
const payloadLength = Math.ceil(limits.trustFileBytes / 3) * 4;
const payload = Type.String({
  pattern: '^[A-Za-z0-9+/]+={0,2}$',
  maxLength: payloadLength,
  description: 'base64 of the exact canonical bytes of `signed`',
});

export const trustKeyShape = Type.Object({
  keyid,
  keytype: Type.String(),
  scheme: Type.String(),
  public: Type.String(),
});
export const roleStateShape = Type.Object({
  role: name,
  version: nullable(version),
  expiresAt: nullable(instant),
  threshold: Type.Integer({ minimum: 1 }),
  keyids: Type.Array(keyid),
  paths: Type.Array(Type.String(), { description: 'of a delegated role' }),
});
export const repositoryStateShape = Type.Object({
  repository,
  roles: Type.Array(roleStateShape, { description: 'delegated roles have the name of their fleet' }),
  keys: Type.Array(trustKeyShape),
  timeKeys: Type.Array(trustKeyShape, { description: 'of signed time, in the root of a director' }),
});
export const onlineKeyShape = Type.Object({ repository: nullable(repository), role: name, key: trustKeyShape });
export const trustChangeShape = Type.Object({
  id: madeId,
  repository,
  role: name,
  version,
  requestedBy: Type.String(),
  reason: Type.String(),
  status: oneOf(trustChangeStatuses),
  createdAt: instant,
  expiresAt: instant,
});
export const trustStateShape = Type.Object({
  repositories: Type.Array(repositoryStateShape, { description: 'those that have a root' }),
  online: nullable(
    Type.Array(onlineKeyShape, { description: 'keys of the signer; null where nothing is signed online' }),
  ),
  changes: Type.Array(trustChangeShape, { description: 'those that wait for signatures' }),
});
export const trustFileShape = Type.Object({
  repository,
  role: name,
  version,
  text: Type.String({ description: 'the file, byte for byte' }),
  createdAt: instant,
});
export const trustSignatureShape = Type.Object({
  keyId: digestText,
  sig: signature,
  signer: Type.String({ description: 'who brought it' }),
  meaning: Type.String(),
  at: instant,
});
export const signedTrustChangeShape = Type.Object({
  ...trustChangeShape.properties,
  payload,
  signatures: Type.Array(trustSignatureShape),
});

export const requestChangeBody = strict({ repository, role: name, payload, reason: Type.Optional(reasonText) });
export const signChangeBody = strict({
  keyid,
  sig: signature,
  meaning: Type.Optional(Type.String({ maxLength: 100, description: 'what the signature is meant to say' })),
});
export const publishChangeBody = strict({
  force: Type.Optional(
    Type.Boolean({ default: false, description: 'also while a rollout is in its first phase; needs a reason' }),
  ),
  reason: Type.Optional(reasonText),
});
export const metadataParams = strict({
  repository,
  name: Type.String({
    pattern: '^(?:[1-9][0-9]{0,14}\\.)?[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?\\.json$',
    maxLength: 90,
    description: '`VERSION.ROLE.json`, or `ROLE.json` for the newest',
  }),
});

export type TrustKeyView = Static<typeof trustKeyShape>;
export type RoleStateView = Static<typeof roleStateShape>;
export type RepositoryStateView = Static<typeof repositoryStateShape>;
export type TrustChangeView = Static<typeof trustChangeShape>;
export type TrustSignatureView = Static<typeof trustSignatureShape>;
export type SignedTrustChangeView = Static<typeof signedTrustChangeShape>;
export type TrustStateView = Static<typeof trustStateShape>;
export type TrustFileView = Static<typeof trustFileShape>;
