import { createHash } from 'node:crypto';
import { differencesFrom } from './judge-build.ts';
import { openProof } from './open-proof.ts';
import { type BuildIdentity, type ProvenanceSettings, provenanceLimits } from './settings.ts';
import { type Provenance, readProvenance } from './statement.ts';
import { type ProvenSigner, type TrustAnchors, verifyProof } from './verify-proof.ts';

/** What one bundle or envelope proves. */
export type ProofOutcome = AcceptedProof | RefusedProof;
export interface AcceptedProof {
  readonly ok: true;
  readonly sha256: string;
  readonly identity: BuildIdentity;
  readonly signer: ProvenSigner;
  readonly provenance: Provenance;
}
export interface RefusedProof {
  readonly ok: false;
  readonly sha256: string;
  readonly rule:
    | 'proof-malformed'
    | 'signature-untrusted'
    | 'statement-unusable'
    | 'subject-differs'
    | 'identity-differs';
  readonly why: string;
}

interface Demands {
  readonly anchors: TrustAnchors;
  readonly settings: ProvenanceSettings;
  readonly digest: string;
}

/** Judges one proof: first the signature, then what is signed. @source SLSA v1.0, Verifying artifacts, steps 1 and 2 */
export function judgeProof(bytes: Uint8Array, { anchors, settings, digest }: Demands): ProofOutcome {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const refused = (rule: RefusedProof['rule'], why: string): RefusedProof => ({ ok: false, sha256, rule, why });
  const proof = openProof(bytes);
  if (typeof proof === 'string') return refused('proof-malformed', proof);
  const verdict = verifyProof(proof, anchors);
  if (!verdict.ok) return refused('signature-untrusted', verdict.why);
  const provenance = readProvenance(proof.payload);
  if (typeof provenance === 'string') return refused('statement-unusable', provenance);
  // By digest, never by name: names are whatever the builder called its files.
  if (!provenance.subjects.includes(digest)) {
    return refused('subject-differs', 'none of its subjects has the digest of this artifact');
  }
  let closest: readonly string[] | undefined;
  for (const signer of verdict.signers) {
    for (const identity of settings.identities) {
      const differences = differencesFrom({ signer, provenance, identity, commit: settings.commit });
      if (differences.length === 0) return { ok: true, sha256, identity, signer, provenance };
      if (!closest || differences.length < closest.length) closest = differences;
    }
  }
  const shown = [...new Set(closest ?? ['every identity'])].slice(0, 12).join(', ');
  return refused('identity-differs', `it is not of an accepted build: ${shown} differ(s)`);
}

/** How many independent builders there are: neither one name nor one key counts twice. */
export function countBuilders(accepted: readonly AcceptedProof[]): number {
  const builders = new Set(accepted.map(({ identity }) => identity.builder));
  const signers = new Set(accepted.map(({ signer, identity }) => unitOf(signer, identity)));
  return Math.min(builders.size, signers.size);
}

function unitOf(signer: ProvenSigner, { builder }: BuildIdentity): string {
  if (signer.kind === 'key') return `key ${signer.keyId}`;
  const { issuer, buildSigner } = signer.claims;
  return JSON.stringify(['certificate', issuer, buildSigner?.split('@', 1)[0], builder]);
}

/** Bundles that are looked at; more are refused as a whole. */
export const mostProofs = provenanceLimits.bundles;
