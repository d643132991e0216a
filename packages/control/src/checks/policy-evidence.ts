import type { EvidenceText, ReleasePolicy } from '@fettle/model';
import { evidenceOf } from './evidence.ts';

const policyKind = 'release-policy';

/**
 * The text of a policy as verdicts name it (`policyDigest`), to be kept with what it judged: the policy of a fleet changes,
 * and what cleared a release has to be shown years later.
 */
export function policyEvidence(policy: ReleasePolicy | undefined): EvidenceText {
  return evidenceOf(policyKind, 'application/json', JSON.stringify(policy ?? {}));
}
