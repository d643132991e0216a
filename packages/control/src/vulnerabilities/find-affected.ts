import { judgeVex, readPurl } from '@fettle/gates';
import { type Digest, FettleError, type FleetId, type Release, type ReleaseId } from '@fettle/model';
import { demand, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import type { Reads } from '../ports.ts';
import { type BelievedData, believedData, setsOfAll } from './believed-data.ts';
import { purlName, wholeComponent } from './component-names.ts';
import type { ComponentVerdict, NamedSets, VulnerabilityKnowledge } from './vulnerability-lookup.ts';
import type { FoundComponent, KeptComponent, ReleaseFinding } from './vulnerability-store.ts';

/** A vulnerability by its id, or a component by its package URL, with or without a version. */
export type AffectedQuestion = { readonly vulnerability: string } | { readonly purl: string };

/** A component that is concerned, where it is in a release. */
export interface AffectedComponent {
  readonly artifact: Digest;
  readonly component: KeptComponent;
  /** Why; null where a component was asked for and not a vulnerability. */
  readonly why: ComponentVerdict | null;
  /** What VEX says: a status, `unknown` where authors disagree, `none`. */
  readonly vex: string;
  /** Nothing says that it does not matter. */
  readonly isOpen: boolean;
}

export interface AffectedRelease {
  readonly release: Release;
  readonly components: readonly AffectedComponent[];
  readonly isOpen: boolean;
}

export interface AffectedAnswer {
  readonly question: AffectedQuestion;
  /** Null where a component was asked for, or when no data name the vulnerability. */
  readonly knowledge: VulnerabilityKnowledge | null;
  readonly sets: NamedSets;
  /** Newest first within a fleet. */
  readonly releases: readonly AffectedRelease[];
}

/** Components in releases that one question may lead to: thousands of releases with thousands of components. */
const mostFound = 200_000;
const pageRows = 500;
/** Components that are judged at once: other questions get their turn between. */
const judgedAtOnce = 2_000;

/**
 * Which releases have a vulnerability or a component, from the components that are kept of them and the data sets that
 * count for each fleet. No SBOM is read.
 * @throws FettleError `invalid-input`, `too-large`
 */
export async function findAffected(
  scope: Scope,
  brain: Brain,
  { question, fleet }: { readonly question: AffectedQuestion; readonly fleet?: FleetId | undefined },
): Promise<AffectedAnswer> {
  demand(scope, 'fleet.read');
  const reads = brain.store.reads(scope);
  const views = await believedData(brain, reads, fleet);
  const sets = setsOfAll(views);
  const isAsked: BelievedData['has'] = (one) => fleet === undefined || one === fleet;
  if ('purl' in question) {
    const found = await componentsByPurl(brain, reads, question.purl);
    const judged = found.map((one) => ({ ...one, why: null }));
    return { question, knowledge: null, sets, releases: await byRelease(brain, reads, { judged, has: isAsked }) };
  }
  if (!brain.vulnerabilities) throw new FettleError('wrong-state', 'This server reads no vulnerability data.');
  const knowledge = (await brain.vulnerabilities.know(sets, question.vulnerability)) ?? null;
  if (!knowledge) return { question, knowledge, sets, releases: [] };
  const releases: AffectedRelease[] = [];
  for (const view of views) {
    const known = views.length === 1 ? knowledge : await brain.vulnerabilities.know(view.sets, question.vulnerability);
    if (known) releases.push(...(await releasesOfView(brain, reads, { view, name: question.vulnerability, known })));
  }
  return { question, knowledge, sets, releases: releases.sort(byFleetAndCounter) };
}

async function releasesOfView(
  brain: Brain,
  reads: Reads,
  { view, name, known }: { readonly view: BelievedData; readonly name: string; readonly known: VulnerabilityKnowledge },
): Promise<readonly AffectedRelease[]> {
  const found = await componentsByPackage(brain, reads, known.packages);
  const judged = await judgeFound(brain, found, { sets: view.sets, name });
  return byRelease(brain, reads, { judged, has: view.has, knowledge: known });
}

async function componentsByPackage(brain: Brain, reads: Reads, names: readonly string[]): Promise<FoundComponent[]> {
  const found = new Map<string, FoundComponent>();
  for (const name of names) {
    // Of two names of one component each leads to it.
    for (const one of await componentsNamed(brain, reads, name)) {
      found.set(`${one.release} ${one.artifact} ${JSON.stringify(one.component)}`, one);
    }
  }
  return [...found.values()];
}

async function componentsByPurl(brain: Brain, reads: Reads, purl: string): Promise<FoundComponent[]> {
  const [name, wanted] = [purlName(purl), readPurl(purl)];
  if (name === undefined || wanted === undefined) {
    throw new FettleError('invalid-input', `Expected a package URL such as pkg:deb/debian/openssl, found "${purl}".`);
  }
  const { version = '', qualifiers = {} } = wanted;
  return (await componentsNamed(brain, reads, name)).filter(({ component }) => {
    const own = readPurl(component.purl);
    const hasAll = Object.entries(qualifiers).every(([key, value]) => own?.qualifiers?.[key] === value);
    return hasAll && (version === '' || version === (own?.version ?? component.version));
  });
}

async function componentsNamed(brain: Brain, reads: Reads, name: string): Promise<FoundComponent[]> {
  const found: FoundComponent[] = [];
  for (let after: string | undefined; ; ) {
    const { items, next } = await reads.componentsNamed(name, { after, limit: pageRows });
    found.push(...items);
    if (next === null) return found;
    if (found.length > mostFound) {
      throw new FettleError('too-large', `More than ${mostFound} components fit: ask for one version, or one fleet.`);
    }
    after = next;
    await brain.clock.turn();
  }
}

type Judged = FoundComponent & { readonly why: ComponentVerdict | null };

/** Judges each different component once: most releases share most of theirs. */
async function judgeFound(
  brain: Brain,
  found: readonly FoundComponent[],
  { sets, name }: { readonly sets: NamedSets; readonly name: string },
): Promise<Judged[]> {
  const different = new Map<string, KeptComponent>();
  for (const { component } of found) different.set(identityOf(component), component);
  const verdicts = new Map<string, ComponentVerdict | null>();
  const all = [...different];
  for (let from = 0; from < all.length; from += judgedAtOnce) {
    const part = all.slice(from, from + judgedAtOnce);
    const judged = await brain.vulnerabilities?.judge(
      sets,
      name,
      part.map(([, component]) => component),
    );
    for (const [index, [identity]] of part.entries()) verdicts.set(identity, judged?.[index] ?? null);
  }
  return found.flatMap((one) => {
    const why = verdicts.get(identityOf(one.component));
    return why ? [{ ...one, why }] : [];
  });
}

/** All that data sets look at. */
function identityOf({ purl, name, version, source, ecosystem }: KeptComponent): string {
  return JSON.stringify([purl, name, version, source, ecosystem]);
}

interface ToGroup {
  readonly judged: readonly Judged[];
  readonly has: BelievedData['has'];
  readonly knowledge?: VulnerabilityKnowledge;
}

async function byRelease(
  brain: Brain,
  reads: Reads,
  { judged, has, knowledge }: ToGroup,
): Promise<readonly AffectedRelease[]> {
  const groups = new Map<ReleaseId, Judged[]>();
  for (const one of judged) {
    const group = groups.get(one.release);
    if (group) group.push(one);
    else groups.set(one.release, [one]);
  }
  const noted = await notedFindings(reads, knowledge);
  const found: AffectedRelease[] = [];
  for (const [id, group] of groups) {
    const release = await reads.release(id);
    if (!release || !has(release.fleet)) continue;
    const components = group.map((one) => withVex(release, one, { knowledge, noted, now: brain.clock.now() }));
    found.push({ release, components, isOpen: components.some(({ isOpen }) => isOpen) });
    if (found.length % 50 === 0) await brain.clock.turn();
  }
  return found.sort(byFleetAndCounter);
}

function byFleetAndCounter({ release: a }: AffectedRelease, { release: b }: AffectedRelease): number {
  if (a.fleet === b.fleet) return b.counter - a.counter;
  return a.fleet < b.fleet ? -1 : 1;
}

type NotedFindings = ReadonlyMap<string, ReleaseFinding>;

async function notedFindings(reads: Reads, knowledge: VulnerabilityKnowledge | undefined): Promise<NotedFindings> {
  const noted = new Map<string, ReleaseFinding>();
  for (const name of knowledge?.names ?? []) {
    for (const one of await reads.findingsOfVulnerability(name, mostFound)) {
      noted.set(`${one.release} ${one.artifact} ${one.component}`, one);
    }
  }
  return noted;
}

/** The gate's own word where it has looked: it has seen the documents that came with the release too. */
function withVex(
  release: Release,
  { release: id, artifact, component, why }: Judged,
  { knowledge, noted, now }: { knowledge: VulnerabilityKnowledge | undefined; noted: NotedFindings; now: number },
): AffectedComponent {
  const about = { artifact, component, why };
  if (!knowledge) return { ...about, vex: 'none', isOpen: true };
  const known = noted.get(`${id} ${artifact} ${component.purl}`);
  if (known) return { ...about, vex: known.vex, isOpen: known.isOpen };
  const names = new Set(knowledge.names);
  const { fleet, version } = release;
  const said = release.artifacts
    .filter(({ digest }) => digest === artifact)
    .map(({ digest, sizeBytes, deviceType, component: part }) => {
      const candidate = { digest, sizeBytes, deviceType, component: part, fleet, version };
      return judgeVex(knowledge.statements, { names, component: wholeComponent(component), candidate, now }).status;
    });
  const closing = (status: string | null) => status === 'not_affected' || status === 'fixed';
  const open = said.find((status) => !closing(status));
  const isOpen = said.length === 0 || open !== undefined;
  return { ...about, vex: (isOpen ? open : said[0]) ?? 'none', isOpen };
}
