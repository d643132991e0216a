import type { Instant } from '@fettle/model';
import type { AffectedFleet } from './affected.ts';
import type { Disclosure } from './disclosure.ts';

export const disclosureStages = ['early-warning', 'notification', 'final-report'] as const;
export type DisclosureStage = (typeof disclosureStages)[number];

const titles: Readonly<Record<DisclosureStage, string>> = {
  'early-warning': 'Early warning (24 hours)',
  notification: 'Vulnerability notification (72 hours)',
  'final-report': 'Final report (14 days after a fix is available)',
};

/**
 * A draft of one stage as text, for people to complete and send: nothing is sent by itself.
 * @source Regulation (EU) 2024/2847 (CRA), Article 14(2)(a) to (c)
 */
export function disclosureText(disclosure: Disclosure, stage: DisclosureStage): string {
  const { vulnerability, clock, isExploited, unknown } = disclosure;
  const due = {
    'early-warning': clock.warningBy,
    notification: clock.notificationBy,
    'final-report': clock.finalReportBy,
  };
  const lines = [
    `DRAFT - ${titles[stage]}`,
    `Vulnerability: ${vulnerability}${aliases(disclosure)}`,
    `Due: ${timeText(due[stage])}`,
    `Aware since: ${timeText(clock.awareAt)}${clock.awareBy === null ? '' : ` (${clock.awareBy}: ${clock.reason})`}`,
    `Actively exploited: ${isExploited ? `yes, in a catalogue since ${disclosure.affected.knowledge?.exploited?.since}` : 'not known'}`,
    `Made available in: ${countriesText(disclosure)}`,
  ];
  if (stage !== 'early-warning') lines.push('', ...generalLines(disclosure));
  lines.push('', 'Products concerned:', ...disclosure.affected.fleets.flatMap((one) => fleetLines(one, stage)));
  if (disclosure.affected.fleets.length === 0) lines.push('  none known');
  lines.push(
    '',
    'Not known here, to be filled in:',
    ...unknown.map((text) => `  - ${text}`),
    `As of ${timeText(disclosure.at)}.`,
  );
  return `${lines.join('\n')}\n`;
}

function generalLines({ affected: { knowledge }, clock }: Disclosure): string[] {
  const rating = knowledge?.rating;
  return [
    `Nature: ${knowledge?.summary || 'not known'}`,
    `Severity: ${rating?.severity ?? 'unknown'}${rating?.cvss == null ? '' : `, CVSS ${rating.cvss} (${rating.vector})`}`,
    `Fix available since: ${timeText(clock.fixAvailableAt)}`,
    `Sources: ${knowledge?.records.join(', ') || 'none'}`,
  ];
}

function fleetLines({ fleet, releases, devices, fix }: AffectedFleet, stage: DisclosureStage): string[] {
  const open = releases.filter(({ isOpen }) => isOpen);
  const closed = releases.length - open.length;
  const lines = [
    `  ${fleet.id}: ${devices.total} devices run affected releases ${open.map(({ release }) => release.version).join(', ') || '-'}`,
  ];
  if (closed > 0) lines.push(`    ${closed} more releases have the component, not affected by VEX`);
  if (stage === 'early-warning') return lines;
  lines.push(`    by type: ${countsText(devices.byType)}`, `    by country: ${countsText(devices.byCountry)}`);
  const remedy = fix.ok
    ? `update to ${fix.fix.release.version}, published ${timeText(fix.fix.release.publishedAt)}`
    : fix.why;
  lines.push(`    corrective measure: ${remedy}`);
  return lines;
}

function aliases({ vulnerability, affected: { knowledge } }: Disclosure): string {
  const others = (knowledge?.names ?? []).filter((name) => name !== vulnerability);
  return others.length === 0 ? '' : ` (also ${others.join(', ')})`;
}

function countriesText({ affected: { fleets } }: Disclosure): string {
  const all: Record<string, number> = {};
  for (const { devices } of fleets) {
    for (const [country, count] of Object.entries(devices.byCountry)) all[country] = (all[country] ?? 0) + count;
  }
  return countsText(all);
}

function countsText(counts: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([name, count]) => `${name || 'unknown'} ${count}`).join(', ') || 'none';
}

function timeText(at: Instant | null): string {
  return at === null ? 'not known yet' : new Date(at).toISOString();
}
