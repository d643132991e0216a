import type { FleetId, Manifest } from '@fettle/model';
import { verifyEnvelope } from './dsse.ts';
import type { PublicKey } from './keys.ts';
import { decodeManifest, manifestPayloadType } from './manifest.ts';

/** What somebody trusts when a release comes in. */
export interface ReleaseTrust {
  readonly fleet: FleetId;
  readonly keys: readonly PublicKey[];
  /** How many different keys must have signed; 1 or more. */
  readonly threshold: number;
}

export type ReleaseVerdict =
  | { readonly ok: true; readonly manifest: Manifest; readonly signedBy: readonly PublicKey[] }
  | {
      readonly ok: false;
      readonly code: 'signature-invalid' | 'manifest-invalid' | 'wrong-fleet';
      readonly message: string;
    };

/**
 * The one place where a release is found genuine: server, agent and command line all ask here.
 * @param envelope DSSE envelope as JSON text, exactly as received
 */
export function verifyRelease(envelope: string, trust: ReleaseTrust): ReleaseVerdict {
  const signed = verifyEnvelope(envelope, { ...trust, payloadType: manifestPayloadType });
  if (!signed.ok) return { ok: false, code: 'signature-invalid', message: signed.message };
  const decoded = decodeManifest(signed.payload);
  if (!decoded.ok) return { ok: false, code: 'manifest-invalid', message: decoded.message };
  if (decoded.manifest.fleet !== trust.fleet) {
    const message = `The manifest is for fleet ${decoded.manifest.fleet}, not for ${trust.fleet}.`;
    return { ok: false, code: 'wrong-fleet', message };
  }
  return { ok: true, manifest: decoded.manifest, signedBy: signed.signedBy };
}
