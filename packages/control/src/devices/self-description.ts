import { type Attributes, type CurrentArtifact, type CurrentArtifacts, type Device, digest } from '@fettle/model';
import type { native } from '@fettle/protocol';

const skewAttribute = 'clock-skew-seconds';
/** A clock that keeps its distance is told in the same words each time, so that nothing has to be written. */
const sameSkewSeconds = 90;

/** What the device says, and what was seen of its clock; a clock that is right is not mentioned. */
export function withClockSkew(
  said: native.CheckInRequest,
  device: Device,
  skewSeconds: number | undefined,
): native.CheckInRequest {
  if (skewSeconds === undefined) return said;
  const before = device.attributes[skewAttribute];
  const isSame = typeof before === 'number' && Math.abs(before - skewSeconds) <= sameSkewSeconds;
  return { ...said, attributes: { ...said.attributes, [skewAttribute]: isSame ? before : skewSeconds } };
}

/** Whether a message tells nothing that the record of the device does not have. */
export function saysNothingNew(device: Device, message: native.CheckInRequest): boolean {
  return sameAttributes(device.attributes, message.attributes) && sameCurrent(device.current, message.current);
}

function sameAttributes(a: Attributes, b: Attributes): boolean {
  let count = 0;
  for (const key in b) {
    if (a[key] !== b[key]) return false;
    count++;
  }
  for (const _ in a) count--;
  return count === 0;
}

export function sameCurrent(a: CurrentArtifacts, b: native.CheckInRequest['current']): boolean {
  const known: Readonly<Record<string, CurrentArtifact>> = a;
  let count = 0;
  for (const component in b) {
    const ours = known[component];
    const theirs = b[component];
    if (ours?.digest !== theirs?.sha256 || ours?.counter !== theirs?.counter || ours?.version !== theirs?.version) {
      return false;
    }
    count++;
  }
  for (const _ in a) count--;
  return count === 0;
}

/** What runs, as devices are stored with it. */
export function toCurrent(current: native.CheckInRequest['current']): CurrentArtifacts {
  const entries = Object.entries(current).map(([component, { version, counter, sha256 }]) => {
    return [component, { version, counter, digest: digest(sha256) }] as const;
  });
  return Object.fromEntries(entries);
}
