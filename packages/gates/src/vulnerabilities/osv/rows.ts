import type { Row } from '../data/row.ts';
import { packageKey } from '../ecosystem.ts';
import type { JsonFields } from '../reading/fields.ts';
import type { AffectedPackage, AffectedRange, SeverityScore, Vulnerability } from './vulnerability.ts';

/** How a name is tied to a record. */
export const nameRelations = ['self', 'alias', 'upstream'] as const;
export type NameRelation = (typeof nameRelations)[number];

/** Rows of the table `packages`: one for each package, with the record and what it says of that package. */
export function packageRowsOf(vulnerability: Vulnerability, record: number): Row[] {
  const byPackage = new Map<string, AffectedPackage[]>();
  for (const affected of vulnerability.affected) {
    const key = packageKey(affected.ecosystem, affected.name);
    const together = byPackage.get(key);
    if (together === undefined) byPackage.set(key, [affected]);
    else together.push(affected);
  }
  return [...byPackage].map(([key, affected]) => ({
    key,
    sub: vulnerability.id,
    record,
    json: JSON.stringify(wireOf({ ...vulnerability, affected })),
  }));
}

/** Rows of the table `names`: the record by its own id, and where to look by its other names. */
export function nameRowsOf(vulnerability: Vulnerability, record: number): Row[] {
  const { id } = vulnerability;
  const packages = [...new Set(vulnerability.affected.map(({ ecosystem, name }) => packageKey(ecosystem, name)))];
  const self = { relation: 'self', packages, record: wireOf({ ...vulnerability, affected: [] }) };
  const rows: Row[] = [{ key: id, sub: id, record, json: JSON.stringify(self) }];
  const others = new Map<string, NameRelation>();
  for (const name of vulnerability.upstream) others.set(name, 'upstream');
  for (const name of vulnerability.aliases) others.set(name, 'alias');
  others.delete(id);
  for (const [name, relation] of others)
    rows.push({ key: name, sub: id, record, json: JSON.stringify({ relation, id }) });
  return rows;
}

/** In the shape of OSV, so that one reader serves for what is imported and for what was. */
function wireOf(vulnerability: Vulnerability): JsonFields {
  const { id, modified, withdrawn, aliases, upstream, summary, severity, affected } = vulnerability;
  return {
    id,
    modified: new Date(modified).toISOString(),
    ...(withdrawn === null ? {} : { withdrawn: new Date(withdrawn).toISOString() }),
    ...given('aliases', aliases),
    ...given('upstream', upstream),
    ...(summary === '' ? {} : { summary }),
    ...given('severity', severity.map(wireScore)),
    ...given('affected', affected.map(wirePackage)),
  };
}

function wireScore({ type, score }: SeverityScore): JsonFields {
  return { type, score };
}

function wirePackage({ ecosystem, name, ranges, versions, severity }: AffectedPackage): JsonFields {
  return {
    package: { ecosystem, name },
    ...given('ranges', ranges.map(wireRange)),
    ...given('versions', versions),
    ...given('severity', severity.map(wireScore)),
  };
}

function wireRange({ type, events }: AffectedRange): JsonFields {
  return {
    type,
    events: events.map(({ kind, version }) => ({ [kind === 'lastAffected' ? 'last_affected' : kind]: version })),
  };
}

function given(name: string, list: readonly unknown[]): JsonFields {
  return list.length === 0 ? {} : { [name]: list };
}
