import { FettleError } from '@fettle/model';
import type { Brain } from '../../brain.ts';
import type { DeviceScope } from '../../devices/device-scope.ts';
import { requireDevice } from '../../devices/require-device.ts';
import { readFileName } from '../file-names.ts';
import type { SignedTime } from '../online-signer.ts';
import { requireSigner } from '../sign-image.ts';
import { currentSet, versionOf } from './director-set.ts';

/**
 * A file of the director for the device that asks, by its name on the wire. Asking for the timestamp has the set signed
 * when that is due; snapshot and targets are those of the set that stands. Undefined when there is none.
 */
export async function directorFile(scope: DeviceScope, brain: Brain, name: string): Promise<string | undefined> {
  const reads = brain.store.reads(scope);
  const device = requireDevice(scope, await reads.device(scope.device));
  const asked = readFileName(name);
  if (!asked) return undefined;
  const { version } = asked;
  const role: string = asked.role;
  if (role === 'root') return (await reads.trustFile('director', role, version))?.text;
  if (role === 'timestamp')
    return version === undefined ? (await currentSet(scope, brain, device))?.timestamp : undefined;
  if (role !== 'snapshot' && role !== 'targets') return undefined;
  const text = (await reads.directorSet(device.id))?.[role];
  return text !== undefined && versionOf(text) === version ? text : undefined;
}

/**
 * What time it is, signed for the nonce of a device.
 * @throws FettleError `not-found` without a director: no root would name the key
 */
export async function signedTime(scope: DeviceScope, brain: Brain, nonce: string): Promise<SignedTime> {
  const reads = brain.store.reads(scope);
  requireDevice(scope, await reads.device(scope.device));
  if (await reads.trustFile('director', 'root')) return requireSigner(brain).signTime(scope.tenant, nonce);
  throw new FettleError('not-found', 'There is no director here, so nobody signs the time.');
}
