import { fieldsOf, instantOf, type JsonFields, listOf, proseOf, textOf } from '../reading/fields.ts';
import { vulnerabilityLimits as most } from '../vulnerability-limits.ts';
import { csafGroups, csafProducts } from './csaf-products.ts';
import { StatementList } from './statement-list.ts';
import { csafFlags, csafStatuses, translate } from './terms.ts';
import type { VexAdoption, VexContents, VexProduct } from './vex-statement.ts';

/** @source CSAF 2.0 §3.2, §4.5 (profile 5: VEX) */
export function readCsaf(file: JsonFields, adoption: VexAdoption): VexContents {
  const document = fieldsOf(file.document);
  const tracking = fieldsOf(document.tracking);
  const list = new StatementList(textOf(tracking.id, most.nameCharacters) ?? 'csaf', adoption);
  const author = proseOf(fieldsOf(document.publisher).name, most.nameCharacters);
  const statedAt = instantOf(tracking.current_release_date);
  const products = csafProducts(file.product_tree);
  const groups = csafGroups(file.product_tree);
  if (statedAt === null) list.refuse('The document has no current_release_date.');
  const vulnerabilities = statedAt === null ? [] : (listOf(file.vulnerabilities, most.statements) ?? []);
  for (const vulnerability of vulnerabilities.map(fieldsOf)) {
    const notes = notesOf(vulnerability, groups);
    for (const [word, ids] of Object.entries(fieldsOf(vulnerability.product_status))) {
      const status = translate(csafStatuses, word);
      if (status === undefined) list.refuse(`A product status is "${word.slice(0, 40)}".`);
      if (status === undefined || status === null) continue;
      for (const [key, named] of byNote(idsIn(ids), notes)) {
        const note = notes.get(key);
        list.add({
          vulnerabilities: namesOf(vulnerability),
          products: named.flatMap((id): readonly VexProduct[] => products.get(id) ?? []),
          status,
          justification: status === 'not_affected' ? (translate(csafFlags, note?.flag) ?? null) : null,
          foreign: [word, note?.flag].filter(Boolean).join(' '),
          reason: (status === 'affected' ? note?.remediation : note?.impact) ?? '',
          author,
          statedAt: statedAt ?? 0,
        });
      }
    }
  }
  return { statements: list.statements, problems: list.problems, publishedAt: statedAt };
}

function namesOf(vulnerability: JsonFields): readonly string[] {
  const ids = (listOf(vulnerability.ids, most.namesPerRecord) ?? []).map((one) => fieldsOf(one).text);
  return [...new Set([vulnerability.cve, ...ids].flatMap((name) => textOf(name, most.idCharacters) ?? []))];
}

function idsIn(value: unknown): readonly string[] {
  return (listOf(value, most.productsPerStatement) ?? []).flatMap((id) => textOf(id, most.nameCharacters) ?? []);
}

/** What is said of one product beside its status. */
interface Note {
  flag?: string;
  impact?: string;
  remediation?: string;
}

/** By product id. @source CSAF 2.0 §3.2.3.5 flags, §3.2.3.12 remediations, §3.2.3.14 threats */
function notesOf(vulnerability: JsonFields, groups: ReadonlyMap<string, readonly string[]>): Map<string, Note> {
  const notes = new Map<string, Note>();
  const tell = (entry: JsonFields, note: Note) => {
    const ids = [...idsIn(entry.product_ids), ...idsIn(entry.group_ids).flatMap((group) => groups.get(group) ?? [])];
    for (const id of ids) notes.set(id, { ...notes.get(id), ...note });
  };
  for (const entry of entriesOf(vulnerability.flags)) {
    const flag = textOf(entry.label, 80);
    if (flag !== undefined) tell(entry, { flag });
  }
  for (const entry of entriesOf(vulnerability.threats)) {
    if (entry.category === 'impact') tell(entry, { impact: proseOf(entry.details, most.reasonCharacters) });
  }
  for (const entry of entriesOf(vulnerability.remediations))
    tell(entry, { remediation: proseOf(entry.details, most.reasonCharacters) });
  return notes;
}

function entriesOf(value: unknown): readonly JsonFields[] {
  return (listOf(value, most.statements) ?? []).map(fieldsOf);
}

/** Products of which the same is said become one statement; the key is the first of them. */
function byNote(ids: readonly string[], notes: ReadonlyMap<string, Note>): ReadonlyMap<string, readonly string[]> {
  const together = new Map<string, { readonly key: string; readonly ids: string[] }>();
  for (const id of ids) {
    const said = JSON.stringify(notes.get(id) ?? {});
    const same = together.get(said);
    if (same === undefined) together.set(said, { key: id, ids: [id] });
    else same.ids.push(id);
  }
  return new Map([...together.values()].map((one) => [one.key, one.ids]));
}
