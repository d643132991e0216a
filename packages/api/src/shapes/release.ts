import { artifactKinds, limits, releaseStatuses, stages } from '@fettle/model';
import { type Static, Type } from 'typebox';
import { stageVerdictShape } from './check.ts';
import {
  count,
  digestText,
  instant,
  madeId,
  name,
  nullable,
  oneOf,
  reasonText,
  strict,
  tokenId,
  versionText,
} from './common.ts';
import { foundImageShape } from './image-policy.ts';

const sizeBytes = Type.Integer({ minimum: 1, maximum: limits.artifactBytes });

export const beginUploadBody = strict({ sha256: digestText, sizeBytes });
export const uploadShape = Type.Object({
  /** Null when the artifact is there already and nothing has to be sent. */
  id: nullable(tokenId),
  sha256: digestText,
  sizeBytes: count,
  receivedBytes: count,
  complete: Type.Boolean(),
});
export const appendedShape = Type.Object({ receivedBytes: count, complete: Type.Boolean() });

export const releaseArtifactShape = Type.Object({
  deviceType: name,
  component: name,
  kind: oneOf(artifactKinds),
  sha256: digestText,
  sizeBytes: count,
});
const text = nullable(Type.String());
const releaseSourceShape = Type.Object(
  {
    publisher: name,
    issuer: Type.String(),
    repository: text,
    repositoryId: text,
    workflow: text,
    ref: text,
    sha: text,
    runUrl: text,
  },
  { description: 'the job of CI that published it, as its ID token said' },
);
export const releaseShape = Type.Object({
  id: madeId,
  fleet: name,
  version: versionText,
  counter: count,
  securityFloor: count,
  allowDowngrade: Type.Boolean(),
  artifacts: Type.Array(releaseArtifactShape),
  notes: Type.String(),
  status: oneOf(releaseStatuses),
  signedBy: Type.Array(digestText),
  publishedAt: instant,
  clearedFor: nullable(
    Type.Array(oneOf(stages), { description: 'stages that the gates have cleared it for; null where none was asked' }),
  ),
  source: nullable(releaseSourceShape),
});
export const signedReleaseShape = Type.Object({
  ...releaseShape.properties,
  envelope: Type.String({
    description: 'the DSSE envelope as JSON text, exactly as it was signed; empty when its targets were signed instead',
  }),
  clearance: nullable(
    Type.Object({ check: madeId, policyDigest: digestText, stages: Type.Array(stageVerdictShape), at: instant }),
  ),
  images: Type.Array(foundImageShape, { description: 'what was found in its images when it was published' }),
});
export const publishBody = strict({
  envelope: Type.Optional(
    Type.String({ maxLength: limits.envelopeBytes, description: 'DSSE envelope as JSON text; or else `targets`' }),
  ),
  targets: Type.Optional(
    Type.String({
      maxLength: limits.trustFileBytes,
      description: 'for a fleet that the image repository delegates to: the next file of its role, whole and signed',
    }),
  ),
});
export const publishedShape = Type.Object({ release: releaseShape, created: Type.Boolean() });
export const revokeBody = strict({ reason: Type.Optional(reasonText) });
export const nextCounterShape = Type.Object({ counter: count });

export type UploadView = Static<typeof uploadShape>;
export type ReleaseArtifactView = Static<typeof releaseArtifactShape>;
export type ReleaseView = Static<typeof releaseShape>;
export type SignedReleaseView = Static<typeof signedReleaseShape>;
