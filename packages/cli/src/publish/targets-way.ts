import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FettleError, type FleetId } from '@fettle/model';
import {
  checkSuccessor,
  encodeMetadata,
  openMetadata,
  type Signer,
  signMetadata,
  tufKeyOf,
  validSigners,
} from '@fettle/trust';
import type { Context } from '../context.ts';
import { lacking } from '../trust/examine-change.ts';
import { inDays } from '../trust/next-root.ts';
import { withRelease } from '../trust/next-targets.ts';
import { type FleetView, lookUpFleet } from '../trust/public-repository.ts';
import type { PublishWay } from './publish-way.ts';

export interface TargetsWayOptions {
  readonly fleet: FleetId;
  readonly view: FleetView;
  readonly signers: readonly Signer[];
  readonly root: string | undefined;
  /** Where a file that others have to sign goes. */
  readonly out: string | undefined;
  readonly hasOwnCounter: boolean;
}

/** How long a fleet's role lives, in days: three months at most. */
export const fleetRoleDays = 90;

/** Signed targets: a fleet that the image repository delegates to. */
export function targetsWay(context: Context, options: TargetsWayOptions): PublishWay {
  const { fleet, signers, root, hasOwnCounter } = options;
  let { view } = options;
  return {
    check: ({ id }) => `fleet ${id}, under the image repository, ${describeSigners(view, signers)}`,
    async publish(manifest) {
      const now = Date.now();
      const stamp = { version: (view.previous?.version ?? 0) + 1, expiresAt: inDays(now, fleetRoleDays) };
      const { rules } = await (await context.client()).getImagePolicy({ fleet });
      const metadata = withRelease(view.previous, manifest, { ...stamp, rules });
      const problems = checkSuccessor(view.previous, metadata, { repository: 'image', role: fleet, now });
      if (problems.length > 0) {
        throw new FettleError('signing-refused', problems.map(({ message }) => message).join(' '));
      }
      const bytes = await signMetadata(encodeMetadata(metadata), signersOf(view, signers));
      const targets = Buffer.from(bytes).toString('utf8');
      const missing = lackingIn(view, targets);
      if (missing.length === 0) return (await context.client()).publishRelease({ fleet, targets });
      const file = resolve(options.out ?? `${fleet}-${manifest.version}.targets.json`);
      await writeFile(file, targets, { flag: 'wx', mode: 0o644 });
      return { file, version: manifest.version, lacking: missing };
    },
    async isOvertaken(error) {
      if (!(error instanceof FettleError) || !raceCodes.has(error.code)) return false;
      const before = view.previous?.version;
      view = (await lookUpFleet(context, fleet, { root })) ?? view;
      if (view.previous?.version !== before) return true;
      if (error.code === 'counter-reused') return !hasOwnCounter;
      return error.code === 'wrong-state' && /same time/.test(error.message);
    },
  };
}

const raceCodes = new Set(['counter-reused', 'wrong-state', 'invalid-input']);

/** What a signed file of a fleet still lacks. */
export function lackingIn({ group }: FleetView, text: string): readonly string[] {
  const opened = openMetadata(Buffer.from(text, 'utf8'));
  if (!opened.ok) throw new FettleError('invalid-input', `Expected a targets file: ${opened.message}`);
  const { role, keys } = group;
  if (validSigners(opened.file, role, keys).length >= role.threshold) return [];
  const all = { ...role, threshold: Number.POSITIVE_INFINITY };
  const signed = validSigners(opened.file, all, keys);
  const still = {
    ...role,
    keyids: role.keyids.filter((id) => !signed.includes(id)),
    threshold: role.threshold - signed.length,
  };
  return lacking([{ ...group, role: still }], new Set());
}

/** The signers that have a say; one that has none is a mistake. */
export function signersOf({ group }: FleetView, signers: readonly Signer[]): readonly Signer[] {
  for (const signer of signers) {
    const { keyid } = tufKeyOf(signer.publicKey);
    if (group.role.keyids.includes(keyid)) continue;
    const known = group.role.keyids.map((id) => id.slice(0, 12)).join(', ');
    const message = `Expected ${group.what} (${known}), found key ${keyid.slice(0, 12)}.`;
    throw new FettleError('signature-invalid', message, {
      details: { next: 'the same command with --key LOCATOR, or fettle root show' },
    });
  }
  return signers;
}

function describeSigners(view: FleetView, signers: readonly Signer[]): string {
  const { threshold } = view.group.role;
  const names = signersOf(view, signers).map(({ publicKey }) => tufKeyOf(publicKey).keyid.slice(0, 12));
  return `key ${names.join(', ')} (${names.length} of ${threshold} needed)`;
}
