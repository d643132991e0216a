import { fieldsOf, instantOf, type JsonFields, listOf, proseOf, textOf } from '../reading/fields.ts';
import { vulnerabilityLimits as most } from '../vulnerability-limits.ts';
import { StatementList } from './statement-list.ts';
import { cycloneDxJustifications, cycloneDxStates, translate } from './terms.ts';
import { exactVersion, type VexAdoption, type VexContents, type VexProduct, type VexStatus } from './vex-statement.ts';

/** @source CycloneDX 1.6, `vulnerabilities[].analysis` */
export function readCycloneDx(document: JsonFields, adoption: VexAdoption): VexContents {
  const list = new StatementList(textOf(document.serialNumber, most.nameCharacters) ?? 'cyclonedx', adoption);
  const metadata = fieldsOf(document.metadata);
  const statedAt = instantOf(metadata.timestamp);
  const purls = purlsByReference(document);
  for (const entry of (listOf(document.vulnerabilities, most.statements) ?? []).map(fieldsOf)) {
    const analysis = fieldsOf(entry.analysis);
    // Without an analysis it is a finding of somebody else, not a statement.
    if (analysis.state === undefined) continue;
    const status = translate(cycloneDxStates, analysis.state);
    const time =
      instantOf(analysis.lastUpdated) ?? instantOf(analysis.firstIssued) ?? instantOf(entry.updated) ?? statedAt;
    if (status === undefined || time === null) {
      list.refuse(`An analysis has the state "${proseOf(analysis.state, 40)}", or no time.`);
      continue;
    }
    list.add({
      vulnerabilities: namesOf(entry),
      products: (listOf(entry.affects, most.productsPerStatement) ?? []).flatMap((one) =>
        productsOf(fieldsOf(one), { purls, status }),
      ),
      status,
      justification: translate(cycloneDxJustifications, analysis.justification) ?? null,
      foreign: [analysis.state, analysis.justification]
        .map((word) => proseOf(word, 40))
        .filter(Boolean)
        .join(' '),
      reason:
        proseOf(analysis.detail, most.reasonCharacters) ||
        (status === 'affected' ? proseOf(entry.recommendation, most.reasonCharacters) : ''),
      author: authorOf(metadata),
      statedAt: time,
    });
  }
  return { statements: list.statements, problems: list.problems, publishedAt: statedAt };
}

function namesOf(entry: JsonFields): readonly string[] {
  const references = (listOf(entry.references, most.namesPerRecord) ?? []).map((one) => fieldsOf(one).id);
  return [...new Set([entry.id, ...references].flatMap((name) => textOf(name, most.idCharacters) ?? []))];
}

function authorOf(metadata: JsonFields): string {
  const [first] = listOf(metadata.authors, most.statements) ?? [];
  const names = [first, metadata.manufacturer, metadata.manufacture, metadata.supplier].map(
    (one) => fieldsOf(one).name,
  );
  return names.map((name) => proseOf(name, most.nameCharacters)).find(Boolean) ?? '';
}

interface NamedProduct {
  readonly purl: string;
  readonly versions: string;
}

interface Context {
  readonly purls: ReadonlyMap<string, NamedProduct>;
  readonly status: VexStatus;
}

/** A reference is of this document, a link into another one that ends in a reference, or a purl itself. */
function productsOf(affects: JsonFields, { purls, status }: Context): readonly VexProduct[] {
  const reference = textOf(affects.ref, most.nameCharacters) ?? '';
  const tail = reference.startsWith('urn:cdx:') ? decode(reference.slice(reference.indexOf('#') + 1)) : reference;
  const named = purls.get(reference) ?? purls.get(tail) ?? { purl: tail.startsWith('pkg:') ? tail : '', versions: '' };
  const product = { ...named, hashes: [], parts: [] };
  const versions = listOf(affects.versions, most.productsPerStatement) ?? [];
  if (named.purl === '' || versions.length === 0) return [product];
  const isClean = status === 'not_affected' || status === 'fixed';
  return versions.map(fieldsOf).flatMap((entry) => {
    // An entry that contradicts the state of the analysis says nothing that could be relied on.
    if (entry.status !== undefined && entry.status !== (isClean ? 'unaffected' : 'affected')) return [];
    const range = textOf(entry.range, most.nameCharacters);
    const version = textOf(entry.version, most.versionCharacters);
    if (range !== undefined) return [{ ...product, versions: range }];
    return version === undefined ? [] : [{ ...product, versions: exactVersion(version) }];
  });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const mostComponents = 200_000;

function purlsByReference(document: JsonFields): ReadonlyMap<string, NamedProduct> {
  const purls = new Map<string, NamedProduct>();
  const waiting: unknown[] = [
    fieldsOf(document.metadata).component,
    ...(listOf(document.components, mostComponents) ?? []),
  ];
  for (let value = waiting.pop(); value !== undefined && purls.size < mostComponents; value = waiting.pop()) {
    const component = fieldsOf(value);
    const reference = textOf(component['bom-ref'], most.nameCharacters);
    const purl = textOf(component.purl, most.nameCharacters);
    const version = textOf(component.version, most.versionCharacters);
    if (reference !== undefined && purl !== undefined) {
      const isOpen = version !== undefined && !purl.includes('@');
      purls.set(reference, { purl, versions: isOpen ? exactVersion(version) : '' });
    }
    for (const part of listOf(component.components, mostComponents) ?? []) waiting.push(part);
  }
  return purls;
}
