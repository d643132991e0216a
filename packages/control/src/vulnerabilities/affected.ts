import { FettleError, type Fleet, type FleetId } from '@fettle/model';
import type { Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import { requireFleet } from '../fleets/fleets.ts';
import type { Page, PageRequest } from '../page.ts';
import { type AffectedDevices, countAffected, listAffected } from './affected-devices.ts';
import { type AffectedAnswer, type AffectedQuestion, type AffectedRelease, findAffected } from './find-affected.ts';
import { type FixSearch, findFix } from './find-fix.ts';
import { findUnknown, type UnknownFleet } from './find-unknown.ts';
import type { RunningDevice } from './running.ts';

/** What a vulnerability means for one fleet. */
export interface AffectedFleet {
  readonly fleet: Fleet;
  readonly releases: readonly AffectedRelease[];
  readonly devices: AffectedDevices;
  readonly fix: FixSearch;
}

export interface Affected extends Omit<AffectedAnswer, 'releases'> {
  /** By id; fleets without an affected release are left out. */
  readonly fleets: readonly AffectedFleet[];
  /** By id; what the answer cannot speak of. Fleets without anything of the kind are left out. */
  readonly unknown: readonly UnknownFleet[];
}

const pageRows = 100;

/**
 * Which releases have a vulnerability or a component, which devices run them now, and where they should go.
 * @param input without a fleet, all fleets are looked at
 */
export async function affected(
  scope: Scope,
  brain: Brain,
  input: { readonly question: AffectedQuestion; readonly fleet?: FleetId | undefined },
): Promise<Affected> {
  if (input.fleet !== undefined) await requireFleet(brain.store.reads(scope), input.fleet);
  const { releases, ...answer } = await findAffected(scope, brain, input);
  const byFleet = new Map<FleetId, AffectedRelease[]>();
  for (const one of releases) {
    const together = byFleet.get(one.release.fleet);
    if (together) together.push(one);
    else byFleet.set(one.release.fleet, [one]);
  }
  const fleets: AffectedFleet[] = [];
  for (const [id, found] of byFleet) {
    const fleet = await requireFleet(brain.store.reads(scope), id);
    const devices = await countAffected(scope, brain, id, found);
    const { knowledge } = answer;
    fleets.push({
      fleet,
      releases: found,
      devices,
      fix: await findFix(scope, brain, fleet, { releases: found, devices, knowledge }),
    });
  }
  return { ...answer, fleets, unknown: await unknownOf(scope, brain, input.fleet) };
}

async function unknownOf(scope: Scope, brain: Brain, fleet: FleetId | undefined): Promise<UnknownFleet[]> {
  if (fleet !== undefined) return [(await findUnknown(scope, brain, fleet)) ?? []].flat();
  const unknown: UnknownFleet[] = [];
  for (let after: string | undefined; ; ) {
    const { items, next } = await brain.store.reads(scope).fleets({ limit: pageRows, after });
    for (const { id } of items) unknown.push(...[(await findUnknown(scope, brain, id)) ?? []].flat());
    if (next === null) return unknown;
    after = next;
    await brain.clock.turn();
  }
}

/** Devices that run what is affected and open, page by page. */
export async function affectedDevices(
  scope: Scope,
  brain: Brain,
  fleet: FleetId,
  input: { readonly question: AffectedQuestion; readonly page: PageRequest },
): Promise<Page<RunningDevice & { readonly version: string | null }>> {
  await requireFleet(brain.store.reads(scope), fleet);
  const { releases } = await findAffected(scope, brain, { question: input.question, fleet });
  const page = await listAffected(scope, brain, fleet, { releases, page: input.page });
  const versions = new Map(releases.map(({ release }) => [release.counter, release]));
  const items = page.items.map((one) => {
    const release = versions.get(one.counter);
    const isOfIt = release?.artifacts.some(({ digest }) => digest === one.digest) === true;
    return { ...one, version: isOfIt ? (release?.version ?? null) : null };
  });
  return { items, next: page.next };
}

/** What is asked for: exactly one of the two. */
export function readQuestion({
  vulnerability,
  purl,
}: {
  readonly vulnerability?: string | undefined;
  readonly purl?: string | undefined;
}): AffectedQuestion {
  if (vulnerability !== undefined && purl === undefined) return { vulnerability };
  if (purl !== undefined && vulnerability === undefined) return { purl };
  throw new FettleError('invalid-input', 'Expected either `vulnerability`, e.g. CVE-2026-1234, or `purl`.');
}
