import { FettleError } from '@fettle/model';
import type { OpenDataSet } from '../data/data-set.ts';
import { packageKey } from '../ecosystem.ts';
import { fieldsOf, textOf, textsOf } from '../reading/fields.ts';
import { vulnerabilityLimits as most } from '../vulnerability-limits.ts';
import { readOsv } from './read-osv.ts';
import { type NameRelation, nameRelations } from './rows.ts';
import type { AffectedPackage, Vulnerability } from './vulnerability.ts';

/**
 * What a data set says of one package: each record with the affected entries of that package, of all releases.
 * @param ecosystem with or without a release, which makes no difference here
 */
export async function* vulnerabilitiesOf(
  dataSet: OpenDataSet,
  ecosystem: string,
  name: string,
): AsyncGenerator<Vulnerability> {
  for await (const row of dataSet.rows('packages', packageKey(ecosystem, name))) yield readRow(row);
}

/** A record that goes by a name, and how. */
export interface NamedVulnerability {
  readonly relation: NameRelation;
  /** Without what is affected, which is filed by package. */
  readonly vulnerability: Vulnerability;
  /** Keys of the packages that it affects. */
  readonly packages: readonly string[];
}

/** The records of a data set whose id, alias or upstream id this is. Reads one block, and one for each alias. */
export async function vulnerabilitiesNamed(dataSet: OpenDataSet, name: string): Promise<readonly NamedVulnerability[]> {
  const found: NamedVulnerability[] = [];
  for await (const row of dataSet.rows('names', name)) {
    const { relation, id } = fieldsOf(row);
    const known = nameRelations.find((one) => one === relation);
    if (known === undefined) throw broken('a name has no known relation');
    if (known === 'self') found.push(readSelf(row));
    else {
      const record = await recordOf(dataSet, textOf(id, most.idCharacters) ?? '');
      if (record !== null) found.push({ ...record, relation: known });
    }
  }
  return found;
}

/** The record of an id, without what is affected. */
export async function recordOf(dataSet: OpenDataSet, id: string): Promise<NamedVulnerability | null> {
  for await (const row of dataSet.rows('names', id)) if (fieldsOf(row).relation === 'self') return readSelf(row);
  return null;
}

/**
 * Which packages, with which versions, a vulnerability concerns: the question from which the search for releases and
 * devices begins. Records by alias and by upstream id count; withdrawn ones do not.
 */
export async function affectedPackages(dataSet: OpenDataSet, name: string): Promise<readonly ConcernedPackage[]> {
  const concerned: ConcernedPackage[] = [];
  for (const { vulnerability, packages } of await vulnerabilitiesNamed(dataSet, name)) {
    if (vulnerability.withdrawn !== null) continue;
    for (const key of packages) {
      for await (const row of dataSet.rows('packages', key)) {
        const record = readRow(row);
        if (record.id === vulnerability.id) concerned.push({ key, vulnerability: record, affected: record.affected });
      }
    }
  }
  return concerned;
}

export interface ConcernedPackage {
  /** As `packageKey` makes it of a component's ecosystem and name: `Debian|openssl`. */
  readonly key: string;
  readonly vulnerability: Vulnerability;
  /** The entries of that package, one or more for each release. */
  readonly affected: readonly AffectedPackage[];
}

function readSelf(row: unknown): NamedVulnerability {
  const { record, packages } = fieldsOf(row);
  const keys = textsOf(packages, most.affectedPerRecord, 2 * most.nameCharacters);
  if (keys === undefined) throw broken('the packages of a record are malformed');
  return { relation: 'self', vulnerability: readRow(record), packages: keys };
}

function readRow(row: unknown): Vulnerability {
  const read = readOsv(row);
  if (!read.ok) throw broken(read.message);
  return read.vulnerability;
}

function broken(what: string): FettleError {
  return new FettleError('invalid-input', `Expected rows of a data set, but ${what} Import the data again.`);
}
