import { type PublicKey, preAuthEncoding, readPublicKey, statementPayloadType, verifySignature } from '@fettle/trust';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { type Signer, type TrustMaterial, toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { type CertificateClaims, claimsOf } from './certificate-claims.ts';
import type { Proof } from './open-proof.ts';
import type { BuilderKey, ProvenanceSettings, SigstoreRoot } from './settings.ts';

/** Roots and keys, read once for all proofs of an artifact. */
export interface TrustAnchors {
  readonly roots: readonly { readonly name: string; readonly verifier: Verifier }[];
  readonly keys: readonly { readonly name: string; readonly key: PublicKey }[];
  /** What could not be read, one sentence each. */
  readonly unreadable: readonly string[];
}

/** Who signed: a certificate under a root, or a registered key. */
export type ProvenSigner =
  | { readonly kind: 'certificate'; readonly root: string; readonly claims: CertificateClaims }
  | { readonly kind: 'key'; readonly key: string; readonly keyId: string };

export type ProofVerdict =
  | { readonly ok: true; readonly signers: readonly ProvenSigner[] }
  | { readonly ok: false; readonly why: string };

export function readAnchors({ roots, keys }: Pick<ProvenanceSettings, 'roots' | 'keys'>): TrustAnchors {
  const unreadable: string[] = [];
  const attempt = <T>(what: string, read: () => T): readonly T[] => {
    try {
      return [read()];
    } catch (error) {
      unreadable.push(`${what} cannot be read: ${(error as Error).message.slice(0, 200)}`);
      return [];
    }
  };
  const readRoot = (root: SigstoreRoot) => ({ name: root.name, verifier: verifierOf(root) });
  const readKey = ({ name, publicKeyPem }: BuilderKey) => ({ name, key: readPublicKey(publicKeyPem) });
  return {
    roots: roots.flatMap((root) => attempt(`The trusted root ${root.name}`, () => readRoot(root))),
    keys: keys.flatMap((key) => attempt(`The builder key ${key.name}`, () => readKey(key))),
    unreadable,
  };
}

/** Verifies signature, certificate, log entries and timestamps; who may sign what is asked later. */
export function verifyProof(proof: Proof, anchors: TrustAnchors): ProofVerdict {
  return proof.kind === 'bundle' ? verifyBundle(proof, anchors) : verifyEnvelope(proof, anchors);
}

function verifyBundle({ bundle }: Proof & { kind: 'bundle' }, { roots }: TrustAnchors): ProofVerdict {
  const refusals: string[] = [];
  const signers: ProvenSigner[] = [];
  for (const { name, verifier } of roots) {
    try {
      // Without a policy: the library's compares names by an unanchored regular expression.
      const signer: Signer = verifier.verify(toSignedEntity(bundle));
      signers.push({ kind: 'certificate', root: name, claims: claimsOf(signer) });
    } catch (error) {
      const { code = 'malformed', message } = error as { readonly code?: string; readonly message: string };
      refusals.push(`${name}: ${code}: ${message.slice(0, 160)}`);
    }
  }
  if (signers.length > 0) return { ok: true, signers };
  return { ok: false, why: refusals.join('; ') || 'no trusted root is configured' };
}

function verifyEnvelope({ payload, signatures }: Proof & { kind: 'envelope' }, { keys }: TrustAnchors): ProofVerdict {
  const message = preAuthEncoding(statementPayloadType, payload);
  const signers = keys
    .filter(({ key }) => signatures.some((signature) => verifySignature(key, message, signature)))
    .map(({ name, key }) => ({ kind: 'key' as const, key: name, keyId: key.id }));
  return signers.length > 0 ? { ok: true, signers } : { ok: false, why: 'no registered builder key signed it' };
}

function verifierOf({ trustedRoot, time }: SigstoreRoot): Verifier {
  const material: TrustMaterial = toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(trustedRoot)));
  if (material.certificateAuthorities.length === 0) throw new Error('it names no certificate authority');
  // A time is always demanded: without one the library checks no certificate chain at all.
  return new Verifier(material, { tlogThreshold: time === 'log' ? 1 : 0, ctlogThreshold: 1, timestampThreshold: 1 });
}
