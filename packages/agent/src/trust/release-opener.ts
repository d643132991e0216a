import { fleetId, type Manifest } from '@fettle/model';
import type { native } from '@fettle/protocol';
import { type PublicKey, verifyRelease } from '@fettle/trust';
import type { Slot } from '../boot/boot-driver.ts';
import type { AgentErrorCode } from '../errors.ts';
import type { Journal } from '../journal.ts';

/** A release that may be believed. */
export interface OpenedRelease {
  readonly ok: true;
  readonly manifest: Manifest;
  /** The floor that holds once it is committed. */
  readonly securityFloor: number;
  /** Which kind of native signature each component's image must have, by component. */
  readonly nativeSignatures: Readonly<Record<string, string>>;
}

export type Opening =
  | OpenedRelease
  | {
      readonly ok: false;
      readonly code: AgentErrorCode;
      readonly message: string;
      /** Nothing was found wrong, it could only not be looked at: the offer may stand until the next check-in. */
      readonly later?: true;
    };

/** What is known of the device when an offer comes. */
export interface OpeningDemand {
  readonly booted: Slot;
  readonly journal: Journal;
}

/** How trust began: told to the server; null with plain keys. */
export type TrustOrigin = 'provisioned' | 'first-use' | null;

/** From an offer to what was signed. Nothing of an offer is believed that did not come through here. */
export interface ReleaseOpener {
  readonly origin: TrustOrigin;
  open(offer: native.OfferMessage, demand: OpeningDemand): Promise<Opening>;
}

/** Releases are signed manifests, by keys that the configuration names. */
export function keysOpener(trust: {
  readonly fleet: string;
  readonly keys: readonly PublicKey[];
  readonly threshold: number;
}): ReleaseOpener {
  const { keys, threshold } = trust;
  const fleet = fleetId(trust.fleet);
  return {
    origin: null,
    async open({ envelope }) {
      const release = verifyRelease(envelope, { fleet, keys, threshold });
      if (!release.ok) return release;
      const { manifest } = release;
      return { ok: true, manifest, securityFloor: manifest.securityFloor, nativeSignatures: {} };
    },
  };
}
