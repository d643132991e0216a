import type { Instant } from '@fettle/model';
import { demand, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import { type Affected, affected } from './affected.ts';
import type { UnknownFleet } from './find-unknown.ts';
import type { Awareness } from './vulnerability-store.ts';

const hour = 3_600_000;

/** When what is due. @source Regulation (EU) 2024/2847 (CRA), Article 14(2) */
export interface DisclosureClock {
  /** Null while nobody and no data have said so. */
  readonly awareAt: Instant | null;
  /** Who said so: an operator, or `data`. */
  readonly awareBy: string | null;
  readonly reason: string;
  /** Early warning, Article 14(2)(a). */
  readonly warningBy: Instant | null;
  /** Notification, Article 14(2)(b). */
  readonly notificationBy: Instant | null;
  /** Since when every fleet with devices that are concerned has a fix; null while one has none. */
  readonly fixAvailableAt: Instant | null;
  /** Final report, Article 14(2)(c): 14 days after a fix is available. */
  readonly finalReportBy: Instant | null;
}

/** What a disclosure is made of. */
export interface Disclosure {
  readonly vulnerability: string;
  readonly at: Instant;
  readonly clock: DisclosureClock;
  readonly affected: Affected;
  /** Whether the duty of Article 14 is known to apply: it is about vulnerabilities that are actively exploited. */
  readonly isExploited: boolean;
  /** What the drafts cannot say, and who has to. */
  readonly unknown: readonly string[];
}

/**
 * The facts that a report on an exploited vulnerability needs, as they are now, and when it is due.
 * @source Regulation (EU) 2024/2847 (CRA), Article 14
 */
export async function discloseVulnerability(scope: Scope, brain: Brain, vulnerability: string): Promise<Disclosure> {
  const found = await affected(scope, brain, { question: { vulnerability } });
  const names = new Set([vulnerability, ...(found.knowledge?.names ?? [])]);
  const awareness = await awarenessOf(scope, brain, names);
  return {
    vulnerability,
    at: brain.clock.now(),
    clock: clockOf(awareness, fixedSince(found)),
    affected: found,
    isExploited: found.knowledge?.exploited != null,
    unknown: unknownOf(found, awareness),
  };
}

/**
 * Notes since when the manufacturer knows of a vulnerability; an operator's word goes before what data say.
 */
export async function setAwareness(
  scope: Scope,
  brain: Brain,
  input: { readonly vulnerability: string; readonly at: Instant; readonly reason: string },
): Promise<Awareness> {
  demand(scope, 'vulnerability.write');
  const awareness: Awareness = { ...input, saidBy: scope.actor };
  await brain.store.transact(scope, async (tx) => {
    const before = await tx.awareness(input.vulnerability);
    await tx.saveAwareness(awareness);
    const was = before ? `, before ${new Date(before.at).toISOString()}` : '';
    await tx.appendAudit({
      verb: 'vulnerability.aware',
      object: `vulnerability/${input.vulnerability}`,
      fleet: null,
      before: null,
      after: null,
      reason: `since ${new Date(input.at).toISOString()}${was}: ${input.reason}`.slice(0, 500),
    });
  });
  return awareness;
}

async function awarenessOf(scope: Scope, brain: Brain, names: ReadonlySet<string>): Promise<Awareness | undefined> {
  const reads = brain.store.reads(scope);
  for (const name of names) {
    const said = await reads.awareness(name);
    if (said) return said;
  }
  let first: Awareness | undefined;
  for (const vulnerability of names) {
    const [found] = await reads.findingsOfVulnerability(vulnerability, 1);
    if (!found || (first && first.at <= found.foundAt)) continue;
    const reason = `vulnerability data named it in release ${found.release}`;
    first = { vulnerability, at: found.foundAt, saidBy: 'data', reason };
  }
  return first;
}

/** The latest of the days on which each fleet that is concerned got its fix. */
function fixedSince({ fleets }: Affected): Instant | null {
  let since: Instant | null = null;
  for (const { devices, fix } of fleets) {
    if (devices.total === 0) continue;
    if (!fix.ok) return null;
    since = Math.max(since ?? 0, fix.fix.release.publishedAt);
  }
  return since;
}

function clockOf(awareness: Awareness | undefined, fixAvailableAt: Instant | null): DisclosureClock {
  const awareAt = awareness?.at ?? null;
  return {
    awareAt,
    awareBy: awareness?.saidBy ?? null,
    reason: awareness?.reason ?? '',
    warningBy: awareAt === null ? null : awareAt + 24 * hour,
    notificationBy: awareAt === null ? null : awareAt + 72 * hour,
    fixAvailableAt,
    finalReportBy: fixAvailableAt === null ? null : Math.max(fixAvailableAt, awareAt ?? 0) + 14 * 24 * hour,
  };
}

function unknownOf({ knowledge, fleets, unknown }: Affected, awareness: Awareness | undefined): string[] {
  const nowhere = fleets.reduce((sum, { devices }) => sum + (devices.byCountry[''] ?? 0), 0);
  const elsewhere = fleets.reduce((sum, { devices }) => sum + devices.elsewhere, 0);
  const lines: readonly (readonly [boolean, string])[] = [
    [!knowledge, 'No imported data set names this vulnerability: import current data, or fill in what is known.'],
    [!awareness, 'Nobody has said since when it is known: fettle affected ID --aware-since TIME --reason TEXT.'],
    [
      awareness?.saidBy === 'data',
      'The time of awareness is when imported data named it first in a release; if people knew earlier, that counts.',
    ],
    [
      knowledge !== null && knowledge.exploited === null,
      'No imported catalogue says that it is exploited; reports of exploitation in your own products are not known here.',
    ],
    [nowhere > 0, `${nowhere} devices say no country (tag or attribute "country").`],
    [
      elsewhere > 0,
      `${elsewhere} devices run affected bytes under a release counter that is not among these releases.`,
    ],
    ...unknown.map((one) => [true, unknownText(one)] as const),
    [true, 'Devices that do not report, and products that were never enrolled, are not counted.'],
    [true, 'Nature of the exploitation, corrective measures of users, and sensitivity of the information.'],
    [true, 'Contact, coordinating CSIRT and Member State of the main establishment.'],
  ];
  return lines.flatMap(([applies, text]) => (applies ? [text] : []));
}

function unknownText({ fleet, releaseCount, onUnknownReleases, onNoRelease, silent }: UnknownFleet): string {
  const devices = `${onUnknownReleases} devices run them, ${onNoRelease} run what is no release, ${silent} have not said`;
  return `Fleet ${fleet}: of ${releaseCount} releases nobody knows the components (never checked); ${devices}.`;
}
