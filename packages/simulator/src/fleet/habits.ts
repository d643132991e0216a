import { type Attributes, FettleError, isZone, localAt } from '@fettle/model';
import { fraction } from './random.ts';
import { parseShare } from './share.ts';

/** What devices do over the day and where they stand: what they say of their readiness follows from it. */
export interface HabitOptions {
  /** Hours of the day, by the clock of the site, in which a share of the devices is in use. */
  readonly inUse?: { readonly fromHour: number; readonly untilHour: number; readonly share: number };
  /** Share of the devices that live on a battery: six hours a day on the charger, the rest of the day it drains. */
  readonly battery?: number;
  /** Share of the devices on a metered link. */
  readonly metered?: number;
  /** Places that the devices are spread over. */
  readonly sites?: readonly { readonly name: string; readonly zone?: string }[];
  /** Devices are paired two by two, under names that begin with this; the two of a pair stand at the same site. */
  readonly pairs?: string;
  /** Hardware revisions that the devices are spread over. */
  readonly hardware?: readonly string[];
}

/** What a device says of itself at an instant of its own life. */
export type Saying = (at: number) => Attributes;

const regions = ['north', 'east', 'south', 'west'] as const;
const usualHardware = ['r1', 'r2', 'r3'] as const;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const chargeHours = 6;
const leastCharge = 10;
/** As coarse as the agent tells it. */
const chargeStep = 5;

/**
 * Makes the words of one device: the same seed, id and place in the fleet always give the same habits.
 * @param index of the device in its fleet, from 0
 */
export function sayingOf(
  options: HabitOptions,
  seed: string,
  device: { readonly id: string; readonly index: number },
): Saying {
  const { id } = device;
  const has = (share: number | undefined, what: string) => share !== undefined && fraction(seed, what, id) < share;
  const pair = options.pairs === undefined ? undefined : `${options.pairs}${1 + Math.floor(device.index / 2)}`;
  const site = pick(options.sites ?? [], fraction(seed, 'site', pair ?? id));
  const fixed: Attributes = {
    simulated: true,
    region: pick(regions, fraction(seed, 'region', id)) ?? regions[0],
    'hardware-revision': pick(options.hardware ?? usualHardware, fraction(seed, 'revision', id)) ?? usualHardware[0],
    ...(site && { site: site.name }),
    ...(site?.zone !== undefined && { 'time-zone': site.zone }),
    ...(pair !== undefined && { pair }),
    ...(options.metered !== undefined && { 'link-metered': has(options.metered, 'metered') }),
  };
  const { inUse } = options;
  const isUsed = has(inUse?.share, 'in-use');
  const onBattery = has(options.battery, 'battery');
  const phaseMs = fraction(seed, 'charge', id) * dayMs;
  const zone = site?.zone ?? 'UTC';
  return (at) => ({
    ...fixed,
    ...(inUse && { 'in-use': isUsed && isWithin(inUse, (localAt(zone, at) % dayMs) / hourMs) }),
    ...(options.battery !== undefined && (onBattery ? powerAt(at + phaseMs) : { 'power-source': 'mains' })),
  });
}

/** From `fromHour` on and before `untilHour`; over midnight when that is the smaller. */
function isWithin({ fromHour, untilHour }: { fromHour: number; untilHour: number }, hour: number): boolean {
  const after = hour >= fromHour;
  const before = hour < untilHour;
  return fromHour <= untilHour ? after && before : after || before;
}

function powerAt(at: number): Attributes {
  const hour = (at % dayMs) / hourMs;
  const charging = hour < chargeHours;
  const full = charging ? hour / chargeHours : 1 - (hour - chargeHours) / (24 - chargeHours);
  const percent = leastCharge + full * (100 - leastCharge);
  return { 'power-source': charging ? 'mains' : 'battery', 'battery-percent': percent - (percent % chargeStep) };
}

function pick<T>(from: readonly T[], where: number): T | undefined {
  return from[Math.floor(where * from.length)];
}

/**
 * Reads `HOURS` or `HOURS=SHARE`, e.g. `8-18=30%`.
 * @throws FettleError `invalid-input`
 */
export function parseInUse(text: string): NonNullable<HabitOptions['inUse']> {
  const found = /^(\d{1,2})-(\d{1,2})(?:=(.+))?$/.exec(text.trim());
  const [fromHour, untilHour] = [Number(found?.[1]), Number(found?.[2])];
  if (!found || fromHour > 24 || untilHour > 24 || fromHour === untilHour) {
    throw new FettleError('invalid-input', `Expected hours of the day such as 8-18 or 22-6=30%, found "${text}".`);
  }
  return { fromHour, untilHour, share: found[3] === undefined ? 1 : parseShare(found[3]) };
}

/**
 * Reads `NAME,NAME@ZONE`, e.g. `berlin@Europe/Berlin,lab`.
 * @throws FettleError `invalid-input`
 */
export function parseSites(text: string): NonNullable<HabitOptions['sites']> {
  return text.split(',').map((entry) => {
    const [name = '', zone, ...rest] = entry.trim().split('@');
    const isPlace = name !== '' && rest.length === 0 && (zone === undefined || isZone(zone));
    if (!isPlace)
      throw new FettleError('invalid-input', `Expected NAME or NAME@ZONE such as lab@Europe/Berlin, found "${entry}".`);
    return zone === undefined ? { name } : { name, zone };
  });
}
