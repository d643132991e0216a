import type { AffectedFleetView, AffectedView, DisclosureView, UnknownFleetView } from '@fettle/api';
import { type Style, safeText } from '../output/style.ts';
import { table } from '../output/table.ts';

/** What a vulnerability or a component means for the fleets, for people. */
export function affectedLines(found: AffectedView, style: Style): string {
  const lines = [headline(found, style)];
  if (found.fleets.length === 0) lines.push(nothingText(found));
  for (const fleet of found.fleets) lines.push('', ...fleetLines(fleet, style));
  for (const fleet of found.unknown) lines.push('', ...unknownLines(fleet, style));
  return lines.join('\n');
}

function headline({ vulnerability, purl, knowledge }: AffectedView, style: Style): string {
  const name = style.strong(safeText(vulnerability ?? purl ?? ''));
  if (!knowledge) return name;
  const { rating, exploited, likelihood, summary } = knowledge;
  const parts = [
    rating.cvss === null ? `severity ${rating.severity ?? 'unknown'}` : `CVSS ${rating.cvss} (${rating.severity})`,
    ...(exploited === null ? [] : [style.bad(`exploited since ${exploited.since}`)]),
    ...(likelihood === null ? [] : [`EPSS ${(likelihood.probability * 100).toFixed(1)} %`]),
  ];
  return `${name}  ${parts.join(', ')}${summary === '' ? '' : `\n${safeText(summary)}`}`;
}

function nothingText({ vulnerability, knowledge, dataSets }: AffectedView): string {
  if (vulnerability === null) return 'No release has it.';
  if (dataSets.length === 0)
    return 'There are no vulnerability data: fettle vulndb import FILE --kind osv --source NAME';
  if (!knowledge) return 'No data set names it: not known is not the same as not affected.';
  return 'No release whose components are known is affected.';
}

function fleetLines({ fleet, devices, releases, fix, noFix }: AffectedFleetView, style: Style): string[] {
  const total = devices.total === 0 ? style.good('0 devices') : style.bad(`${devices.total} devices`);
  const rows = releases.flatMap((release) =>
    release.components.map((one, index) => [
      index === 0 ? safeText(release.version) : '',
      index === 0 ? String(release.devices) : '',
      safeText(`${one.name} ${one.version}`),
      one.isOpen ? style.bad('affected') : style.good(one.vex),
      one.why === null ? '' : `${safeText(one.why.range)}${one.why.isGuess ? ' (guess)' : ''}`,
      one.why === null || one.why.fixedIn.length === 0 ? '-' : safeText(one.why.fixedIn.join(', ')),
    ]),
  );
  return [
    `fleet ${style.strong(fleet)}: ${total} run it now`,
    `  by type: ${countsText(devices.byType)}; by country: ${countsText(devices.byCountry)}`,
    ...(devices.elsewhere > 0 ? [`  ${devices.elsewhere} of them under another release counter`] : []),
    table(['release', 'devices', 'component', 'state', 'range', 'fixed in'], rows),
    ...fixLines(fix, noFix, style),
  ];
}

function fixLines(fix: AffectedFleetView['fix'], noFix: string, style: Style): string[] {
  if (!fix) return [style.bad(`no fix: ${safeText(noFix)}`)];
  return [
    `fix: ${style.good(safeText(fix.version))}, published ${fix.publishedAt}`,
    ...fix.unreachable
      .slice(0, 5)
      .map(({ type, counter, why }) => `  not from counter ${counter} of ${type}: ${safeText(why)}`),
    `next: ${fix.command}`,
  ];
}

const causes = {
  'never-checked': 'never checked',
  waiting: 'not looked at yet',
  revoked: 'revoked before it was looked at',
} as const;
const mostShown = 10;

/** What the answer cannot speak of: it is told, or it would read as "not affected". */
export function unknownLines(unknown: UnknownFleetView, style: Style): string[] {
  const { fleet, releaseCount, releases, devices, strangers } = unknown;
  const shown = releases.slice(0, mostShown);
  const more = releaseCount - shown.length;
  const unchecked = releases.find(({ why, status }) => why === 'never-checked' && status === 'published');
  const known = [
    ...(devices.onUnknownReleases > 0
      ? [`${devices.onUnknownReleases} run releases whose components nobody knows`]
      : []),
    ...(devices.onNoRelease > 0 ? [`${devices.onNoRelease} run what is no release of the fleet`] : []),
    ...(devices.silent > 0 ? [`${devices.silent} have not said what they run`] : []),
  ];
  const rows = [
    ...shown.map(({ version, why, devices: count }) => [safeText(version), String(count), causes[why]]),
    ...strangers
      .slice(0, mostShown)
      .map((one) => [`${safeText(one.component)} ${one.sha256.slice(0, 12)}`, String(one.devices), 'no release']),
  ];
  return [
    `${style.waiting('not known')}, fleet ${style.strong(fleet)}: ${releaseCount} releases; devices: ${known.join(', ') || 'none'}`,
    ...(rows.length === 0 ? [] : [table(['release', 'devices', 'why'], rows)]),
    ...(more > 0 ? [`  and ${more} more releases: --json has up to 100`] : []),
    ...(unchecked ? [`next: fettle release check ${safeText(unchecked.version)} --fleet ${fleet}`] : []),
  ];
}

function countsText(counts: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(counts).sort((a, b) => b[1] - a[1]);
  const shown = sorted.slice(0, 12).map(([name, count]) => `${safeText(name) || 'unknown'} ${count}`);
  return `${shown.join(', ') || 'none'}${sorted.length > shown.length ? ', …' : ''}`;
}

/** The drafts of the three reports, one after the other. */
export function disclosureLines({ drafts }: DisclosureView): string {
  return [drafts.earlyWarning, drafts.notification, drafts.finalReport].join('\n');
}
