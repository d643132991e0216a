import { gitEcosystem } from '../ecosystem.ts';
import { fieldsOf, instantOf, isFields, type JsonFields, listOf, proseOf, textOf, textsOf } from '../reading/fields.ts';
import { vulnerabilityLimits as most } from '../vulnerability-limits.ts';
import type { AffectedPackage, AffectedRange, RangeEvent, SeverityScore, Vulnerability } from './vulnerability.ts';

export type OsvOutcome =
  | { readonly ok: true; readonly vulnerability: Vulnerability }
  | { readonly ok: false; readonly message: string };

/**
 * Reads an OSV record. One that cannot be kept whole is refused: half a record would say "not affected".
 * @source OSV schema 1.7
 */
export function readOsv(value: unknown): OsvOutcome {
  if (!isFields(value)) return { ok: false, message: 'Expected an OSV record, found no JSON object.' };
  const id = textOf(value.id, most.idCharacters);
  if (id === undefined) return { ok: false, message: 'Expected an OSV record with an id, found none.' };
  const modified = instantOf(value.modified);
  if (modified === null) return { ok: false, message: `Expected ${id} to have a time of modification, found none.` };
  const aliases = textsOf(value.aliases, most.namesPerRecord, most.idCharacters);
  const upstream = textsOf(value.upstream, most.namesPerRecord, most.idCharacters);
  if (aliases === undefined || upstream === undefined) {
    return {
      ok: false,
      message: `Expected aliases and upstream ids of ${id} to be lists of ids, found something else.`,
    };
  }
  const affected = readAffected(value.affected);
  if (typeof affected === 'string') return { ok: false, message: `${id}: ${affected}` };
  const vulnerability: Vulnerability = {
    id,
    modified,
    // What says that it is withdrawn at no readable time was not withdrawn for us.
    withdrawn: instantOf(value.withdrawn),
    aliases,
    upstream,
    summary: proseOf(value.summary, most.summaryCharacters) || proseOf(value.details, most.summaryCharacters),
    severity: [...readSeverity(value.severity), ...readWord(value.database_specific)],
    affected,
  };
  return { ok: true, vulnerability };
}

function readAffected(value: unknown): readonly AffectedPackage[] | string {
  const list = listOf(value, most.affectedPerRecord);
  if (list === undefined) return `expected at most ${most.affectedPerRecord} affected packages, found more.`;
  const affected: AffectedPackage[] = [];
  for (const entry of list.map(fieldsOf)) {
    const ranges = readRanges(entry.ranges);
    if (typeof ranges === 'string') return ranges;
    const versions = textsOf(entry.versions, most.versionsPerPackage, most.versionCharacters);
    if (versions === undefined) return `expected at most ${most.versionsPerPackage} versions as text, found otherwise.`;
    const severity = [
      ...readSeverity(entry.severity),
      ...readWord(entry.database_specific),
      ...readWord(entry.ecosystem_specific),
    ];
    const rest = { versions, severity };
    if (!isFields(entry.package)) {
      affected.push(...byRepository(entry, ranges).map((place) => ({ ...place, ...rest })));
      continue;
    }
    const ecosystem = textOf(entry.package.ecosystem, most.nameCharacters);
    const name = textOf(entry.package.name, most.nameCharacters);
    if (ecosystem === undefined || name === undefined || ecosystem.includes('|')) {
      return 'expected an affected package to have an ecosystem and a name, found otherwise.';
    }
    affected.push({ ecosystem, name, ranges, ...rest });
  }
  return affected;
}

/** Where only a repository is named, its ranges stand for a package of that name. */
function byRepository(
  entry: JsonFields,
  ranges: readonly AffectedRange[],
): Pick<AffectedPackage, 'ecosystem' | 'name' | 'ranges'>[] {
  const repositories = new Set<string>();
  for (const range of (listOf(entry.ranges, most.rangesPerPackage) ?? []).map(fieldsOf)) {
    const repo = textOf(range.repo, most.nameCharacters);
    if (repo !== undefined) repositories.add(repo);
  }
  return [...repositories].map((name) => ({ ecosystem: gitEcosystem, name, ranges }));
}

function readRanges(value: unknown): readonly AffectedRange[] | string {
  const list = listOf(value, most.rangesPerPackage);
  if (list === undefined) return `expected at most ${most.rangesPerPackage} ranges of a package, found more.`;
  const ranges: AffectedRange[] = [];
  for (const { type, events } of list.map(fieldsOf)) {
    // A type of a later schema cannot be evaluated; the listed versions still count.
    if (type !== 'SEMVER' && type !== 'ECOSYSTEM' && type !== 'GIT') continue;
    const read = readEvents(events);
    if (read === undefined)
      return `expected at most ${most.eventsPerRange} events of a range with versions, found otherwise.`;
    ranges.push({ type, events: read });
  }
  return ranges;
}

/** One event has one kind; where a record puts two into one object, they count in the order of this table. */
const wireKinds = { introduced: 'introduced', fixed: 'fixed', last_affected: 'lastAffected', limit: 'limit' } as const;

function readEvents(value: unknown): readonly RangeEvent[] | undefined {
  const list = listOf(value, most.eventsPerRange);
  if (list === undefined) return undefined;
  const events: RangeEvent[] = [];
  for (const entry of list.map(fieldsOf)) {
    for (const [wire, kind] of Object.entries(wireKinds)) {
      if (entry[wire] === undefined) continue;
      const version = textOf(entry[wire], most.versionCharacters);
      if (version === undefined) return undefined;
      events.push({ kind, version });
    }
  }
  return events;
}

function readSeverity(value: unknown): readonly SeverityScore[] {
  const scores: SeverityScore[] = [];
  for (const { type, score } of (listOf(value, most.scoresPerRecord) ?? []).map(fieldsOf)) {
    const text = textOf(score, most.versionCharacters);
    if (text === undefined) continue;
    if (type === 'CVSS_V2' || type === 'CVSS_V3' || type === 'CVSS_V4') scores.push({ type, score: text });
    if (type === 'Ubuntu' || type === 'word') scores.push({ type: 'word', score: text.toLowerCase() });
  }
  return scores;
}

/** Databases without scores say a word: `{"severity": "HIGH"}`. */
function readWord(value: unknown): readonly SeverityScore[] {
  const word = textOf(fieldsOf(value).severity, 32);
  return word === undefined || !/^[A-Za-z]+$/.test(word) ? [] : [{ type: 'word', score: word.toLowerCase() }];
}
