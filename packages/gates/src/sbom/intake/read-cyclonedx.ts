import type { ComponentEvidence, ComponentType, SoftwareComponent } from '../component.ts';
import { simpleComponent } from '../inventory/find.ts';
import { readPurl, writePurl } from '../inventory/purl.ts';
import { purlEcosystem } from '../inventory/purl-ecosystem.ts';
import { plainText, sbomLimits } from '../sbom-limits.ts';
import { type JsonObject, objectOf, objectsOf, textOf } from './json-value.ts';
import type { SuppliedSbom } from './supplied-sbom.ts';

/** Takes the components out of a CycloneDX document of 1.4 to 1.7, nested ones too. */
export function readCyclonedx(document: JsonObject, evidence: ComponentEvidence): SuppliedSbom {
  const listed = flatten(document);
  const purlOf = new Map<string, string>();
  const components = listed.map((entry) => {
    const component = toComponent(entry, evidence);
    const ref = textOf(entry['bom-ref']);
    if (ref !== undefined) purlOf.set(ref, component.purl);
    return component;
  });
  const needs = new Map<string, string[]>();
  for (const { ref, dependsOn } of objectsOf(document.dependencies)) {
    const purl = typeof ref === 'string' ? purlOf.get(plainText(ref)) : undefined;
    const refs = Array.isArray(dependsOn) ? dependsOn : [];
    const purls = refs.map((needed) => (typeof needed === 'string' ? purlOf.get(plainText(needed)) : undefined));
    if (purl !== undefined) needs.set(purl, [...new Set(purls.filter((needed) => needed !== undefined))]);
  }
  const metadata = objectOf(document.metadata);
  return {
    format: 'cyclonedx',
    specVersion: textOf(document.specVersion) ?? '',
    components: components.map((component) => ({ ...component, dependsOn: needs.get(component.purl) ?? [] })),
    authors: authorsOf(metadata),
    timestamp: textOf(metadata.timestamp),
    hasDependencies: objectsOf(document.dependencies).length > 0,
  };
}

function flatten(document: JsonObject): JsonObject[] {
  const found: JsonObject[] = [];
  const waiting = objectsOf(document.components).reverse();
  for (let entry = waiting.pop(); entry && found.length <= sbomLimits.components; entry = waiting.pop()) {
    found.push(entry);
    waiting.push(...objectsOf(entry.components).reverse());
  }
  return found;
}

const types: Readonly<Record<string, ComponentType>> = {
  'operating-system': 'operating-system',
  platform: 'operating-system',
  application: 'application',
  container: 'application',
  firmware: 'firmware',
  'device-driver': 'firmware',
  file: 'file',
};

function toComponent(entry: JsonObject, evidence: ComponentEvidence): SoftwareComponent {
  const [name, version] = [textOf(entry.name) ?? 'unnamed', textOf(entry.version) ?? ''];
  const given = textOf(entry.purl);
  const parts = given === undefined ? undefined : readPurl(given);
  const group = textOf(entry.group);
  return simpleComponent({
    type: types[textOf(entry.type) ?? ''] ?? 'library',
    name: nameOf({ name, group, type: parts?.type }),
    version,
    purl: parts && given !== undefined ? given : writePurl({ type: 'generic', namespace: group, name, version }),
    cpe: textOf(entry.cpe),
    architecture: parts?.qualifiers?.arch,
    supplier: textOf(objectOf(entry.supplier).name) ?? textOf(entry.publisher) ?? textOf(entry.author),
    licence: licenceOf(entry.licenses),
    hashes: hashesOf(entry.hashes),
    ecosystem: parts ? purlEcosystem(parts) : null,
    evidence: [evidence],
  });
}

/** Ecosystems whose names have a scope or a path write it as part of the name. */
function nameOf({ name, group, type }: { name: string; group: string | undefined; type: string | undefined }): string {
  const isScoped = group !== undefined && (type === 'npm' || type === 'golang' || type === 'composer');
  if (isScoped) return `${group}/${name}`;
  return group !== undefined && type === 'maven' ? `${group}:${name}` : name;
}

function licenceOf(value: unknown): string | undefined {
  const names = objectsOf(value).map((choice) => {
    const licence = objectOf(choice.license);
    return textOf(choice.expression) ?? textOf(licence.id) ?? textOf(licence.name);
  });
  const known = names.filter((name) => name !== undefined);
  return known.length === 0 ? undefined : plainText(known.join(' AND '));
}

function hashesOf(value: unknown): Record<string, string> {
  const pairs = objectsOf(value).map(({ alg, content }) => [textOf(alg), textOf(content)]);
  const known = pairs.filter((pair): pair is [string, string] => pair[0] !== undefined && pair[1] !== undefined);
  return Object.fromEntries(
    known.slice(0, 16).map(([name, hex]) => [name.toLowerCase().replace(/^sha-(?=\d+$)/, 'sha'), hex.toLowerCase()]),
  );
}

function authorsOf(metadata: JsonObject): string[] {
  const tools = Array.isArray(metadata.tools) ? metadata.tools : objectOf(metadata.tools).components;
  const people = [...objectsOf(metadata.authors), objectOf(metadata.supplier), objectOf(metadata.manufacturer)];
  const names = [...people, ...objectsOf(tools)].map(({ name }) => textOf(name));
  return names.filter((name) => name !== undefined).slice(0, 100);
}
