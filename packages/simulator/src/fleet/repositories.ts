import { randomBytes } from 'node:crypto';
import { componentName, type DeviceId, type DeviceType, FettleError, type FleetId, type Manifest } from '@fettle/model';
import { native } from '@fettle/protocol';
import {
  type DeviceFacts,
  type DeviceTrust,
  type FetchMetadata,
  type Refused,
  resumeTrust,
  trustRoot,
  updateDevice,
} from '@fettle/trust';
import type { Running } from './memory.ts';
import type { Transport } from './transport.ts';

/** Root files that the devices are provisioned with. */
export interface ProvisionedRoots {
  readonly image: Uint8Array;
  readonly director: Uint8Array;
}

/** The device, as it verifies what it is told. */
export interface Verifier {
  readonly id: DeviceId;
  readonly type: DeviceType;
  readonly fleet: FleetId;
  readonly tenant: string;
  readonly hardwareRevision: string | null;
  readonly current: Running;
  readonly floor: number;
  readonly token: string;
  readonly clock: number;
  readonly transport: Transport;
}

export type Assignment =
  | { readonly ok: true; readonly manifest: Manifest; readonly securityFloor: number }
  | {
      readonly ok: false;
      readonly code: Refused['code'] | 'not-assigned';
      readonly message: string;
    };

/** Reads the roots of a fleet. @throws FettleError `invalid-input` */
export function readRoots(roots: { readonly image: string; readonly director: string }): ProvisionedRoots {
  const read = (name: 'image' | 'director') => {
    const bytes = Buffer.from(roots[name], 'utf8');
    const trust = trustRoot(bytes);
    if (!trust.ok)
      throw new FettleError('invalid-input', `Expected the root of the ${name} repository: ${trust.message}`);
    return bytes;
  };
  return { image: read('image'), director: read('director') };
}

/**
 * Verifies as a real device does. @returns what it found, and what it trusts from now on
 */
export async function verifyOffer(
  offer: native.OfferMessage,
  device: Verifier,
  trusted: { readonly roots: ProvisionedRoots; readonly trust: DeviceTrust | undefined },
): Promise<{ readonly found: Assignment; readonly trust: DeviceTrust }> {
  const { id, fleet, transport, token, clock } = device;
  const verdict = await updateDevice(begin(trusted.roots, trusted.trust), {
    fleet,
    device: factsOf(offer, device),
    fetchDirector: fetchFrom(transport, `${native.nativePaths.director}/`, token),
    fetchImage: fetchFrom(transport, `/repository/${device.tenant}/metadata/`, undefined),
    nonce: randomBytes(32).toString('hex'),
    askTime: async (nonce) => {
      const answer = await transport.post(native.nativePaths.time, native.timeRequest.encode({ nonce }), { token });
      return answer.kind === 'answer' && answer.status === 200 ? Buffer.from(answer.text, 'utf8') : undefined;
    },
    clock,
    // Its flash is this program's memory: what comes back is kept.
    keep: async () => {},
  });
  const { trust } = verdict;
  if (!verdict.ok) return { found: { ok: false, code: verdict.code, message: verdict.message }, trust };
  const { manifest, assigned } = verdict;
  const strange = assigned.find(({ assign }) => (assign.deployment ?? offer.deployment) !== offer.deployment);
  if (!manifest || strange) {
    const message = `The director does not assign ${offer.deployment} to ${id}.`;
    return { found: { ok: false, code: 'not-assigned', message }, trust };
  }
  const securityFloor = Math.max(...assigned.map(({ floor }) => floor));
  return { found: { ok: true, manifest, securityFloor }, trust };
}

function begin(roots: ProvisionedRoots, trust: DeviceTrust | undefined): DeviceTrust {
  const director = resumeTrust(roots.director, trust?.director);
  const image = resumeTrust(roots.image, trust?.image);
  if (!director.ok || !image.ok) throw new Error('A root that was read is none any more.');
  return { director: director.state, image: image.state, timeFloor: trust?.timeFloor ?? 0 };
}

/** A pretend device has every component that is offered to it. */
function factsOf(offer: native.OfferMessage, device: Verifier): DeviceFacts {
  const { id, type, hardwareRevision, current, floor } = device;
  const names = new Set([...Object.keys(current), ...offer.artifacts.map(({ component }) => component)]);
  const components = [...names].map((name) => {
    return { component: componentName(name), serial: name, releaseCounter: current[name]?.counter ?? 0, floor };
  });
  return { id, type, hardwareRevision, components };
}

function fetchFrom(transport: Transport, folder: string, token: string | undefined): FetchMetadata {
  return async (name, maxBytes) => {
    const answer = await transport.get(folder + name, { token, maxBytes });
    if (answer.kind === 'unreachable') throw new Error(answer.message);
    if (answer.status === 404) return 'absent';
    if (answer.status === 200) return answer.bytes;
    throw new Error(`it was answered with ${answer.status}`);
  };
}
