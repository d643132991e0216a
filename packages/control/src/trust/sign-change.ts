import { FettleError, type TrustChangeId } from '@fettle/model';
import { publicKeyOf, verifySignature } from '@fettle/trust';
import { demand, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import { authoritiesOf, keyFor } from './authorities.ts';
import { aboutChange, metadataOf, openChange, type SignedChange } from './find-change.ts';

export interface NewTrustSignature {
  /** As TUF names the key. */
  readonly keyid: string;
  /** Hexadecimal. */
  readonly sig: string;
  readonly meaning: string;
}

/**
 * Adds a signature to a change, once it was verified. The same signature again changes nothing.
 * @throws FettleError `signature-invalid`, `already-exists` for a second one of the same key, `wrong-state`, `not-found`
 */
export async function signTrustChange(
  scope: Scope,
  brain: Brain,
  id: TrustChangeId,
  { keyid, sig, meaning }: NewTrustSignature,
): Promise<SignedChange> {
  demand(scope, 'trust.write');
  const now = brain.clock.now();
  return brain.store.transact(scope, async (tx) => {
    const change = await openChange(tx, id, now);
    const key = keyFor(await authoritiesOf(tx, change, metadataOf(change)), keyid);
    const publicKey = key && publicKeyOf(key);
    if (!publicKey) {
      const message = `Key ${keyid.slice(0, 12)} may not sign ${change.role}: neither the role as it is nor the new one has it.`;
      throw new FettleError('signature-invalid', message);
    }
    if (!verifySignature(publicKey, Buffer.from(change.payload, 'utf8'), Buffer.from(sig, 'hex'))) {
      const message = `The signature of key ${keyid.slice(0, 12)} is not over this payload. Sign the request as it is now.`;
      throw new FettleError('signature-invalid', message);
    }
    const known = await tx.trustSignatures(id);
    const same = known.find(({ keyId }) => keyId === publicKey.id);
    if (same?.signature === sig) return { change, signatures: known };
    if (same) throw new FettleError('already-exists', `Key ${keyid.slice(0, 12)} has signed this change already.`);
    const signature = { change: id, keyId: publicKey.id, signature: sig, signer: scope.actor, meaning, at: now };
    await tx.insertTrustSignature(signature);
    const reason = `key ${publicKey.id}${meaning === '' ? '' : `: ${meaning}`}`;
    await tx.appendAudit({ ...aboutChange(change), verb: 'trust.change-signed', reason });
    return { change, signatures: [...known, signature] };
  });
}
