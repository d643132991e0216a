import type { Brand } from './brand.ts';
import { FettleError } from './errors.ts';

export type TenantId = Brand<string, 'TenantId'>;
export type FleetId = Brand<string, 'FleetId'>;
export type DeviceId = Brand<string, 'DeviceId'>;
export type DeviceType = Brand<string, 'DeviceType'>;
export type ComponentName = Brand<string, 'ComponentName'>;
export type ReleaseId = Brand<string, 'ReleaseId'>;
export type RolloutId = Brand<string, 'RolloutId'>;
export type DeploymentId = Brand<string, 'DeploymentId'>;
export type GroupName = Brand<string, 'GroupName'>;
/** SHA-256 of an artifact as 64 lower-case hexadecimal digits; the artifact's identity. */
export type Digest = Brand<string, 'Digest'>;
/** SHA-256 of a public key's SubjectPublicKeyInfo (DER), 64 lower-case hexadecimal digits. */
export type KeyId = Brand<string, 'KeyId'>;

/** Names that people choose: short, lower-case, safe in a path and on a command line. */
export const namePattern = '^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$';
/** Device ids come from serial numbers: upper case and colons are welcome, slashes and blanks are not. */
export const deviceIdPattern = '^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$';
export const digestPattern = '^[0-9a-f]{64}$';
/** Ids that the server makes: a three-letter prefix and 26 characters of Crockford base 32. */
export const madeIdPattern = '^[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}$';
/** Release versions: any label of a sane length. Which release is newer is what the release counter says. */
export const versionPattern = '^[A-Za-z0-9][A-Za-z0-9.+_~-]{0,63}$';

const nameRegExp = new RegExp(namePattern);
const deviceIdRegExp = new RegExp(deviceIdPattern);
const digestRegExp = new RegExp(digestPattern);
const madeIdRegExp = new RegExp(madeIdPattern);
const versionRegExp = new RegExp(versionPattern);

export const tenantId = (text: string): TenantId => check<TenantId>(text, nameRegExp, 'tenant');
export const fleetId = (text: string): FleetId => check<FleetId>(text, nameRegExp, 'fleet');
export const deviceId = (text: string): DeviceId => check<DeviceId>(text, deviceIdRegExp, 'device id');
export const deviceType = (text: string): DeviceType => check<DeviceType>(text, nameRegExp, 'device type');
export const componentName = (text: string): ComponentName => check<ComponentName>(text, nameRegExp, 'component');
export const groupName = (text: string): GroupName => check<GroupName>(text, nameRegExp, 'group');
export const digest = (text: string): Digest => check<Digest>(text, digestRegExp, 'SHA-256 digest');
export const keyId = (text: string): KeyId => check<KeyId>(text, digestRegExp, 'key id');
export const releaseId = (text: string): ReleaseId => check<ReleaseId>(text, madeIdRegExp, 'release id');
export const rolloutId = (text: string): RolloutId => check<RolloutId>(text, madeIdRegExp, 'rollout id');
export const deploymentId = (text: string): DeploymentId => check<DeploymentId>(text, madeIdRegExp, 'deployment id');

/** True when the text may be a release version. */
export function isVersion(text: string): boolean {
  return versionRegExp.test(text);
}

/**
 * Makes a sortable id: 48 bits of time, then 80 bits of randomness, as in ULID.
 * @param prefix three lower-case letters, e.g. `dep`
 * @param randomness at least 10 bytes
 */
export function makeId(prefix: string, now: number, randomness: Uint8Array): string {
  let bits = 0n;
  for (let i = 0; i < 10; i++) bits = (bits << 8n) | BigInt(randomness[i] ?? 0);
  let value = (BigInt(Math.max(0, Math.floor(now))) << 80n) | bits;
  let text = '';
  for (let i = 0; i < 26; i++) {
    text = crockford[Number(value & 31n)] + text;
    value >>= 5n;
  }
  return `${prefix}_${text}`;
}

const crockford = '0123456789abcdefghjkmnpqrstvwxyz';

function check<T>(text: string, pattern: RegExp, what: string): T {
  if (typeof text === 'string' && pattern.test(text)) return text as T;
  const shown = String(text).slice(0, 80);
  throw new FettleError('invalid-id', `"${shown}" is not a ${what}: it must match ${pattern.source}.`);
}
