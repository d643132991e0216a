import type { Client } from '@fettle/api';
import { FettleError } from '@fettle/model';
import { encodeManifest, manifestPayloadType, type Signer, signEnvelope } from '@fettle/trust';
import type { PublishWay } from './publish-way.ts';

/** Signed manifests: a fleet that trusts keys of its own. */
export function manifestWay(
  client: Client,
  signers: readonly Signer[],
  { hasOwnCounter }: { readonly hasOwnCounter: boolean },
): PublishWay {
  return {
    check({ id, keys }) {
      const trusted = signers.find((signer) => keys.some((key) => key.id === signer.keyId));
      if (trusted) return `fleet ${id}, key ${trusted.keyId.slice(0, 12)}`;
      const found = signers.map(({ keyId }) => keyId.slice(0, 12)).join(', ');
      throw new FettleError('signature-invalid', `Expected a key that fleet ${id} trusts, found key ${found}.`, {
        details: { next: 'fettle fleet key add PUBLIC-KEY-FILE' },
      });
    },
    async publish(manifest) {
      const envelope = await signEnvelope(manifestPayloadType, encodeManifest(manifest), signers);
      return client.publishRelease({ fleet: manifest.fleet, envelope: JSON.stringify(envelope) });
    },
    isOvertaken: async (error) => error instanceof FettleError && error.code === 'counter-reused' && !hasOwnCounter,
  };
}
