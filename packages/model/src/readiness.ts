import type { AttributeValue, Device } from './device.ts';

/** Attributes with a meaning of their own: what a device says of its readiness and its place. */
export const readinessAttributes = {
  ready: { type: 'boolean', summary: 'False while the device wants to be left alone.' },
  'not-ready-reason': { type: 'string', summary: 'Why `ready` is false.' },
  'readiness.problem': { type: 'string', summary: 'Why the readiness of the device could not be asked for.' },
  'in-use': { type: 'boolean', summary: 'Whether somebody is using the device now.' },
  consent: { type: 'string', summary: 'The release version that somebody at the device has agreed to, or `any`.' },
  'battery-percent': { type: 'number', summary: 'Charge of the battery, 0 to 100.' },
  'power-source': { type: 'string', summary: '`mains` or `battery`.' },
  'link-metered': { type: 'boolean', summary: 'Whether the link costs by the byte.' },
  'free-bytes': { type: 'number', summary: 'Bytes free for an installation.' },
  'clock-skew-seconds': {
    type: 'number',
    summary: 'How far the clock of the device is ahead of ours; the server says it.',
  },
  'certificate-expires-at': { type: 'number', summary: 'When the certificate of the device ends, seconds since 1970.' },
  'hardware-revision': { type: 'string', summary: 'The revision of the hardware, as releases name it.' },
  'artifact-kinds': { type: 'string', summary: 'Kinds of artifact that the update client takes, comma-separated.' },
  health: { type: 'string', summary: '`good` or `bad`: what the health checks of the device say.' },
  site: { type: 'string', summary: 'Where the device stands; a tag of the same name goes first.' },
  'time-zone': { type: 'string', summary: 'IANA zone of the site; a tag of the same name goes first.' },
  pair: {
    type: 'string',
    summary: 'Devices that share it must never be down together; a tag of the same name goes first.',
  },
} as const satisfies Record<string, { type: 'string' | 'number' | 'boolean'; summary: string }>;

export type ReadinessAttribute = keyof typeof readinessAttributes;

/**
 * What a device says under a name, if it says it in the right type.
 * @returns undefined when it is absent or of another type: what was not said holds nobody back
 */
export function said(device: Pick<Device, 'attributes'>, name: ReadinessAttribute): AttributeValue | undefined {
  if (!Object.hasOwn(device.attributes, name)) return undefined;
  const value = device.attributes[name];
  return typeof value === readinessAttributes[name].type ? value : undefined;
}

/** Where the device stands, in what zone, with whom it is paired: operators' tags go before its own words. */
export function placeOf(
  device: Pick<Device, 'attributes' | 'tags'>,
  name: 'site' | 'time-zone' | 'pair',
): string | undefined {
  if (Object.hasOwn(device.tags, name)) return device.tags[name];
  const value = said(device, name);
  return value === undefined ? undefined : String(value);
}
