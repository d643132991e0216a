import type { SignedRole } from '@fettle/control';
import type { Instant } from '@fettle/model';
import { checkSuccessor, type Metadata, openPayload } from '@fettle/trust';
import { type Refused, refused } from './refusal.ts';
import type { SignedRecord } from './signed-record.ts';

export interface PayloadContext {
  readonly of: SignedRole;
  /** What was signed last for the role, and its contents as far as they are kept. */
  readonly last: SignedRecord | undefined;
  readonly previous: Metadata | undefined;
  readonly payloadSha256: string;
  readonly now: Instant;
}

export type PayloadVerdict = { readonly ok: true; readonly metadata: Metadata; readonly isRepeat: boolean } | Refused;

/**
 * The first look at what is to be signed: canonical bytes, nothing unknown, the next version, a fit expiry, nothing
 * lowered. The very bytes that were signed last may be signed again: whoever asked may not have got the answer.
 */
export function judgePayload(payload: Uint8Array, context: PayloadContext): PayloadVerdict {
  const { of, last, previous, payloadSha256, now } = context;
  const opened = openPayload(payload);
  if (!opened.ok) return refused('payload-unreadable', opened.message);
  const { metadata } = opened;
  if (last && metadata.version === last.version) {
    if (payloadSha256 === last.payloadSha256) return { ok: true, metadata, isRepeat: true };
    const message = `Expected version ${last.version + 1}: version ${last.version} was signed with other contents.`;
    return refused('already-signed-otherwise', message);
  }
  const [finding] = checkSuccessor(previous, metadata, { repository: of.repository, role: of.role, now });
  if (finding) return refused(finding.code, finding.message);
  return { ok: true, metadata, isRepeat: false };
}
