import { parseBoundedJson } from '../reading/bounded-json.ts';
import { fieldsOf, isFields, type JsonFields } from '../reading/fields.ts';
import { vulnerabilityLimits as most } from '../vulnerability-limits.ts';
import { readCsaf } from './read-csaf.ts';
import { readCycloneDx } from './read-cyclonedx.ts';
import { readOpenVex } from './read-openvex.ts';
import type { VexAdoption, VexContents, VexFormat } from './vex-statement.ts';

export type VexReading =
  | ({ readonly ok: true; readonly format: VexFormat } & VexContents)
  | { readonly ok: false; readonly message: string };

/**
 * Reads a VEX document of any of three formats into one shape. Its signature, where it has one, is checked before.
 * @source OpenVEX 0.2.0, CSAF 2.0 profile 5 (VEX), CycloneDX 1.4 to 1.7
 */
export function readVex(bytes: Uint8Array, adoption: VexAdoption): VexReading {
  const bounds = { bytes: most.documentBytes, depth: most.jsonDepth, values: most.documentValues };
  const parsed = parseBoundedJson(bytes, bounds);
  if (!parsed.ok) return parsed;
  if (!isFields(parsed.value)) return { ok: false, message: 'Expected a VEX document, found no JSON object.' };
  const format = formatOf(parsed.value);
  if (format === null) {
    return { ok: false, message: 'Expected OpenVEX 0.2.0, CSAF 2.0 or CycloneDX, found JSON of another kind.' };
  }
  return { ok: true, format, ...readers[format](parsed.value, adoption) };
}

const readers: Readonly<Record<VexFormat, (document: JsonFields, adoption: VexAdoption) => VexContents>> = {
  openvex: readOpenVex,
  csaf: readCsaf,
  cyclonedx: readCycloneDx,
};

function formatOf(value: JsonFields): VexFormat | null {
  const context = value['@context'];
  if (typeof context === 'string' && context.startsWith('https://openvex.dev/ns')) return 'openvex';
  if (fieldsOf(value.document).csaf_version === '2.0') return 'csaf';
  return value.bomFormat === 'CycloneDX' ? 'cyclonedx' : null;
}
