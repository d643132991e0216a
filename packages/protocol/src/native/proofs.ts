/**
 * The text that a device signs to enrol: it binds key, device, fleet and type together.
 * Lines end with one LF each, the last one too.
 */
export function enrolProofText(input: {
  tenant: string;
  fleet: string;
  device: string;
  deviceType: string;
  publicKey: string;
}): string {
  const { tenant, fleet, device, deviceType, publicKey } = input;
  return ['fettle-enrol/1', tenant, fleet, device, deviceType, publicKey, ''].join('\n');
}

/** The text that a device signs to get a token. It needs no clock: the challenge is the server's. */
export function tokenProofText(input: { tenant: string; device: string; challenge: string }): string {
  return ['fettle-token/1', input.tenant, input.device, input.challenge, ''].join('\n');
}

/** The tenant of a device that names none. */
export const defaultTenant = 'default';
