import { type ComponentEvidence, evidenceMethods, type SoftwareComponent } from '../component.ts';
import { sbomLimits } from '../sbom-limits.ts';

/** Components by purl, each once and at most as many as an inventory may have; what is told better wins field by field. */
export class ComponentTable {
  readonly #byPurl = new Map<string, SoftwareComponent>();

  add(component: SoftwareComponent): void {
    const known = this.#byPurl.get(component.purl);
    if (known) this.#byPurl.set(component.purl, mergeComponents(known, component));
    else if (this.#byPurl.size < sbomLimits.components) this.#byPurl.set(component.purl, component);
  }

  /** By purl, in the order of code units. */
  sorted(): SoftwareComponent[] {
    return [...this.#byPurl.values()].sort((a, b) => compareText(a.purl, b.purl));
  }
}

/** Two tellings of one purl: the one with the better evidence is asked first for every field. */
export function mergeComponents(a: SoftwareComponent, b: SoftwareComponent): SoftwareComponent {
  const [better, other] = weightOf(a) <= weightOf(b) ? [a, b] : [b, a];
  return {
    ...better,
    version: better.version || other.version,
    cpe: better.cpe ?? other.cpe,
    architecture: better.architecture ?? other.architecture,
    source: better.source ?? other.source,
    supplier: better.supplier ?? other.supplier,
    licence: better.licence ?? other.licence,
    hashes: { ...other.hashes, ...better.hashes },
    ecosystem: better.ecosystem ?? other.ecosystem,
    evidence: mergeEvidence(a.evidence, b.evidence),
    dependsOn: [...new Set([...a.dependsOn, ...b.dependsOn])].sort(compareText),
  };
}

// A package database is what the device itself goes by; a manifest is told by a build.
const weights: readonly string[] = ['package-database', 'manifest', 'supplied', 'build-info', 'note', 'string'];

function weightOf(component: SoftwareComponent): number {
  return Math.min(weights.length, ...component.evidence.map(({ method }) => weights.indexOf(method)));
}

function mergeEvidence(a: readonly ComponentEvidence[], b: readonly ComponentEvidence[]): ComponentEvidence[] {
  const byPlace = new Map([...a, ...b].map((evidence) => [`${evidence.method} ${evidence.place}`, evidence]));
  return [...byPlace.values()].sort(compareEvidence).slice(0, sbomLimits.evidence);
}

function compareEvidence(a: ComponentEvidence, b: ComponentEvidence): number {
  return evidenceMethods.indexOf(a.method) - evidenceMethods.indexOf(b.method) || compareText(a.place, b.place);
}

/** By code units, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
