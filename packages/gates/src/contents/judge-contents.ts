import { type Inspection, judgeImage } from '@fettle/images';
import type { FindingList } from '../core/finding-list.ts';
import type { Candidate } from '../core/gate.ts';
import { shown } from '../core/shown.ts';
import type { ContentsSettings } from './settings.ts';

/** What is judged of an image beside its parts. */
export interface ContentsCase {
  readonly candidate: Candidate;
  readonly inspection: Inspection;
  readonly settings: ContentsSettings;
}

/** Judges whether an image is what it was declared to be. Where it states nothing, that is a note and no more. */
export function judgeContents(findings: FindingList, one: ContentsCase): void {
  judgeItself(findings, one);
  judgeFormat(findings, one);
  judgeVersion(findings, one);
  judgeHardware(findings, one);
  judgeSize(findings, one);
  judgePublished(findings, one);
}

/** The version under which the same bytes were published before. */
export function publishedVersions({ candidate, settings }: Pick<ContentsCase, 'candidate' | 'settings'>): string[] {
  const same = (settings.publishedAs ?? []).filter(({ digest }) => digest === candidate.digest);
  return [...new Set(same.map(({ version }) => version))];
}

/** Broken images and hashes that are wrong; signatures are the next gate's. */
function judgeItself(findings: FindingList, { inspection, candidate }: ContentsCase): void {
  for (const { code, verdict, message } of judgeImage(inspection, {}).findings) {
    if (verdict === 'pass' || code === 'signature-bad') continue;
    // It is this image that is broken: another one that is would be another finding.
    findings.add({ rule: code, severity: 'high', place: '', about: [candidate.digest], message });
  }
}

function judgeFormat(findings: FindingList, { inspection, candidate, settings }: ContentsCase): void {
  const { format } = inspection;
  const wanted = own(settings.formats, candidate.component);
  if (wanted !== undefined && wanted !== format) {
    const message = `Expected an image of format ${wanted} for ${candidate.component}, found ${format}.`;
    const about = [...placeOf(candidate), format];
    findings.add({ rule: 'format-mismatch', severity: 'high', place: '', about, message });
  }
  if (wanted !== undefined || format !== 'raw') return;
  const message = 'The format is none that is known: nothing that the image says about itself can be compared.';
  findings.add({ rule: 'format-unknown', severity: 'info', place: '', about: [], message });
}

function judgeVersion(findings: FindingList, { inspection, candidate, settings }: ContentsCase): void {
  if (inspection.problem || candidate.undeclared?.includes('version')) return;
  const judged = judgeImage(inspection, { version: candidate.version }).findings;
  const found = judged.find(({ code }) => code === 'version-mismatch' || code === 'version-not-stated');
  if (!found) return;
  const isWrong = found.code === 'version-mismatch' && settings.sameVersion !== false;
  const severity = isWrong ? 'high' : 'info';
  const about = [...placeOf(candidate), inspection.version ?? ''];
  findings.add({ rule: found.code, severity, place: '', about, message: shown(found.message, 300) });
}

function judgeHardware(findings: FindingList, { inspection, candidate, settings }: ContentsCase): void {
  if (inspection.problem || candidate.undeclared?.includes('deviceType')) return;
  const { hardwareIds } = inspection;
  const { deviceType } = candidate;
  const known = own(settings.hardwareIds, deviceType);
  const stated = hardwareIds.slice(0, 8).join(', ');
  if (hardwareIds.length === 0) {
    const message = `The image does not say what hardware it is for; it was declared for ${deviceType}.`;
    findings.add({ rule: 'hardware-not-stated', severity: 'info', place: '', about: [], message });
  } else if (known && !hardwareIds.some((id) => known.includes(id))) {
    const message = `Expected an image for ${deviceType} (${known.slice(0, 8).join(', ')}), found one for ${stated}.`;
    const about = [...placeOf(candidate), ...hardwareIds.slice(0, 8)];
    findings.add({ rule: 'hardware-mismatch', severity: 'high', place: '', about, message });
  } else if (!known && !hardwareIds.includes(deviceType)) {
    const message = `The image says that it is for ${stated}; which of these ${deviceType} is, the fleet does not say.`;
    findings.add({ rule: 'hardware-not-compared', severity: 'info', place: '', about: [], message });
  }
}

function judgeSize(findings: FindingList, { candidate, settings }: ContentsCase): void {
  const { sizeBytes, component } = candidate;
  const slotBytes = own(settings.slotBytes, component);
  if (slotBytes === undefined || sizeBytes <= slotBytes) return;
  const message = `The image has ${sizeBytes} bytes, ${sizeBytes - slotBytes} more than the slot of ${component} has.`;
  findings.add({ rule: 'too-large-for-slot', severity: 'high', place: '', about: placeOf(candidate), message });
}

function judgePublished(findings: FindingList, one: ContentsCase): void {
  const others = publishedVersions(one).filter((version) => version !== one.candidate.version);
  if (others.length === 0) return;
  const message = `The same bytes were published before as ${others.slice(0, 8).join(', ')}: one image, one version.`;
  const { candidate } = one;
  const about = [candidate.digest, candidate.version];
  findings.add({ rule: 'published-before', severity: 'high', place: '', about, message });
}

/** Where on a device an image goes: what is said of one image is not said of those for another place. */
function placeOf({ deviceType, component }: Candidate): string[] {
  return [deviceType, component];
}

export function own<T>(table: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return table && Object.hasOwn(table, key) ? table[key] : undefined;
}
