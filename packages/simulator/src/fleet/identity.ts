import { createPublicKey, sign } from 'node:crypto';
import type { Attributes } from '@fettle/model';
import { native } from '@fettle/protocol';
import { deviceKey } from './random.ts';
import type { FleetSettings } from './world.ts';

/** What a device says to be let in: who it is, signed by its own key. The key is made anew each time, never kept. */
export function enrolMessage(
  settings: FleetSettings,
  device: { readonly id: string; readonly type: string; readonly attributes: Attributes },
): native.EnrolRequest {
  const { tenant, fleet, claimToken, seed } = settings;
  const key = deviceKey(seed, device.id);
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64');
  const who = { tenant, fleet, device: device.id, deviceType: device.type, publicKey };
  const proof = sign(null, Buffer.from(native.enrolProofText(who), 'utf8'), key).toString('base64');
  const { attributes } = device;
  return { ...who, proof, attributes, ...(claimToken !== undefined && { claimToken }) };
}

/** What a device says to get a token: the server's challenge, signed. */
export function tokenMessage(settings: FleetSettings, device: string, challenge: string): native.TokenRequest {
  const { tenant, seed } = settings;
  const text = native.tokenProofText({ tenant, device, challenge });
  const proof = sign(null, Buffer.from(text, 'utf8'), deviceKey(seed, device)).toString('base64');
  return { tenant, device, challenge, proof };
}
