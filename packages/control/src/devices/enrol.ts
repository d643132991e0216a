import {
  type Device,
  type DeviceStatus,
  deviceId,
  deviceType,
  FettleError,
  type Fleet,
  fleetId,
  limits,
  tenantId,
} from '@fettle/model';
import { native } from '@fettle/protocol';
import { type PublicKey, readPublicKey, verifySignature } from '@fettle/trust';
import { hashToken } from '../access/hash-token.ts';
import type { Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import type { Writes } from '../ports.ts';

/** How long a pending device should wait before it asks again, in seconds. */
const pendingRetrySeconds = 60;

/**
 * Lets a device in that was registered before, or that shows a claim token; any other is put on a bounded waiting
 * list for an operator. Asking again with the same key gives the same answer.
 * @throws FettleError `proof-invalid`, `not-found`, `invalid-input`, `already-exists`, `device-rejected`, `limit-reached`
 */
export async function enrolDevice(brain: Brain, request: native.EnrolRequest): Promise<native.EnrolResponse> {
  const tenant = tenantId(request.tenant ?? native.defaultTenant);
  const id = deviceId(request.device);
  const key = checkProof(request, tenant);
  const scope: Scope = { tenant, actor: `device:${id}`, permissions: new Set(['device']) };
  const status = await brain.store.transact(scope, async (tx) => {
    const known = await tx.device(id);
    if (known) return welcomeBack(known, key);
    return enrolNew(tx, brain, request, key);
  });
  if (status === 'rejected') throw new FettleError('device-rejected', 'An operator has rejected this device.');
  // One in quarantine is let in like any other: it is heard, and offered nothing.
  const isPending = status === 'pending';
  return { status: isPending ? 'pending' : 'accepted', retryAfterSeconds: isPending ? pendingRetrySeconds : 0 };
}

function welcomeBack(known: Device, key: PublicKey): DeviceStatus {
  if (known.publicKey === derBase64(key)) return known.status;
  throw new FettleError(
    'already-exists',
    `Device ${known.id} is enrolled with another key. An operator must remove it (fettle device remove ${known.id}) before a new key can enrol.`,
  );
}

async function enrolNew(tx: Writes, brain: Brain, request: native.EnrolRequest, key: PublicKey): Promise<DeviceStatus> {
  const now = brain.clock.now();
  const fleet = await tx.fleet(fleetId(request.fleet));
  if (!fleet) throw new FettleError('not-found', `There is no fleet ${request.fleet}.`);
  const type = knownType(fleet, request.deviceType);
  const status = await statusOfNew(tx, request, fleet, now);
  const device: Device = {
    id: deviceId(request.device),
    fleet: fleet.id,
    type,
    status,
    publicKey: derBase64(key),
    attributes: request.attributes ?? {},
    tags: {},
    current: {},
    openDeployment: null,
    attempts: [],
    enrolledAt: now,
    lastSeenAt: now,
  };
  await tx.insertDevice(device);
  await tx.appendAudit({
    verb: 'device.enrolled',
    object: `device/${device.id}`,
    fleet: fleet.id,
    before: null,
    after: key.id,
    reason: status === 'accepted' ? 'claim token' : 'waits for an operator',
  });
  return status;
}

async function statusOfNew(
  tx: Writes,
  request: native.EnrolRequest,
  fleet: Fleet,
  now: number,
): Promise<'accepted' | 'pending'> {
  if (request.claimToken !== undefined) {
    const claim = await tx.claimToken(hashToken(request.claimToken));
    const usable =
      claim?.fleet === fleet.id &&
      claim.revokedAt === null &&
      claim.usesLeft > 0 &&
      (claim.expiresAt === null || now < claim.expiresAt);
    if (!claim || !usable) {
      throw new FettleError(
        'forbidden',
        `The claim token is not valid for fleet ${fleet.id}, is used up or has expired.`,
      );
    }
    await tx.updateClaimToken({ ...claim, usesLeft: claim.usesLeft - 1 });
    return 'accepted';
  }
  if ((await tx.countPendingDevices(fleet.id)) >= limits.pendingDevicesPerFleet) {
    throw new FettleError(
      'limit-reached',
      `Fleet ${fleet.id} has ${limits.pendingDevicesPerFleet} devices waiting already.`,
    );
  }
  return 'pending';
}

/** The device type, if the fleet has it. @throws FettleError `invalid-input` */
export function knownType(fleet: Fleet, type: string): Device['type'] {
  const known = fleet.deviceTypes.find((one) => one === deviceType(type));
  if (known) return known;
  throw new FettleError(
    'invalid-input',
    `Fleet ${fleet.id} has no device type ${type}; it has ${fleet.deviceTypes.join(', ')}.`,
  );
}

function checkProof(request: native.EnrolRequest, tenant: string): PublicKey {
  const key = readPublicKey(Buffer.from(request.publicKey, 'base64'));
  const text = native.enrolProofText({ ...request, tenant });
  if (verifySignature(key, Buffer.from(text, 'utf8'), Buffer.from(request.proof, 'base64'))) return key;
  throw new FettleError('proof-invalid', 'The proof is not a signature by this key over the enrolment text.');
}

/** A key as devices are stored with: canonical DER in base64. */
export function derBase64(key: PublicKey): string {
  return key.key.export({ format: 'der', type: 'spki' }).toString('base64');
}
