import type { ComponentEvidence, ComponentType, SoftwareComponent } from '../component.ts';
import { simpleComponent } from '../inventory/find.ts';
import { readPurl, writePurl } from '../inventory/purl.ts';
import { purlEcosystem } from '../inventory/purl-ecosystem.ts';
import { sbomLimits } from '../sbom-limits.ts';
import { type JsonObject, objectOf, objectsOf, textOf } from './json-value.ts';
import type { SuppliedSbom } from './supplied-sbom.ts';

/** Takes the packages out of an SPDX 2.3 document; those that the document is about are not parts of it. */
export function readSpdx(document: JsonObject, evidence: ComponentEvidence): SuppliedSbom {
  const relations = objectsOf(document.relationships);
  const packages = objectsOf(document.packages).slice(0, sbomLimits.components + 2);
  const described = describedIds(document, relations);
  // A document that describes every package by itself has no package that stands for the whole.
  const whole = described.size < packages.length ? described : new Set<string>();
  const purlOf = new Map<string, string>();
  const components: SoftwareComponent[] = [];
  for (const entry of packages) {
    const id = textOf(entry.SPDXID) ?? '';
    if (whole.has(id)) continue;
    const component = toComponent(entry, evidence);
    components.push(component);
    purlOf.set(id, component.purl);
  }
  const needs = dependencies(relations, purlOf);
  const creation = objectOf(document.creationInfo);
  const creators = Array.isArray(creation.creators) ? creation.creators : [];
  return {
    format: 'spdx',
    specVersion: (textOf(document.spdxVersion) ?? '').replace('SPDX-', ''),
    components: components.map((component) => ({ ...component, dependsOn: [...(needs.get(component.purl) ?? [])] })),
    authors: creators
      .map(textOf)
      .filter((creator) => creator !== undefined)
      .slice(0, 100),
    timestamp: textOf(creation.created),
    hasDependencies: relations.some(({ relationshipType }) => relationshipType !== 'DESCRIBES'),
  };
}

function describedIds(document: JsonObject, relations: readonly JsonObject[]): Set<string> {
  const listed = Array.isArray(document.documentDescribes) ? document.documentDescribes : [];
  const related = relations
    .filter(
      ({ relationshipType, spdxElementId }) => relationshipType === 'DESCRIBES' && spdxElementId === 'SPDXRef-DOCUMENT',
    )
    .map(({ relatedSpdxElement }) => relatedSpdxElement);
  return new Set([...listed, ...related].map(textOf).filter((id) => id !== undefined));
}

const types: Readonly<Record<string, ComponentType>> = {
  'OPERATING-SYSTEM': 'operating-system',
  OPERATING_SYSTEM: 'operating-system',
  APPLICATION: 'application',
  CONTAINER: 'application',
  FIRMWARE: 'firmware',
  FILE: 'file',
};

function toComponent(entry: JsonObject, evidence: ComponentEvidence): SoftwareComponent {
  const [name, version] = [textOf(entry.name) ?? 'unnamed', textOf(entry.versionInfo) ?? ''];
  const refs = objectsOf(entry.externalRefs);
  const locator = (kinds: readonly string[]) =>
    textOf(refs.find(({ referenceType }) => kinds.includes(String(referenceType)))?.referenceLocator);
  const given = locator(['purl']);
  const parts = given === undefined ? undefined : readPurl(given);
  return simpleComponent({
    type: types[textOf(entry.primaryPackagePurpose) ?? ''] ?? 'library',
    name,
    version,
    purl: parts && given !== undefined ? given : writePurl({ type: 'generic', name, version }),
    cpe: locator(['cpe23Type', 'cpe22Type']),
    architecture: parts?.qualifiers?.arch,
    supplier: statedText(entry.supplier)?.replace(/^(Organization|Person): /, ''),
    licence: statedText(entry.licenseDeclared) ?? statedText(entry.licenseConcluded),
    hashes: hashesOf(entry.checksums),
    ecosystem: parts ? purlEcosystem(parts) : null,
    evidence: [evidence],
  });
}

function statedText(value: unknown): string | undefined {
  const found = textOf(value);
  return found === 'NOASSERTION' || found === 'NONE' ? undefined : found;
}

function hashesOf(value: unknown): Record<string, string> {
  const pairs = objectsOf(value).map(({ algorithm, checksumValue }) => [textOf(algorithm), textOf(checksumValue)]);
  const known = pairs.filter((pair): pair is [string, string] => pair[0] !== undefined && pair[1] !== undefined);
  return Object.fromEntries(known.slice(0, 16).map(([name, hex]) => [name.toLowerCase(), hex.toLowerCase()]));
}

function dependencies(relations: readonly JsonObject[], purlOf: ReadonlyMap<string, string>): Map<string, Set<string>> {
  const needs = new Map<string, Set<string>>();
  for (const { spdxElementId, relatedSpdxElement, relationshipType } of relations) {
    const [left, right] = [purlOf.get(textOf(spdxElementId) ?? ''), purlOf.get(textOf(relatedSpdxElement) ?? '')];
    const isReverse = relationshipType === 'DEPENDENCY_OF' || relationshipType === 'RUNTIME_DEPENDENCY_OF';
    if (relationshipType !== 'DEPENDS_ON' && !isReverse) continue;
    const [from, to] = isReverse ? [right, left] : [left, right];
    if (from === undefined || to === undefined) continue;
    needs.set(from, (needs.get(from) ?? new Set()).add(to));
  }
  return needs;
}
