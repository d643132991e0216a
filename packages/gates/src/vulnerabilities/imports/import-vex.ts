import type { Source } from '@fettle/images';
import { FettleError } from '@fettle/model';
import type { ImportedDataSet, OpenDataSet } from '../data/data-set.ts';
import { fieldsOf, instantOf, listOf, proseOf, textOf, textsOf } from '../reading/fields.ts';
import { readVex } from '../vex/read-vex.ts';
import {
  unnamedPart,
  type VexAdoption,
  type VexProduct,
  type VexStatement,
  vexJustifications,
  vexStatuses,
} from '../vex/vex-statement.ts';
import { vulnerabilityLimits as most } from '../vulnerability-limits.ts';
import type { ImportOptions } from './import-options.ts';
import { importRows } from './import-rows.ts';

/**
 * Makes a data set of a VEX document: OpenVEX 0.2.0, CSAF 2.0 or CycloneDX.
 * @throws FettleError `invalid-input`, `too-large`
 */
export async function importVex(
  input: Source,
  options: ImportOptions & { readonly adoption: VexAdoption },
): Promise<ImportedDataSet> {
  if (input.size > most.documentBytes) {
    throw new FettleError(
      'too-large',
      `Expected a VEX document of at most ${most.documentBytes} bytes, found ${input.size}.`,
    );
  }
  const reading = readVex(await input.read(0, input.size), options.adoption);
  if (!reading.ok) throw new FettleError('invalid-input', reading.message);
  return importRows('vex', options, async ({ take, refuse }) => {
    for (const problem of reading.problems) refuse(problem);
    for (const statement of reading.statements) {
      for (const name of statement.vulnerabilities) await take(name, statement);
    }
    return reading.publishedAt;
  });
}

/** The statements of a data set on a vulnerability by one of its names. */
export async function statementsIn(dataSet: OpenDataSet, name: string): Promise<readonly VexStatement[]> {
  const statements: VexStatement[] = [];
  for await (const row of dataSet.rows('names', name)) statements.push(readStatement(row));
  return statements;
}

function readStatement(row: unknown): VexStatement {
  const fields = fieldsOf(row);
  const status = vexStatuses.find((known) => known === fields.status);
  const vulnerabilities = textsOf(fields.vulnerabilities, most.namesPerRecord + 1, most.idCharacters);
  const deviceTypes = textsOf(fields.deviceTypes, most.namesPerRecord, most.nameCharacters);
  const products = listOf(fields.products, most.productsPerStatement);
  if (status === undefined || vulnerabilities === undefined || deviceTypes === undefined || products === undefined) {
    throw new FettleError('invalid-input', 'A VEX statement of the data set is broken. Import the document again.');
  }
  return {
    id: textOf(fields.id, 2 * most.nameCharacters) ?? '',
    vulnerabilities,
    products: products.map(readProduct),
    status,
    justification: vexJustifications.find((known) => known === fields.justification) ?? null,
    foreign: proseOf(fields.foreign, 160),
    reason: proseOf(fields.reason, most.reasonCharacters),
    author: proseOf(fields.author, most.nameCharacters),
    statedAt: timeOf(fields.statedAt) ?? 0,
    expiresAt: timeOf(fields.expiresAt),
    deviceTypes,
  };
}

function timeOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : instantOf(value);
}

/** A list that cannot be read must not turn into an empty one, which would be about all parts. */
function readProduct(value: unknown): VexProduct {
  const { purl, versions, hashes, parts } = fieldsOf(value);
  return {
    purl: textOf(purl, most.nameCharacters) ?? '',
    versions: textOf(versions, most.nameCharacters) ?? '',
    hashes: textsOf(hashes, most.productsPerStatement, 64) ?? [],
    parts: textsOf(parts, most.productsPerStatement, most.nameCharacters) ?? [unnamedPart],
  };
}
