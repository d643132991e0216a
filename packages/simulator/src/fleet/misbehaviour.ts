import { type DeploymentStatus, FettleError } from '@fettle/model';
import { fraction } from './random.ts';
import { parseShare } from './share.ts';

/** What a device really did with a deployment; `nothing` means that it went silent. */
export type Deed = 'succeeded' | 'failed' | 'rolledBack' | 'aborted' | 'nothing';

interface MisbehaviourRow {
  readonly summary: string;
  /** What the device does with every deployment that nobody aborts. */
  readonly deed: Deed;
  /** What the server should conclude, once it has heard everything and waited long enough. */
  readonly concludes: DeploymentStatus;
}

/** Every way in which a pretend device can be difficult, and what a truthful server makes of it. */
export const misbehaviours = {
  'never-reboots': {
    summary: 'asks for the reboot, stays up on the old release and gives up after its own time limit',
    deed: 'failed',
    concludes: 'failed',
  },
  'fails-health': {
    summary: 'starts the new slot, fails its health check and goes back',
    deed: 'rolledBack',
    concludes: 'rolledBack',
  },
  'boot-fails': {
    summary: 'cannot start the new slot; the boot loader falls back after three tries',
    deed: 'rolledBack',
    concludes: 'rolledBack',
  },
  'lies-about-version': {
    summary: 'reports success without installing anything; what it says it runs betrays it',
    deed: 'rolledBack',
    concludes: 'rolledBack',
  },
  'reverts-later': {
    summary: 'commits, then falls back to the old slot some check-ins later and reports nothing',
    deed: 'rolledBack',
    concludes: 'rolledBack',
  },
  refuses: {
    summary: 'refuses every offer with a permanent error',
    deed: 'failed',
    concludes: 'failed',
  },
  'silent-after-offer': {
    summary: 'takes the offer and is never heard of again',
    deed: 'nothing',
    concludes: 'timedOut',
  },
  'dies-at-byte': {
    summary: 'loses power in the middle of the download, comes back and continues where it was',
    deed: 'succeeded',
    concludes: 'succeeded',
  },
  slow: { summary: 'takes ten times as long for everything', deed: 'succeeded', concludes: 'succeeded' },
  flapping: {
    summary: 'loses every third request, or the answer to it',
    deed: 'succeeded',
    concludes: 'succeeded',
  },
  'clock-1970': {
    summary: 'has no clock: its time begins in 1970 at every start',
    deed: 'succeeded',
    concludes: 'succeeded',
  },
  'duplicates-reports': {
    summary: 'sends every report twice, and once more later',
    deed: 'succeeded',
    concludes: 'succeeded',
  },
  'reorders-reports': {
    summary: 'keeps its reports until the end and sends the newest first',
    deed: 'succeeded',
    concludes: 'succeeded',
  },
  impatient: {
    summary: 'checks in ten times as often as it was told',
    deed: 'succeeded',
    concludes: 'succeeded',
  },
} as const satisfies Record<string, MisbehaviourRow>;

export type MisbehaviourName = keyof typeof misbehaviours;
/** How many devices of the fleet misbehave, by name, each 0 to 1. */
export type MisbehaviourShares = Readonly<Partial<Record<MisbehaviourName, number>>>;

/** A release that makes a share of all devices misbehave while they install it. */
export interface BadRelease {
  readonly version: string;
  readonly misbehaviour: MisbehaviourName;
  readonly share: number;
}

export const misbehaviourNames = Object.keys(misbehaviours) as readonly MisbehaviourName[];

/**
 * Reads `fails-health=3%,never-reboots=0.01`.
 * @throws FettleError `invalid-input` for an unknown name, a bad share or shares above 100 % in sum
 */
export function parseMisbehaviours(text: string): MisbehaviourShares {
  const shares: Partial<Record<MisbehaviourName, number>> = {};
  let sum = 0;
  for (const part of text.split(',').filter((p) => p.trim() !== '')) {
    const [name = '', share = ''] = part.split('=', 2);
    const known = nameOf(name.trim());
    shares[known] = parseShare(share.trim());
    sum += shares[known];
  }
  if (sum > 1 + 1e-9) throw new FettleError('invalid-input', `The misbehaving shares add up to ${sum}: at most 100 %.`);
  return shares;
}

/**
 * Reads `2.0.0=fails-health:80%`.
 * @throws FettleError `invalid-input`, also for a misbehaviour that does not change how an update ends
 */
export function parseBadRelease(text: string): BadRelease {
  // A version has neither `=` nor `:` in it.
  const found = /^([^=]+)=([^:]+):(.+)$/.exec(text.trim());
  if (!found) {
    throw new FettleError(
      'invalid-input',
      `Expected VERSION=NAME:SHARE, e.g. 2.0.0=fails-health:80%, found "${text}".`,
    );
  }
  const [, version = '', name = '', share = ''] = found;
  const misbehaviour = nameOf(name.trim());
  if (misbehaviours[misbehaviour].deed === 'succeeded') {
    throw new FettleError(
      'invalid-input',
      `A release cannot be bad by "${misbehaviour}": updates succeed all the same.`,
    );
  }
  return { version: version.trim(), misbehaviour, share: parseShare(share.trim()) };
}

/**
 * Says which device of a fleet has which misbehaviour: exactly the share asked for (at least one device), chosen by the seed.
 * @param ids every device of the fleet
 */
export function assignMisbehaviours(
  seed: string,
  ids: readonly string[],
  shares: MisbehaviourShares,
): ReadonlyMap<string, MisbehaviourName> {
  const order = ids
    .map((id) => ({ id, at: fraction(seed, 'misbehaviour', id) }))
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  const assigned = new Map<string, MisbehaviourName>();
  let taken = 0;
  for (const name of misbehaviourNames) {
    const share = shares[name] ?? 0;
    if (share <= 0) continue;
    for (const { id } of order.slice(taken, taken + Math.max(1, Math.round(share * ids.length)))) {
      assigned.set(id, name);
      taken++;
    }
  }
  return assigned;
}

/** Everything that is wrong while one device installs one release: its own flaw and the release's. */
export function misbehavioursDuring(
  own: MisbehaviourName | undefined,
  place: { readonly seed: string; readonly device: string; readonly version: string },
  badReleases: readonly BadRelease[],
): ReadonlySet<MisbehaviourName> {
  const all = new Set<MisbehaviourName>();
  if (own) all.add(own);
  for (const { version, misbehaviour, share } of badReleases) {
    if (version !== place.version) continue;
    if (fraction(place.seed, 'bad', version, misbehaviour, place.device) < share) all.add(misbehaviour);
  }
  return all;
}

function nameOf(text: string): MisbehaviourName {
  const known = misbehaviourNames.find((name) => name === text);
  if (known) return known;
  throw new FettleError(
    'invalid-input',
    `No misbehaviour is called "${text}". Known: ${misbehaviourNames.join(', ')}.`,
  );
}
