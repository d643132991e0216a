import { createHash } from 'node:crypto';
import type { ComponentType, SoftwareComponent } from '../component.ts';
import { candidatePurl, type DocumentFacts } from './document-facts.ts';
import { isLicenceExpression } from './licences.ts';

/**
 * Writes an SPDX 2.3 document in JSON: sorted, so that the same facts give the same bytes.
 * @source SPDX 2.3 §6, §7, §10, §11
 */
export function writeSpdx(facts: DocumentFacts): Uint8Array {
  const { candidate, inventory } = facts;
  const texts = new LicenceTexts();
  const ids = new Map(inventory.components.map(({ purl, name }) => [purl, packageId(name, purl)]));
  const packages = inventory.components.map((component) => toPackage(component, texts));
  const document = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `${candidate.fleet}-${candidate.version}`,
    documentNamespace: `urn:uuid:${facts.serialNumber}`,
    creationInfo: {
      created: `${new Date(facts.timestamp).toISOString().slice(0, 19)}Z`,
      creators: [`Organization: ${facts.supplier}`, `Tool: fettle-${facts.toolVersion}`],
    },
    packages: [firmwarePackage(facts), ...packages],
    ...(texts.used.length === 0 ? {} : { hasExtractedLicensingInfos: texts.used }),
    relationships: relationshipsOf(inventory.components, ids),
  };
  return Buffer.from(`${JSON.stringify(document)}\n`);
}

const firmwareId = 'SPDXRef-Firmware';

function firmwarePackage({ candidate, supplier }: DocumentFacts): object {
  return {
    SPDXID: firmwareId,
    name: candidate.fleet,
    versionInfo: candidate.version,
    supplier: `Organization: ${supplier}`,
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    checksums: [{ algorithm: 'SHA256', checksumValue: candidate.digest }],
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: 'NOASSERTION',
    copyrightText: 'NOASSERTION',
    comment: `Device type ${candidate.deviceType}, component ${candidate.component}.`,
    externalRefs: [purlRef(candidatePurl(candidate))],
    primaryPackagePurpose: 'FIRMWARE',
  };
}

/** Letters, digits, dots and dashes only; the purl makes it unique. @source §7.2 */
function packageId(name: string, purl: string): string {
  const digest = createHash('sha256').update(purl).digest('hex').slice(0, 16);
  return `SPDXRef-${name.replace(/[^A-Za-z0-9.-]/g, '-').slice(0, 64)}-${digest}`;
}

/** The schemas of 2.3 and of 2.3.1 spell an operating system differently: neither has to refuse the document for it. */
const purposes: Readonly<Record<ComponentType, string | undefined>> = {
  'operating-system': undefined,
  library: 'LIBRARY',
  application: 'APPLICATION',
  firmware: 'FIRMWARE',
  file: 'FILE',
};

function toPackage(component: SoftwareComponent, texts: LicenceTexts): object {
  const { type, name, version, purl, cpe, supplier, licence, evidence, source } = component;
  const checksums = checksumsOf(component);
  const places = evidence.map(({ method, place }) => (place === '' ? method : `${method}: ${place}`));
  return {
    SPDXID: packageId(name, purl),
    name,
    ...(version === '' ? {} : { versionInfo: version }),
    ...(supplier === undefined ? {} : { supplier: `Organization: ${supplier}` }),
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    ...(checksums.length === 0 ? {} : { checksums }),
    sourceInfo: source === undefined ? undefined : `built from source package ${source.name} ${source.version}`,
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: licence === undefined ? 'NOASSERTION' : texts.expressionFor(licence),
    copyrightText: 'NOASSERTION',
    comment: `Found by ${places.join('; ')}`,
    externalRefs: [purlRef(purl), ...(cpe === undefined ? [] : [cpeRef(cpe)])],
    primaryPackagePurpose: purposes[type],
  };
}

function purlRef(purl: string): object {
  return { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl };
}

function cpeRef(cpe: string): object {
  const referenceType = cpe.startsWith('cpe:2.3:') ? 'cpe23Type' : 'cpe22Type';
  return { referenceCategory: 'SECURITY', referenceType, referenceLocator: cpe };
}

const algorithms: Readonly<Record<string, string>> = {
  md5: 'MD5',
  sha1: 'SHA1',
  sha256: 'SHA256',
  sha384: 'SHA384',
  sha512: 'SHA512',
};

const isHex = /^[0-9a-fA-F]+$/;

function checksumsOf({ hashes }: SoftwareComponent): object[] {
  return Object.entries(hashes).flatMap(([name, checksumValue]) => {
    const algorithm = algorithms[name];
    return algorithm === undefined || !isHex.test(checksumValue) ? [] : [{ algorithm, checksumValue }];
  });
}

function relationshipsOf(components: readonly SoftwareComponent[], ids: ReadonlyMap<string, string>): object[] {
  const relation = (spdxElementId: string, relationshipType: string, relatedSpdxElement: string) => {
    return { spdxElementId, relationshipType, relatedSpdxElement };
  };
  const contains = [...ids.values()].map((id) => relation(firmwareId, 'CONTAINS', id));
  const needs = components.flatMap(({ purl, dependsOn }) =>
    dependsOn.flatMap((needed) => {
      const [from, to] = [ids.get(purl), ids.get(needed)];
      return from === undefined || to === undefined ? [] : [relation(from, 'DEPENDS_ON', to)];
    }),
  );
  return [relation('SPDXRef-DOCUMENT', 'DESCRIBES', firmwareId), ...contains, ...needs];
}

/** Licences that are no SPDX expression, as texts of the document's own. @source §10 */
class LicenceTexts {
  readonly #used = new Map<string, { licenseId: string; extractedText: string; name: string }>();

  get used(): readonly object[] {
    return [...this.#used.values()].sort((a, b) => (a.licenseId < b.licenseId ? -1 : 1));
  }

  expressionFor(licence: string): string {
    if (isLicenceExpression(licence)) return licence;
    const digest = createHash('sha256').update(licence).digest('hex').slice(0, 12);
    const licenseId = `LicenseRef-${licence.replace(/[^A-Za-z0-9.-]/g, '-').slice(0, 40)}-${digest}`;
    this.#used.set(licenseId, { licenseId, extractedText: licence, name: licence });
    return licenseId;
  }
}
