import { type Device, FettleError } from '@fettle/model';
import type { DeviceScope } from './device-scope.ts';

/**
 * The device behind a token, if it is still welcome.
 * @throws FettleError `not-authenticated` (gone, or its key was replaced), `device-rejected`, `device-pending`
 */
export function requireDevice(scope: DeviceScope, device: Device | undefined): Device {
  if (device?.publicKey !== scope.publicKey) {
    throw new FettleError(
      'not-authenticated',
      'This token is for a device or key that is no longer known. Enrol again.',
    );
  }
  if (device.status === 'rejected') throw new FettleError('device-rejected', 'An operator has rejected this device.');
  if (device.status === 'pending') {
    throw new FettleError('device-pending', 'This device waits for an operator. Ask again later.');
  }
  return device;
}
