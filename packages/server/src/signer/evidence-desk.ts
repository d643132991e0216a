import { createHash } from 'node:crypto';
import { FettleError, type Instant } from '@fettle/model';
import { type Envelope, signEnvelope, statementPayloadType } from '@fettle/trust';
import type { KeyRing } from './keys/key-ring.ts';
import { installation } from './keys/key-roles.ts';
import { judgeStatement } from './rules/statement.ts';
import type { LogRow } from './state/request-log.ts';
import type { SignerState } from './state/signer-state.ts';

export interface EvidenceDeskParts {
  readonly state: SignerState;
  readonly keys: KeyRing;
  readonly now: () => Instant;
}

/** Where statements about artifacts come to be signed: kinds that are known, and each in the log before it leaves. */
export class EvidenceDesk {
  readonly #parts: EvidenceDeskParts;

  constructor(parts: EvidenceDeskParts) {
    this.#parts = parts;
  }

  /** SubjectPublicKeyInfo, base64. */
  async key(): Promise<string> {
    const { publicKey } = await this.#parts.keys.installation('evidence');
    return publicKey.key.export({ format: 'der', type: 'spki' }).toString('base64');
  }

  /** @throws FettleError `signing-refused` with the reason, `signer-unavailable` */
  async sign(statement: Uint8Array): Promise<Envelope> {
    const verdict = judgeStatement(statement);
    const sha256 = createHash('sha256').update(statement).digest('hex');
    if (!verdict.ok) {
      this.#note({ sha256, verdict: verdict.reason, message: verdict.message });
      throw new FettleError('signing-refused', verdict.message, { details: { reason: verdict.reason } });
    }
    const { predicateType } = verdict;
    try {
      const signer = await this.#parts.keys.installation('evidence');
      const envelope = await signEnvelope(statementPayloadType, statement, [signer]);
      this.#note({ sha256, verdict: 'signed', message: predicateType });
      return envelope;
    } catch (error) {
      this.#note({ sha256, verdict: 'failed', message: `${predicateType}: ${String(error)}` });
      throw error;
    }
  }

  #note(row: Pick<LogRow, 'sha256' | 'verdict' | 'message'>): void {
    const at = this.#parts.now();
    this.#parts.state.append({ at, tenant: installation, what: 'statement', device: '', version: null, ...row });
  }
}
