import type { Envelope, PublicKey } from '@fettle/trust';

/** Statements of these kinds are signed, and own ones that begin with `ownEvidence`. */
export const evidencePredicates: readonly string[] = [
  'https://in-toto.io/attestation/vulns/v0.2',
  'https://in-toto.io/attestation/test-result/v0.1',
  'https://slsa.dev/verification_summary/v1',
  'https://cyclonedx.org/bom',
  'https://spdx.dev/Document/v2.3',
];
export const ownEvidence = 'https://fettle.dev/';

/** Bytes of a statement; a larger document is named by its digest. */
export const mostStatementBytes = 1_048_576;
/** Bytes that an envelope around the largest statement has at most, for whoever verifies it. */
export const mostEvidenceBytes = 1_500_000;

/** Signs what gates, people and the installation say of artifacts. One key for all tenants of an installation. */
export interface EvidenceSigner {
  key(): Promise<PublicKey>;
  /**
   * @param statement an in-toto statement v1, as `JSON.stringify` writes it, in UTF-8
   * @returns the envelope, with payload type `statementPayloadType` of `@fettle/trust`
   * @throws FettleError `signing-refused` with the reason, `overloaded`, `signer-unavailable`
   * @source in-toto attestation framework v1, Statement
   */
  sign(statement: Uint8Array): Promise<Envelope>;
}
