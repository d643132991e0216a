import type { KeyObject } from 'node:crypto';
import { type ImageFormat, imageFormats, readImageKey } from '@fettle/images';
import {
  componentName,
  deviceType,
  FettleError,
  type Fleet,
  type FleetId,
  type ImageRule,
  limits,
} from '@fettle/model';
import { demand, type Scope } from '../access/scope.ts';
import { digestOf } from '../audit/digest-of.ts';
import { type Brain, fleetChanged } from '../brain.ts';
import { requireFleet } from '../fleets/fleets.ts';

/** A rule as operators give it. */
export interface NewImageRule {
  readonly component: string;
  readonly deviceType: string;
  readonly format: string;
  readonly keys: readonly string[];
  readonly required: boolean;
  readonly sameVersion: boolean;
}

/** Formats whose boot loaders verify a signature: of others none could be demanded. */
export const signedFormats = ['mcuboot', 'esp32', 'fit'] as const satisfies readonly ImageFormat[];

/** Characters of the rules in the audit log; the digests say the rest. */
const mostReason = 500;

export async function getImagePolicy(scope: Scope, brain: Brain, id: FleetId): Promise<readonly ImageRule[]> {
  demand(scope, 'fleet.read');
  return (await requireFleet(brain.store.reads(scope), id)).imagePolicy ?? [];
}

/**
 * Replaces what a fleet demands of its images; nothing demands nothing. What is published already stays.
 * @throws FettleError `invalid-input`, `too-large`
 */
export async function setImagePolicy(
  scope: Scope,
  brain: Brain,
  id: FleetId,
  rules: readonly NewImageRule[],
): Promise<readonly ImageRule[]> {
  demand(scope, 'fleet.write');
  if (rules.length > limits.imageRulesPerFleet) {
    throw new FettleError('too-large', `An image policy has at most ${limits.imageRulesPerFleet} rules.`);
  }
  const imagePolicy = rules.map(readRule);
  const places = new Set(imagePolicy.map((rule) => `${rule.deviceType}/${rule.component}`));
  if (places.size !== imagePolicy.length) {
    throw new FettleError('invalid-input', 'Expected one rule for each device type and component, found two for one.');
  }
  const changed = await brain.store.transact(scope, async (tx) => {
    const fleet = await requireFleet(tx, id);
    demandTypes(fleet, imagePolicy);
    const { imagePolicy: _, ...rest } = fleet;
    const next: Fleet = imagePolicy.length === 0 ? rest : { ...rest, imagePolicy };
    if (digestOf(next) === digestOf(fleet)) return fleet;
    await tx.updateFleet(next);
    await tx.appendAudit({
      verb: 'fleet.changed',
      object: `fleet/${id}`,
      fleet: id,
      before: digestOf(fleet),
      after: digestOf(next),
      reason: `image policy: ${imagePolicy.map(inWords).join('; ') || 'nothing is demanded'}`.slice(0, mostReason),
    });
    return next;
  });
  fleetChanged(brain, scope.tenant, id);
  return changed.imagePolicy ?? [];
}

function inWords(rule: ImageRule): string {
  return `${rule.deviceType}/${rule.component} ${rule.format}${rule.required ? ' required' : ''}`;
}

function readRule(rule: NewImageRule): ImageRule {
  const format = signedFormats.find((known) => known === rule.format);
  if (!format) {
    const known = imageFormats.some((one) => one === rule.format);
    const found = known ? `${rule.format}, which has no signature` : `"${rule.format.slice(0, 40)}"`;
    throw new FettleError('invalid-input', `Expected a format of ${signedFormats.join(', ')}, found ${found}.`);
  }
  if (rule.keys.length === 0 || rule.keys.length > limits.keysPerImageRule) {
    const message = `Expected 1 to ${limits.keysPerImageRule} keys of ${rule.component}, found ${rule.keys.length}.`;
    throw new FettleError('invalid-input', message);
  }
  return {
    component: componentName(rule.component),
    deviceType: deviceType(rule.deviceType),
    format,
    keys: [...new Set(rule.keys.map((pem) => pemOf(readImageKey(pem))))],
    required: rule.required,
    sameVersion: rule.sameVersion,
  };
}

function pemOf(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'spki' }).toString();
}

function demandTypes(fleet: Fleet, rules: readonly ImageRule[]): void {
  const stranger = rules.find((rule) => !fleet.deviceTypes.includes(rule.deviceType));
  if (!stranger) return;
  const message = `Fleet ${fleet.id} has no device type ${stranger.deviceType}; it has ${fleet.deviceTypes.join(', ')}.`;
  throw new FettleError('invalid-input', message);
}
