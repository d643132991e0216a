import type { ReleasePolicy } from '@fettle/model';
import { digestOf } from '../audit/digest-of.ts';

/** What verdicts name the policy by. */
export function policyDigest(policy: ReleasePolicy | undefined): string {
  return digestOf(policy ?? {});
}
