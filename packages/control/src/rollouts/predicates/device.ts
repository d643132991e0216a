import type { Device } from '@fettle/model';
import type { Finding } from '../reason.ts';

/** What holds a device back whatever the rollout. */
export function deviceFindings(device: Device): readonly Finding[] {
  const found: Finding[] = [];
  const evidence = { device: device.id, status: device.status };
  const accept = `fettle device accept ${device.id}`;
  if (device.status === 'pending') found.push({ code: 'device-pending', evidence, remedy: accept });
  if (device.status === 'rejected') found.push({ code: 'device-rejected', evidence, remedy: accept });
  if (device.status === 'quarantined') found.push({ code: 'device-quarantined', evidence, remedy: accept });
  if (device.openDeployment !== null) {
    const remedy = 'Wait until the device reports how it ended.';
    found.push({ code: 'deployment-open', evidence: { deployment: device.openDeployment }, remedy });
  }
  return found;
}
