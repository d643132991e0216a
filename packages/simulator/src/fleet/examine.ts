import { artifactsFor, type DeviceType, type FleetId, type Manifest } from '@fettle/model';
import type { native } from '@fettle/protocol';
import { decodeManifest, type PublicKey, verifyRelease } from '@fettle/trust';
import type { ViolationCode } from './events.ts';
import type { Running } from './memory.ts';

export type Examination =
  | { readonly ok: true; readonly manifest: Manifest }
  | { readonly ok: false; readonly code: ViolationCode; readonly message: string };

/** What a device knows of itself when an offer comes. */
export interface OfferDemand {
  readonly fleet: FleetId;
  readonly deviceType: DeviceType;
  /** Null when it does not know. */
  readonly hardwareRevision: string | null;
  /** Empty: the signature is not looked at. */
  readonly trustKeys: readonly PublicKey[];
  /** What two repositories said of it; undefined where the offer brings its signed manifest itself. */
  readonly opened: Examination | undefined;
  readonly current: Running;
  readonly floor: number;
}

/**
 * Everything a device checks before it writes a byte. A truthful server never makes an offer that fails here.
 */
export function examineOffer(offer: native.OfferMessage, demand: OfferDemand): Examination {
  const opened = demand.opened ?? openRelease(offer.envelope, demand);
  if (!opened.ok) return opened;
  const { manifest } = opened;
  const mine = artifactsFor(manifest, demand.deviceType);
  if (mine.length === 0) {
    return refuse('wrong-type', `The release has no artifact for device type ${demand.deviceType}.`);
  }
  const misfit = mine.find(({ hardware }) => hardware.length > 0 && !hardware.includes(demand.hardwareRevision ?? ''));
  if (misfit) {
    const found = demand.hardwareRevision ?? 'unknown';
    return refuse('hardware-mismatch', `Made for hardware ${misfit.hardware.join(', ')}, this is ${found}.`);
  }
  const unmet = manifest.requires.find(({ component, counter }) => (demand.current[component]?.counter ?? 0) < counter);
  if (unmet) {
    return refuse('unmet-depends', `Needs ${unmet.component} at release counter ${unmet.counter} or above.`);
  }
  const same = mine.every((artifact) =>
    offer.artifacts.some(
      ({ component, sha256, sizeBytes }) =>
        component === artifact.component && sha256 === artifact.digest && sizeBytes === artifact.sizeBytes,
    ),
  );
  if (!same || offer.artifacts.length !== mine.length || offer.version !== manifest.version) {
    return refuse('offer-mismatch', 'The offer names other artifacts or another version than the signed manifest.');
  }
  const counter = highestCounter(demand.current);
  if (manifest.counter < counter && !manifest.allowDowngrade) {
    return refuse('downgrade-forbidden', `Runs release counter ${counter}, was offered ${manifest.counter}.`);
  }
  if (manifest.counter < demand.floor) {
    return refuse('below-floor', `The floor is ${demand.floor}, was offered release counter ${manifest.counter}.`);
  }
  return { ok: true, manifest };
}

/** The release counter a device is at; 0 when it came without any release. */
export function highestCounter(current: Running): number {
  return Math.max(0, ...Object.values(current).map(({ counter }) => counter));
}

function openRelease(envelope: string, { fleet, trustKeys }: OfferDemand): Examination {
  if (trustKeys.length > 0) return verifyRelease(envelope, { fleet, keys: trustKeys, threshold: 1 });
  try {
    const { payload } = JSON.parse(envelope) as { payload: string };
    const decoded = decodeManifest(Buffer.from(payload, 'base64'));
    if (!decoded.ok) return refuse('manifest-invalid', decoded.message);
    if (decoded.manifest.fleet === fleet) return decoded;
    return refuse('wrong-fleet', `The manifest is for fleet ${decoded.manifest.fleet}, not for ${fleet}.`);
  } catch {
    return refuse('manifest-invalid', 'The envelope is not JSON with a payload.');
  }
}

function refuse(code: ViolationCode, message: string): Examination {
  return { ok: false, code, message };
}
