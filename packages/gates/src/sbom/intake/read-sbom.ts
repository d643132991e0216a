import type { ErrorObject, ValidateFunction } from 'ajv';
import { gateLimits } from '../../core/gate-limits.ts';
import type { ComponentEvidence, SoftwareComponent } from '../component.ts';
import { sbomLimits } from '../sbom-limits.ts';
import { cyclonedxSchema, cyclonedxVersions } from './cyclonedx-schema.ts';
import { jsonExcess } from './json-bounds.ts';
import { type JsonObject, objectOf, textOf } from './json-value.ts';
import { readCyclonedx } from './read-cyclonedx.ts';
import { readSpdx } from './read-spdx.ts';
import { spdxSchema } from './spdx-schema.ts';
import { type SbomReading, suppliedEvidence } from './supplied-sbom.ts';

/**
 * Reads an SBOM from outside: CycloneDX 1.4 to 1.7 or SPDX 2.3, both as JSON, valid by their schemas. The caller keeps
 * the bytes as they are.
 * Memory: some ten times the bytes, at most `gateLimits.suppliedBytes`; time linear in them.
 */
export async function readSbom(bytes: Uint8Array): Promise<SbomReading> {
  if (bytes.length > gateLimits.suppliedBytes) {
    return refused(`Expected at most ${gateLimits.suppliedBytes} bytes, found ${bytes.length}.`);
  }
  const excess = jsonExcess(bytes);
  if (excess !== undefined) return refused(excess);
  const document = parse(bytes);
  if (!document) return refused('Expected a JSON object in UTF-8, found something else.');
  if (document.bomFormat === 'CycloneDX') {
    const version = cyclonedxVersions.find((known) => known === document.specVersion);
    if (version === undefined)
      return refused(
        `Expected CycloneDX ${cyclonedxVersions.join(', ')}, found ${textOf(document.specVersion) ?? 'no version'}.`,
      );
    return readValid(document, await cyclonedxSchema(version));
  }
  if (document.spdxVersion === 'SPDX-2.3') return readValid(document, spdxSchema());
  const found = textOf(document.spdxVersion) ?? textOf(document.bomFormat) ?? 'neither';
  return refused(`Expected a CycloneDX document or one of SPDX-2.3, both as JSON, found ${found}.`);
}

/** The components of an SBOM inside an image; none when the text is no SBOM. Its shape is not asked for in full. */
export function readSbomComponents(text: string, evidence: ComponentEvidence): SoftwareComponent[] {
  const bytes = Buffer.from(text);
  const document = jsonExcess(bytes) === undefined ? parse(bytes) : undefined;
  if (document?.bomFormat === 'CycloneDX') return [...readCyclonedx(document, evidence).components];
  if (textOf(document?.spdxVersion)?.startsWith('SPDX-2.')) return [...readSpdx(document ?? {}, evidence).components];
  return [];
}

function parse(bytes: Uint8Array): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? objectOf(json) : undefined;
  } catch {
    return undefined;
  }
}

function readValid(document: JsonObject, schema: ValidateFunction): SbomReading {
  if (!schema(document)) return { kind: 'refused', problems: (schema.errors ?? []).slice(0, 5).map(sentence) };
  const read = document.bomFormat === 'CycloneDX' ? readCyclonedx : readSpdx;
  const sbom = read(document, suppliedEvidence);
  if (sbom.components.length > sbomLimits.components) {
    return refused(`Expected at most ${sbomLimits.components} components, found more.`);
  }
  return { kind: 'read', sbom };
}

function sentence({ instancePath, message }: ErrorObject): string {
  return `${(instancePath || 'The document').slice(0, 200)} ${message ?? 'is not valid'}.`;
}

function refused(problem: string): SbomReading {
  return { kind: 'refused', problems: [problem] };
}
