import { authenticateDevice, type Brain, type DeviceScope } from '@fettle/control';
import { FettleError } from '@fettle/model';

const prefix = 'Bearer ';

/** The token of an Authorization header; undefined when there is none. */
export function bearerToken(header: string | undefined): string | undefined {
  return header !== undefined && isBearer(header) ? header.slice(prefix.length).trim() : undefined;
}

/**
 * Whose device token this is. Returns the refusal instead of throwing it: refusals are common here and must be cheap.
 */
export function authenticate(brain: Brain, header: string | undefined): DeviceScope | FettleError {
  const token = bearerToken(header);
  if (token === undefined) {
    return new FettleError(
      'not-authenticated',
      'Expected "Authorization: Bearer DEVICE-TOKEN". Get a token: POST /device/v1/challenge, then /device/v1/token.',
    );
  }
  return authenticateDevice(brain, token) ?? expired();
}

function isBearer(header: string): boolean {
  return header.startsWith(prefix) || header.slice(0, prefix.length).toLowerCase() === 'bearer ';
}

function expired(): FettleError {
  return new FettleError(
    'not-authenticated',
    'The device token is not or no longer valid. Get a new one: POST /device/v1/challenge, then /device/v1/token.',
  );
}
