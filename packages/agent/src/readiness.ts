import {
  type Attributes,
  type AttributeValue,
  limits,
  type ReadinessAttribute,
  readinessAttributes,
} from '@fettle/model';
import type { native } from '@fettle/protocol';
import type { Slot } from './boot/boot-driver.ts';

/** What the device is about to do when it asks itself whether it may. */
export type Moment = 'download' | 'install' | 'reboot';

/** What is known of the device's readiness at one moment. */
export interface Readiness {
  readonly attributes: Attributes;
  /** Why the readiness program gave nothing to go by; null when it did, or when there is none. */
  readonly problem: string | null;
}

/** Asks the device whether it is ready, from everywhere that has a say. Never throws. */
export interface ReadinessAsker {
  /** @param maxAgeMs an answer that is not older will do; 0: ask anew */
  ask(about: { readonly booted: Slot | null; readonly maxAgeMs: number }): Promise<Readiness>;
}

/** The work that readiness is asked for. */
export interface Undertaking {
  readonly demands: native.DemandsMessage;
  readonly version: string;
  /** Bytes of all artifacts together. */
  readonly sizeBytes: number;
}

interface Check {
  /** As the server names the same reason. */
  readonly code: string;
  readonly before: readonly Moment[];
  readonly attribute: ReadinessAttribute;
  /** `always`: the device itself asks for it, not the rollout. */
  readonly asked: 'always' | ((demands: native.DemandsMessage) => boolean | undefined);
  /** Whether the device has to wait with what it says; nothing said is undefined. */
  readonly holds: (value: AttributeValue | undefined, work: Undertaking) => boolean;
}

const checks: readonly Check[] = [
  {
    code: 'metered-link',
    before: ['download'],
    attribute: 'link-metered',
    asked: (demands) => demands.unmeteredLink,
    holds: (value) => value === true,
  },
  {
    code: 'no-space',
    before: ['download'],
    attribute: 'free-bytes',
    asked: 'always',
    holds: (value, { sizeBytes }) => typeof value === 'number' && value < sizeBytes,
  },
  {
    code: 'device-not-ready',
    before: ['install', 'reboot'],
    attribute: 'ready',
    asked: 'always',
    holds: (value) => value === false,
  },
  {
    code: 'in-use',
    before: ['install', 'reboot'],
    attribute: 'in-use',
    asked: (demands) => demands.notInUse,
    holds: (value) => value === true,
  },
  {
    code: 'battery-low',
    before: ['install'],
    attribute: 'battery-percent',
    asked: (demands) => demands.minBatteryPercent !== undefined,
    holds: (value, { demands }) => typeof value === 'number' && value < (demands.minBatteryPercent ?? 0),
  },
  {
    code: 'wrong-power',
    before: ['install'],
    attribute: 'power-source',
    asked: (demands) => demands.mainsPower,
    holds: (value) => value !== undefined && value !== 'mains',
  },
  {
    code: 'awaiting-consent',
    before: ['install'],
    attribute: 'consent',
    asked: (demands) => demands.consent,
    // Here silence holds back: somebody has to agree.
    holds: (value, { version }) => value !== 'any' && value !== version,
  },
];

/**
 * What the device has to wait for before it goes on; the same words as the server's reasons. What was not said holds
 * nobody back, except consent; but what could not be asked does, where the rollout demands it.
 */
export function reasonsToWait(before: Moment, readiness: Readiness, work: Undertaking): readonly string[] {
  const reasons: string[] = [];
  let unknown = false;
  for (const check of checks) {
    if (!check.before.includes(before)) continue;
    const isDemanded = check.asked !== 'always' && check.asked(work.demands) === true;
    if (check.asked !== 'always' && !isDemanded) continue;
    const value = saidUnder(readiness.attributes, check.attribute);
    if (value === undefined && isDemanded && readiness.problem !== null) unknown = true;
    else if (check.holds(value, work)) reasons.push(check.code);
  }
  if (unknown) reasons.push(`readiness-unknown (${readiness.problem})`);
  return reasons;
}

function saidUnder(attributes: Attributes, name: ReadinessAttribute): AttributeValue | undefined {
  return Object.hasOwn(attributes, name) ? attributes[name] : undefined;
}

/** Names that only the agent and its configuration give a value. */
export const ownNames: ReadonlySet<string> = new Set([
  'agentVersion',
  'artifact-kinds',
  'boot.problem',
  'bootedSlot',
  'clock-skew-seconds',
  'free-bytes',
  'hardware-revision',
  'journal.problem',
  'readiness.problem',
  'reports.dropped',
  'trust-origin',
]);

/** How many attributes may come from each side, so that all of them fit one check-in. */
export const attributeShares = { configured: 32, program: 16 } as const;

export type ReadinessReading =
  | { readonly ok: true; readonly attributes: Attributes }
  | { readonly ok: false; readonly message: string };

const namePattern = new RegExp(`^[A-Za-z0-9._-]{1,${limits.attributeNameLength}}$`);
/** A charge that is told to the percent would make every check-in a new one. */
const batteryStep = 5;

/** Reads what a readiness program printed: one flat JSON object of attributes. Never throws. */
export function parseReadiness(text: string): ReadinessReading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return nonsense('no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return nonsense('no JSON object');
  const entries = Object.entries(value);
  if (entries.length > attributeShares.program) return nonsense(`more than ${attributeShares.program} attributes`);
  const attributes: Record<string, AttributeValue> = {};
  for (const [name, said] of entries) {
    if (!namePattern.test(name)) return nonsense('an attribute name that is none');
    if (ownNames.has(name)) return nonsense(`${name}, which is not for it to say`);
    if (!isValue(said)) return nonsense(`no text, number or boolean for ${name}`);
    const known = Object.hasOwn(readinessAttributes, name)
      ? readinessAttributes[name as ReadinessAttribute]
      : undefined;
    if (known && typeof said !== known.type) return nonsense(`no ${known.type} for ${name}`);
    attributes[name] = said;
  }
  const charge = attributes['battery-percent'];
  if (typeof charge !== 'number') return { ok: true, attributes };
  if (charge < 0 || charge > 100) return nonsense('a battery-percent outside 0 to 100');
  return { ok: true, attributes: { ...attributes, 'battery-percent': charge - (charge % batteryStep) } };
}

function isValue(said: unknown): said is AttributeValue {
  if (typeof said === 'string') return said.length <= limits.attributeValueLength;
  return typeof said === 'boolean' || (typeof said === 'number' && Number.isFinite(said));
}

function nonsense(found: string): ReadinessReading {
  return { ok: false, message: `printed ${found}` };
}
