import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import type { ComponentEvidence, ComponentType, EvidenceMethod, SoftwareComponent } from '../component.ts';
import { candidatePurl, type DocumentFacts } from './document-facts.ts';
import { isLicenceExpression } from './licences.ts';

/** Which CycloneDX versions are written. */
export type WrittenCyclonedx = '1.6' | '1.7';

/**
 * Writes a CycloneDX document in JSON: sorted, so that the same facts give the same bytes.
 * Memory: some 5 kB a component. @source CycloneDX 1.6, 1.7
 */
export function writeCyclonedx(facts: DocumentFacts, version: WrittenCyclonedx): Uint8Array {
  const spec = version === '1.6' ? Spec.Spec1dot6 : Spec.Spec1dot7;
  const normalised = new Serialize.JSON.Normalize.Factory(spec)
    .makeForBom()
    .normalize(toBom(facts), { sortLists: true });
  const document: Record<string, unknown> = { ...normalised };
  const evidence = new Map(facts.inventory.components.map((component) => [component.purl, evidenceOf(component)]));
  document.components = (normalised.components ?? []).map((entry) => ({
    ...entry,
    evidence: evidence.get(String(entry['bom-ref'])),
  }));
  document.compositions = [{ aggregate: facts.completeness, assemblies: [candidatePurl(facts.candidate)] }];
  return Buffer.from(`${JSON.stringify(document)}\n`);
}

function toBom(facts: DocumentFacts): Models.Bom {
  const bom = new Models.Bom({ serialNumber: `urn:uuid:${facts.serialNumber}` });
  const firmware = firmwareComponent(facts);
  bom.metadata.timestamp = new Date(facts.timestamp);
  bom.metadata.component = firmware;
  bom.metadata.supplier = new Models.OrganizationalEntity({ name: facts.supplier });
  bom.metadata.authors.add(new Models.OrganizationalContact({ name: facts.supplier }));
  const tool = new Models.Component(Enums.ComponentType.Application, 'fettle', { version: facts.toolVersion });
  bom.metadata.tools.components.add(tool);
  const made = new Map(facts.inventory.components.map((component) => [component.purl, toComponent(component)]));
  for (const component of facts.inventory.components) {
    const model = made.get(component.purl);
    if (!model) continue;
    bom.components.add(model);
    firmware.dependencies.add(model.bomRef);
    for (const purl of component.dependsOn) {
      const needed = made.get(purl);
      if (needed) model.dependencies.add(needed.bomRef);
    }
  }
  return bom;
}

function firmwareComponent({ candidate, supplier }: DocumentFacts): Models.Component {
  const purl = candidatePurl(candidate);
  return new Models.Component(Enums.ComponentType.Firmware, candidate.fleet, {
    bomRef: purl,
    purl,
    version: candidate.version,
    supplier: new Models.OrganizationalEntity({ name: supplier }),
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], candidate.digest]]),
    properties: new Models.PropertyRepository([
      new Models.Property('fettle:device-type', candidate.deviceType),
      new Models.Property('fettle:component', candidate.component),
    ]),
  });
}

const types: Readonly<Record<ComponentType, Enums.ComponentType>> = {
  'operating-system': Enums.ComponentType.OperatingSystem,
  library: Enums.ComponentType.Library,
  application: Enums.ComponentType.Application,
  firmware: Enums.ComponentType.Firmware,
  file: Enums.ComponentType.File,
};

function toComponent(component: SoftwareComponent): Models.Component {
  const { type, name, version, purl, supplier, licence } = component;
  const model = new Models.Component(types[type], name, { bomRef: purl, purl, version: version || undefined });
  if (component.cpe !== undefined && isCpe(component.cpe)) model.cpe = component.cpe;
  if (supplier !== undefined) model.supplier = new Models.OrganizationalEntity({ name: supplier });
  if (licence !== undefined) model.licenses.add(toLicence(licence));
  for (const [algorithm, hex] of Object.entries(component.hashes)) {
    const known = hashAlgorithms[algorithm];
    if (known !== undefined && hex.length === known.digits && /^[0-9a-f]+$/.test(hex))
      model.hashes.set(known.name, hex);
  }
  for (const property of propertiesOf(component)) model.properties.add(property);
  return model;
}

function isCpe(text: string): boolean {
  return text.startsWith('cpe:2.3:') && text.split(/(?<!\\):/).length === 13;
}

function toLicence(text: string): Models.License {
  return isLicenceExpression(text) ? new Models.LicenseExpression(text) : new Models.NamedLicense(text);
}

const hashAlgorithms: Readonly<Record<string, { readonly name: Enums.HashAlgorithm; readonly digits: number }>> = {
  md5: { name: Enums.HashAlgorithm.MD5, digits: 32 },
  sha1: { name: Enums.HashAlgorithm['SHA-1'], digits: 40 },
  sha256: { name: Enums.HashAlgorithm['SHA-256'], digits: 64 },
  sha384: { name: Enums.HashAlgorithm['SHA-384'], digits: 96 },
  sha512: { name: Enums.HashAlgorithm['SHA-512'], digits: 128 },
};

function propertiesOf({ architecture, source, ecosystem, hashes }: SoftwareComponent): Models.Property[] {
  const pairs: readonly (readonly [string, string | null | undefined])[] = [
    ['fettle:architecture', architecture],
    ['fettle:build-id', hashes['build-id']],
    ['fettle:ecosystem', ecosystem],
    ['fettle:source-name', source?.name],
    ['fettle:source-version', source?.version],
  ];
  return pairs.flatMap(([name, value]) => (value ? [new Models.Property(name, value)] : []));
}

const techniques: Readonly<Record<EvidenceMethod, string>> = {
  manifest: 'manifest-analysis',
  'package-database': 'manifest-analysis',
  supplied: 'attestation',
  note: 'binary-analysis',
  'build-info': 'binary-analysis',
  string: 'binary-analysis',
};

/** How a component was found, and where. The library's model has no place for it. @source CycloneDX 1.6, component.evidence */
function evidenceOf({ purl, evidence }: SoftwareComponent): object {
  const methods = evidence.map(({ method, confidence }) => ({
    technique: techniques[method],
    confidence,
    value: method,
  }));
  const confidence = Math.max(0, ...evidence.map((one: ComponentEvidence) => one.confidence));
  const places = [...new Set(evidence.map(({ place }) => place))].filter((place) => place !== '');
  return {
    identity: [{ field: 'purl', confidence, concludedValue: purl, methods }],
    ...(places.length === 0 ? {} : { occurrences: places.map((location) => ({ location })) }),
  };
}
