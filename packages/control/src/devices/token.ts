import { deviceId, FettleError, tenantId } from '@fettle/model';
import { native } from '@fettle/protocol';
import { readPublicKey, verifySignature } from '@fettle/trust';
import type { Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import { deviceScope, sealDeviceToken } from './device-scope.ts';

const challengeLifetimeMs = 5 * 60_000;
// Each call asks whether the device is still welcome with this key, so that a long life costs nothing.
const tokenLifetimeMs = 24 * 3_600_000;

/** A text for the device to sign; costs no storage and tells nothing of which devices exist. */
export function issueChallenge(brain: Brain, request: native.ChallengeRequest): native.ChallengeResponse {
  const tenant = tenantId(request.tenant ?? native.defaultTenant);
  const device = deviceId(request.device);
  const random = Buffer.from(brain.random.bytes(16)).toString('base64url');
  const expiresAt = String(brain.clock.now() + challengeLifetimeMs);
  return { challenge: brain.sealer.seal('challenge', [tenant, device, random, expiresAt]) };
}

/**
 * A bearer token, good for a day, for a device that signs its challenge. The device needs no clock.
 * @throws FettleError `proof-invalid`, `device-pending`, `device-rejected`
 */
export async function issueToken(brain: Brain, request: native.TokenRequest): Promise<native.TokenResponse> {
  const tenant = tenantId(request.tenant ?? native.defaultTenant);
  const id = deviceId(request.device);
  const fields = brain.sealer.open('challenge', request.challenge);
  const isOurs = fields?.length === 4 && fields[0] === tenant && fields[1] === id;
  if (!isOurs || !(brain.clock.now() < Number(fields[3]))) {
    throw new FettleError(
      'proof-invalid',
      'The challenge is not for this device or is over five minutes old. Ask for a new one.',
    );
  }
  const asking: Scope = { tenant, actor: `device:${id}`, permissions: new Set(['device']) };
  const device = await brain.store.reads(asking).device(id);
  // The same answer for an unknown device and a wrong signature: nobody learns which devices exist.
  const refused = new FettleError(
    'proof-invalid',
    'The proof is not a signature by the enrolled key of this device. Enrol first.',
  );
  if (!device) throw refused;
  const key = readPublicKey(Buffer.from(device.publicKey, 'base64'));
  const text = native.tokenProofText({ tenant, device: id, challenge: request.challenge });
  if (!verifySignature(key, Buffer.from(text, 'utf8'), Buffer.from(request.proof, 'base64'))) throw refused;
  if (device.status === 'rejected') throw new FettleError('device-rejected', 'An operator has rejected this device.');
  if (device.status === 'pending') throw new FettleError('device-pending', 'This device waits for an operator.');
  const token = sealDeviceToken(brain, deviceScope(tenant, id, device.publicKey), tokenLifetimeMs);
  return { token, expiresInSeconds: tokenLifetimeMs / 1_000 };
}
