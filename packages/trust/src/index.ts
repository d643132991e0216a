export {
  type Envelope,
  type EnvelopeProblem,
  type EnvelopeVerdict,
  preAuthEncoding,
  signEnvelope,
  verifyEnvelope,
} from './dsse.ts';
export { generateKeyPem, signerFromPem } from './file-signer.ts';
export { type KeyKind, keyIdOf, type PublicKey, readPublicKey, verifySignature } from './keys.ts';
export { decodeManifest, encodeManifest, type ManifestVerdict, manifestPayloadType } from './manifest.ts';
export type { Signer } from './signer.ts';
export { type ReleaseTrust, type ReleaseVerdict, verifyRelease } from './verify-release.ts';
