import type { EvidenceSigner } from '@fettle/control';
import { FettleError } from '@fettle/model';
import { signEnvelope, signerFromKey, statementPayloadType } from '@fettle/trust';
import { openKeyFile } from '../witness/key-file.ts';
import { judgeStatement } from './rules/statement.ts';

/**
 * The evidence key as a file beside the database, where no signer process is set; made when absent. It signs what the
 * process would sign.
 * @throws FettleError `invalid-input` when others may read it, or it is no such key
 */
export function openFileEvidenceSigner(file: string): EvidenceSigner {
  const signer = signerFromKey(openKeyFile(file));
  return {
    key: async () => signer.publicKey,
    async sign(statement) {
      const verdict = judgeStatement(statement);
      if (verdict.ok) return await signEnvelope(statementPayloadType, statement, [signer]);
      throw new FettleError('signing-refused', verdict.message, { details: { reason: verdict.reason } });
    },
  };
}
