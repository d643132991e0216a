export { type OpenOptions, openSigner } from './open-signer.ts';
export type { OpenedSigner, Protection } from './opened-signer.ts';
export { type ReadSecret, type SecretPlaces, type SecretRequest, secretReader } from './secrets.ts';
