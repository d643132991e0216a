import {
  artifactKinds,
  deploymentStatuses,
  deviceIdPattern,
  digestPattern,
  errorClasses,
  limits,
  madeIdPattern,
  namePattern,
  versionPattern,
} from '@fettle/model';
import { type Static, Type } from 'typebox';

/**
 * The messages of the native device protocol, version 1 (docs/protocols/native.md).
 * Fields that a reader does not know are ignored in both directions, so that either side can be newer.
 */
const union = <const T extends readonly string[]>(values: T) => Type.Enum<T[number][]>([...values]);
const base64 = (maxLength: number) => Type.String({ pattern: '^[A-Za-z0-9+/]+={0,2}$', maxLength });
const dateTime = Type.String({ maxLength: 40, description: 'RFC 3339 instant' });

const attributeNamePattern = `^[A-Za-z0-9._-]{1,${limits.attributeNameLength}}$`;
export const attributesSchema = Type.Record(
  Type.String({ pattern: attributeNamePattern }),
  Type.Union([Type.String({ maxLength: limits.attributeValueLength }), Type.Number(), Type.Boolean()]),
  { maxProperties: limits.attributesPerDevice, additionalProperties: false },
);

export const currentArtifactSchema = Type.Object({
  version: Type.String({ pattern: versionPattern }),
  counter: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  sha256: Type.String({ pattern: digestPattern }),
});

export const reportErrorSchema = Type.Object({
  code: Type.String({ pattern: '^[a-z][a-z0-9-]{0,63}$' }),
  class: union(errorClasses),
  message: Type.String({ maxLength: limits.reportDetailLength }),
});

export const reportSchema = Type.Object({
  deployment: Type.String({ pattern: madeIdPattern }),
  sequence: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    description: 'rises by one with every report of a deployment',
  }),
  status: union(deploymentStatuses),
  deviceTime: Type.Optional(dateTime),
  error: Type.Optional(reportErrorSchema),
  detail: Type.Optional(Type.String({ maxLength: limits.reportDetailLength })),
});

/** `POST /device/v1/enrol` */
export const enrolRequestSchema = Type.Object({
  tenant: Type.Optional(Type.String({ pattern: namePattern })),
  fleet: Type.String({ pattern: namePattern }),
  device: Type.String({ pattern: deviceIdPattern }),
  deviceType: Type.String({ pattern: namePattern }),
  /** SubjectPublicKeyInfo, DER, base64: Ed25519 or ECDSA P-256. */
  publicKey: base64(512),
  claimToken: Type.Optional(Type.String({ maxLength: 128 })),
  /** Signature by the device key over `enrolProofText`, base64. */
  proof: base64(256),
  attributes: Type.Optional(attributesSchema),
});
export const enrolResponseSchema = Type.Object({
  status: union(['pending', 'accepted'] as const),
  /** Seconds to wait before asking again while pending. */
  retryAfterSeconds: Type.Integer({ minimum: 0 }),
});

/** `POST /device/v1/challenge` */
export const challengeRequestSchema = Type.Object({
  tenant: Type.Optional(Type.String({ pattern: namePattern })),
  device: Type.String({ pattern: deviceIdPattern }),
});
export const challengeResponseSchema = Type.Object({ challenge: Type.String({ maxLength: 512 }) });

/** `POST /device/v1/token` */
export const tokenRequestSchema = Type.Object({
  tenant: Type.Optional(Type.String({ pattern: namePattern })),
  device: Type.String({ pattern: deviceIdPattern }),
  challenge: Type.String({ maxLength: 512 }),
  /** Signature by the device key over `tokenProofText`, base64. */
  proof: base64(256),
});
export const tokenResponseSchema = Type.Object({
  token: Type.String({ maxLength: 1_024 }),
  expiresInSeconds: Type.Integer({ minimum: 1 }),
});

/** `POST /device/v1/check-in` */
export const checkInRequestSchema = Type.Object({
  attributes: attributesSchema,
  /** What runs now, by component. */
  current: Type.Record(Type.String({ pattern: namePattern }), currentArtifactSchema, {
    maxProperties: limits.componentsPerDevice,
    additionalProperties: false,
  }),
  /** Reports that the server has not acknowledged yet, oldest first. */
  reports: Type.Optional(Type.Array(reportSchema, { maxItems: limits.reportsPerCheckIn })),
  /** Measured numbers that the server has asked for, by name. */
  metrics: Type.Optional(
    Type.Record(Type.String({ pattern: attributeNamePattern }), Type.Number(), {
      maxProperties: limits.metricsPerCheckIn,
      additionalProperties: false,
    }),
  ),
});

export const offeredArtifactSchema = Type.Object({
  component: Type.String({ pattern: namePattern }),
  kind: union(artifactKinds),
  sha256: Type.String({ pattern: digestPattern }),
  sizeBytes: Type.Integer({ minimum: 0, maximum: limits.artifactBytes }),
  /** Absolute URL, or a path on the server that answered. Bytes are checked by digest, so any mirror will do. */
  url: Type.String({ maxLength: 2_048 }),
});

/**
 * What a device asks itself before it downloads, installs and reboots; what is absent is not demanded. A device that
 * does not know a demand ignores it: the server held the device to it before it made the offer.
 */
export const demandsSchema = Type.Object({
  notInUse: Type.Optional(Type.Boolean()),
  minBatteryPercent: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
  mainsPower: Type.Optional(Type.Boolean()),
  unmeteredLink: Type.Optional(Type.Boolean()),
  consent: Type.Optional(Type.Boolean()),
});

export const offerSchema = Type.Object({
  deployment: Type.String({ pattern: madeIdPattern }),
  version: Type.String({ pattern: versionPattern }),
  /** The release's DSSE envelope as JSON text, exactly as it was signed. */
  envelope: Type.String({ maxLength: limits.envelopeBytes }),
  artifacts: Type.Array(offeredArtifactSchema, { maxItems: limits.componentsPerDevice }),
  attempt: Type.Integer({ minimum: 1 }),
  demands: Type.Optional(demandsSchema),
});

export const acknowledgementSchema = Type.Object({
  deployment: Type.String({ pattern: madeIdPattern }),
  sequence: Type.Integer({ minimum: 1 }),
});

export const checkInResponseSchema = Type.Object({
  nextCheckInSeconds: Type.Integer({ minimum: 1 }),
  /** Server time, RFC 3339: a hint for devices without a clock, never proof of anything. */
  serverTime: dateTime,
  /** What the device should install now; absent when there is nothing to do. */
  offer: Type.Optional(offerSchema),
  /** A deployment that the device should give up if it has not rebooted into it yet. */
  abort: Type.Optional(Type.String({ pattern: madeIdPattern })),
  /** Highest report sequence kept for good, by deployment. */
  acknowledged: Type.Optional(Type.Array(acknowledgementSchema)),
  /** Metrics that the device should report with its check-ins from now on; absent when nobody wants any. */
  wantMetrics: Type.Optional(Type.Array(Type.String({ pattern: attributeNamePattern }))),
});

/** `POST /device/v1/reports` */
export const reportsRequestSchema = Type.Object({
  reports: Type.Array(reportSchema, { minItems: 1, maxItems: limits.reportsPerCheckIn }),
});
export const reportsResponseSchema = Type.Object({
  acknowledged: Type.Array(acknowledgementSchema),
  abort: Type.Optional(Type.String({ pattern: madeIdPattern })),
});

/** `POST /device/v1/time` */
export const timeRequestSchema = Type.Object({
  /** 16 to 64 random bytes, never used before. */
  nonce: Type.String({ pattern: '^(?:[0-9a-f]{2}){16,64}$' }),
});
/** Signed by the time key that the root of the director names, over the canonical form of `{_type, nonce, time}`. */
export const timeResponseSchema = Type.Object({
  nonce: Type.String({ maxLength: 128 }),
  time: Type.String({ maxLength: 20, description: 'RFC 3339, seconds, UTC' }),
  keyid: Type.String({ pattern: digestPattern }),
  sig: Type.String({ maxLength: 1_024, description: 'hexadecimal' }),
});

/** Every refusal: an RFC 9457 problem document. */
export const problemSchema = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.Optional(Type.String()),
  instance: Type.Optional(Type.String()),
});

export type EnrolRequest = Static<typeof enrolRequestSchema>;
export type EnrolResponse = Static<typeof enrolResponseSchema>;
export type ChallengeRequest = Static<typeof challengeRequestSchema>;
export type ChallengeResponse = Static<typeof challengeResponseSchema>;
export type TokenRequest = Static<typeof tokenRequestSchema>;
export type TokenResponse = Static<typeof tokenResponseSchema>;
export type CheckInRequest = Static<typeof checkInRequestSchema>;
export type CheckInResponse = Static<typeof checkInResponseSchema>;
export type DemandsMessage = Static<typeof demandsSchema>;
export type OfferMessage = Static<typeof offerSchema>;
export type ReportMessage = Static<typeof reportSchema>;
export type ReportsRequest = Static<typeof reportsRequestSchema>;
export type ReportsResponse = Static<typeof reportsResponseSchema>;
export type TimeRequest = Static<typeof timeRequestSchema>;
export type TimeResponse = Static<typeof timeResponseSchema>;
export type Acknowledgement = Static<typeof acknowledgementSchema>;
export type Problem = Static<typeof problemSchema>;
