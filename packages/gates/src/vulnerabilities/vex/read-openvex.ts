import { fieldsOf, instantOf, type JsonFields, listOf, proseOf, textOf } from '../reading/fields.ts';
import { vulnerabilityLimits as most } from '../vulnerability-limits.ts';
import { StatementList } from './statement-list.ts';
import {
  unnamedPart,
  type VexAdoption,
  type VexContents,
  type VexProduct,
  vexJustifications,
  vexStatuses,
} from './vex-statement.ts';

/** @source OpenVEX 0.2.0 */
export function readOpenVex(document: JsonFields, adoption: VexAdoption): VexContents {
  const list = new StatementList(textOf(document['@id'], most.nameCharacters) ?? 'openvex', adoption);
  const author = proseOf(document.author, most.nameCharacters);
  // "Inheritance Flow": what a statement does not say of its time, the document does.
  const statedAt = instantOf(document.last_updated) ?? instantOf(document.timestamp);
  for (const entry of (listOf(document.statements, most.statements) ?? []).map(fieldsOf)) {
    const status = vexStatuses.find((known) => known === entry.status);
    const time = instantOf(entry.last_updated) ?? instantOf(entry.timestamp) ?? statedAt;
    if (status === undefined || time === null) {
      list.refuse(`A statement has the status "${proseOf(entry.status, 40)}", or no time.`);
      continue;
    }
    list.add({
      vulnerabilities: namesOf(entry.vulnerability),
      products: (listOf(entry.products, most.productsPerStatement) ?? []).map(productOf),
      status,
      justification: vexJustifications.find((known) => known === entry.justification) ?? null,
      foreign: proseOf(entry.justification, 80) || status,
      reason: reasonOf(entry),
      author,
      statedAt: time,
    });
  }
  return { statements: list.statements, problems: list.problems, publishedAt: statedAt };
}

/** Only an impact statement can stand for a justification. */
function reasonOf({ status, impact_statement, action_statement, status_notes }: JsonFields): string {
  const texts = status === 'not_affected' ? [impact_statement] : [impact_statement, action_statement, status_notes];
  return texts.map((text) => proseOf(text, most.reasonCharacters)).find(Boolean) ?? '';
}

/** 0.2.0 has an object with a name; earlier ones a text. */
function namesOf(value: unknown): readonly string[] {
  const fields = typeof value === 'string' ? { name: value } : fieldsOf(value);
  const aliases = listOf(fields.aliases, most.namesPerRecord) ?? [];
  const names = [fields.name, ...aliases].flatMap((name) => textOf(name, most.idCharacters) ?? []);
  return [...new Set(names)];
}

function productOf(value: unknown): VexProduct {
  const fields = typeof value === 'string' ? { '@id': value } : fieldsOf(value);
  const hash = textOf(fieldsOf(fields.hashes)['sha-256'], 64)?.toLowerCase();
  const parts = (listOf(fields.subcomponents, most.productsPerStatement) ?? [{}]).map(purlOf);
  return {
    purl: purlOf(fields),
    versions: '',
    hashes: hash === undefined ? [] : [hash],
    parts: parts.map((part) => part || unnamedPart),
  };
}

function purlOf(value: unknown): string {
  const fields = typeof value === 'string' ? { '@id': value } : fieldsOf(value);
  const { purl } = fieldsOf(fields.identifiers);
  const found = [fields['@id'], purl].flatMap((text) => textOf(text, most.nameCharacters) ?? []);
  return found.find((text) => text.startsWith('pkg:')) ?? '';
}
