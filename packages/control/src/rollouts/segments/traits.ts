import { type AttributeValue, type Device, type DeviceAttempt, placeOf, type RolloutId } from '@fettle/model';
import type { Traits } from './condition.ts';

/** Changed traits whose earlier value is kept with an attempt, and how long a text among them may be. */
const mostKept = 16;
const longestKept = 64;

/**
 * What a device was when a rollout reached it. What it said or became afterwards may follow from the release itself, such
 * as a new kernel version among those that succeeded: it would explain every failure and help nobody.
 */
export function traitsAtOffer(device: Device, rollout: RolloutId): Traits {
  const traits = traitsNow(device);
  const own = device.attempts.findIndex((attempt) => attempt.rollout === rollout);
  // Newest first: each attempt leads back to the time of the one before.
  for (const { traitsBefore } of device.attempts.slice(0, own + 1)) {
    for (const [name, value] of Object.entries(traitsBefore ?? {})) {
      if (value === null) delete traits[name];
      else traits[name] = value;
    }
  }
  return traits;
}

function traitsNow(device: Device): Record<string, AttributeValue> {
  const traits: Record<string, AttributeValue> = { type: device.type };
  const site = placeOf(device, 'site');
  if (site !== undefined) traits.site = site;
  for (const [name, value] of Object.entries(device.attributes))
    if (name !== 'site') traits[`attribute.${name}`] = value;
  for (const [name, value] of Object.entries(device.tags)) if (name !== 'site') traits[`tag.${name}`] = value;
  for (const [component, { version }] of Object.entries(device.current)) traits[`version.${component}`] = version;
  return traits;
}

/**
 * Keeps with the newest attempt what changed since it was offered: each trait's value of that time, once. Call it
 * wherever attributes, tags or what runs change.
 * @returns `after`, or a copy of it that remembers
 */
export function rememberTraits(before: Device, after: Device): Device {
  const [newest, ...older] = after.attempts;
  if (!newest) return after;
  const kept = changedTraits(traitsNow(before), traitsNow(after), newest.traitsBefore ?? {});
  if (kept === newest.traitsBefore || Object.keys(kept).length === 0) return after;
  return { ...after, attempts: [{ ...newest, traitsBefore: kept }, ...older] };
}

type Kept = NonNullable<DeviceAttempt['traitsBefore']>;

function changedTraits(before: Traits, after: Traits, known: Kept): Kept {
  let kept = known;
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (before[name] === after[name] || Object.hasOwn(kept, name)) continue;
    const value = before[name] ?? null;
    const isKept = Object.keys(kept).length < mostKept && String(value).length <= longestKept;
    kept = { ...kept, [name]: isKept ? value : null };
  }
  return kept;
}
