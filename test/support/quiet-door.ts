import {
  authenticateDevice,
  type Brain,
  checkIn,
  type DeviceScope,
  quietCheckIn,
  sealDeviceToken,
} from '@fettle/control';
import { FettleError } from '@fettle/model';
import { native } from '@fettle/protocol';

const dayMs = 86_400_000;

/** A bearer token of the device. */
export function tokenFor(brain: Brain, scope: DeviceScope, lifetimeMs = dayMs): string {
  return sealDeviceToken(brain, scope, lifetimeMs);
}

/** What the door does with a check-in, without HTTP: what is remembered first, else the full way. */
export async function knock(
  brain: Brain,
  token: string,
  message: native.CheckInRequest,
): Promise<{ readonly answer: native.CheckInResponse; readonly quick: boolean }> {
  const text = native.checkInRequest.encode(message);
  const quick = quietCheckIn(brain, token, Buffer.from(text));
  if (quick) return { answer: quick, quick: true };
  const ticket = brain.quiet.ticket();
  const scope = authenticateDevice(brain, token);
  if (!scope) throw new FettleError('not-authenticated', 'The token is not or no longer valid.');
  const decoded = native.checkInRequest.decode(text);
  if (!decoded.ok) throw new FettleError('invalid-input', decoded.message);
  return { answer: await checkIn(scope, brain, decoded.value, { ticket }), quick: false };
}
