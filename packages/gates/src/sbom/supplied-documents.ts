import { createHash } from 'node:crypto';
import type { Finding } from '@fettle/model';
import { makeFinding } from '../core/findings.ts';
import type { GateDocument, GateInput } from '../core/gate.ts';
import type { SoftwareComponent, SoftwareInventory } from './component.ts';
import { compareInventories, type InventoryDifference } from './intake/compare-inventories.ts';
import { mergeInventories } from './intake/merge-inventories.ts';
import { readSbom } from './intake/read-sbom.ts';
import type { SuppliedSbom } from './intake/supplied-sbom.ts';

/** An SBOM that came with the release, as it is. */
export interface SuppliedDocument {
  /** A file's name, for people. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What the supplied SBOMs say, and how it differs from what was found. */
export interface SuppliedJudgement {
  readonly valid: readonly SuppliedSbom[];
  readonly invalid: number;
  readonly difference: InventoryDifference;
  /** What was found and what was supplied, together. */
  readonly inventory: SoftwareInventory;
  readonly findings: readonly Finding[];
  readonly inputs: readonly GateInput[];
  /** The exact bytes of the valid ones. */
  readonly documents: readonly GateDocument[];
}

/** Reads every supplied SBOM and compares all of them together with what was found. */
export async function judgeSupplied(
  supplied: readonly SuppliedDocument[],
  found: SoftwareInventory,
): Promise<SuppliedJudgement> {
  const valid: SuppliedSbom[] = [];
  const findings: Finding[] = [];
  const inputs: GateInput[] = [];
  const documents: GateDocument[] = [];
  for (const { name, bytes } of supplied) {
    const reading = await readSbom(bytes);
    if (reading.kind === 'refused') {
      findings.push(invalidFinding(name, reading.problems));
      continue;
    }
    const { format, timestamp } = reading.sbom;
    const publishedAt = Date.parse(timestamp ?? '');
    const version = createHash('sha256').update(bytes).digest('hex');
    valid.push(reading.sbom);
    inputs.push({
      name: `supplied SBOM ${name}`,
      version,
      publishedAt: Number.isNaN(publishedAt) ? null : publishedAt,
    });
    documents.push({ kind: `sbom-supplied-${format}`, mediaType: mediaTypes[format], bytes });
  }
  const components = valid.flatMap((sbom) => sbom.components);
  const nothing = { missing: [], extra: [], otherVersion: [] };
  const difference = valid.length === 0 ? nothing : compareInventories(components, found.components);
  return {
    valid,
    invalid: supplied.length - valid.length,
    difference,
    inventory: mergeInventories(found, components),
    findings: [...findings, ...differenceFindings(difference)],
    inputs,
    documents,
  };
}

const mediaTypes = { cyclonedx: 'application/vnd.cyclonedx+json', spdx: 'application/spdx+json' } as const;

function invalidFinding(name: string, problems: readonly string[]): Finding {
  const message = `The supplied SBOM ${name.slice(0, 100)} is refused: ${problems.join(' ')}`;
  return makeFinding('sbom', { rule: 'supplied-invalid', severity: 'high', place: '', message, about: [name] });
}

function differenceFindings({ missing, extra, otherVersion }: InventoryDifference): Finding[] {
  return [
    ...missing.map((component) => {
      const isSure = component.evidence.some(({ confidence }) => confidence >= 0.8);
      const message = `${nameOf(component)} is in the image, but the supplied SBOM does not tell of it.`;
      return differenceFinding('component-missing', isSure ? 'medium' : 'low', component, message);
    }),
    ...extra.map((component) => {
      const message = `The supplied SBOM tells of ${nameOf(component)}, which was not found in the image.`;
      return differenceFinding('component-extra', 'info', component, message);
    }),
    ...otherVersion.map(({ supplied, found }) => {
      const message = `The supplied SBOM tells of ${nameOf(supplied)}, in the image is ${nameOf(found)}.`;
      return differenceFinding('component-other-version', 'medium', found, message);
    }),
  ];
}

function nameOf({ name, version }: SoftwareComponent): string {
  return version === '' ? name.slice(0, 120) : `${name.slice(0, 120)} ${version.slice(0, 60)}`;
}

function differenceFinding(
  rule: string,
  severity: Finding['severity'],
  component: SoftwareComponent,
  message: string,
): Finding {
  // The component without its version: the next build with the same difference has the same finding.
  const about = component.purl.split(/[@?]/, 1);
  const place = component.evidence[0]?.place ?? '';
  return makeFinding('sbom', { rule, severity, place, message, about, details: { purl: component.purl } });
}
