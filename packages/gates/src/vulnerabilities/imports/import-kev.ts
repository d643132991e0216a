import type { Source } from '@fettle/images';
import { FettleError } from '@fettle/model';
import type { ImportedDataSet, OpenDataSet } from '../data/data-set.ts';
import { parseBoundedJson } from '../reading/bounded-json.ts';
import { fieldsOf, instantOf, isFields, listOf, proseOf, textOf } from '../reading/fields.ts';
import { vulnerabilityLimits as most } from '../vulnerability-limits.ts';
import type { ImportOptions } from './import-options.ts';
import { importRows } from './import-rows.ts';

/** A vulnerability that is exploited. */
export interface Exploited {
  readonly cve: string;
  readonly name: string;
  /** A date, as the catalogue writes it. */
  readonly dateAdded: string;
  readonly dueDate: string;
  readonly isRansomware: boolean;
}

/**
 * Makes a data set of CISA's catalogue of known exploited vulnerabilities, in JSON.
 * @throws FettleError `invalid-input`, `too-large`
 */
export async function importKev(input: Source, options: ImportOptions): Promise<ImportedDataSet> {
  if (input.size > most.documentBytes) {
    throw new FettleError(
      'too-large',
      `Expected a catalogue of at most ${most.documentBytes} bytes, found ${input.size}.`,
    );
  }
  const bounds = { bytes: most.documentBytes, depth: most.jsonDepth, values: most.documentValues };
  const parsed = parseBoundedJson(await input.read(0, input.size), bounds);
  if (!parsed.ok || !isFields(parsed.value) || !Array.isArray(parsed.value.vulnerabilities)) {
    const found = parsed.ok ? 'JSON of another kind' : parsed.message;
    throw new FettleError(
      'invalid-input',
      `Expected the catalogue of known exploited vulnerabilities, found: ${found}`,
    );
  }
  const { vulnerabilities, dateReleased } = parsed.value;
  return importRows('kev', options, async ({ take, refuse }) => {
    for (const entry of listOf(vulnerabilities, most.recordsPerSet) ?? []) {
      const exploited = readExploited(entry);
      if (exploited === undefined) refuse('An entry has no cveID.');
      else await take(exploited.cve, exploited);
    }
    return instantOf(dateReleased);
  });
}

/** @returns null when the catalogue does not name it */
export async function exploitedIn(dataSet: OpenDataSet, cve: string): Promise<Exploited | null> {
  for await (const row of dataSet.rows('names', cve)) return readExploited(row) ?? null;
  return null;
}

/** The catalogue's fields, or our own row. */
function readExploited(value: unknown): Exploited | undefined {
  const fields = fieldsOf(value);
  const cve = textOf(fields.cveID ?? fields.cve, most.idCharacters);
  if (cve === undefined) return undefined;
  return {
    cve,
    name: proseOf(fields.vulnerabilityName ?? fields.name, most.summaryCharacters),
    dateAdded: proseOf(fields.dateAdded, 10),
    dueDate: proseOf(fields.dueDate, 10),
    isRansomware: fields.knownRansomwareCampaignUse === 'Known' || fields.isRansomware === true,
  };
}
