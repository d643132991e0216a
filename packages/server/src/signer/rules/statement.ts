import { evidencePredicates, mostStatementBytes, ownEvidence } from '@fettle/control';
import { statementType } from '@fettle/trust';
import { type Refused, refused } from './refusal.ts';

export type StatementVerdict = { readonly ok: true; readonly predicateType: string } | Refused;

const mostSubjects = 1_000;
const longestName = 1_000;
const ownPattern = /^[A-Za-z0-9._~/-]{1,200}$/;
const members = ['_type', 'predicate', 'predicateType', 'subject'];

/**
 * Whether the evidence key signs a statement: exactly the bytes that `JSON.stringify` writes, so that no reader finds
 * other members in it than were looked at here; of a kind that is known; about files that are named by SHA-256.
 * @source in-toto attestation framework v1, Statement
 */
export function judgeStatement(bytes: Uint8Array): StatementVerdict {
  if (bytes.length > mostStatementBytes) {
    const message = `Expected a statement of at most ${mostStatementBytes} bytes, found ${bytes.length}: name what is larger by its digest.`;
    return refused('statement-too-large', message);
  }
  const statement = readExact(bytes);
  if (!statement) return refused('statement-unreadable', 'Expected an object as JSON.stringify writes it, in UTF-8.');
  if (statement._type !== statementType || !Object.keys(statement).every(isMember)) {
    return refused('statement-unreadable', 'Expected an in-toto statement v1 and no members but its own.');
  }
  if (!isObject(statement.predicate)) return refused('statement-unreadable', 'Expected a predicate, found none.');
  const { predicateType } = statement;
  if (typeof predicateType !== 'string' || !isKnown(predicateType)) {
    const found = String(predicateType).slice(0, 100);
    const message = `Expected one of ${evidencePredicates.join(', ')} or one of ${ownEvidence}, found ${found}.`;
    return refused('unknown-predicate', message);
  }
  return judgeSubjects(statement.subject) ?? { ok: true, predicateType };
}

function judgeSubjects(subjects: unknown): Refused | undefined {
  if (!Array.isArray(subjects) || subjects.length < 1 || subjects.length > mostSubjects) {
    return refused('subject-malformed', `Expected 1 to ${mostSubjects} subjects.`);
  }
  const isNamed = subjects.every((subject) => {
    if (!isObject(subject) || !isObject(subject.digest)) return false;
    const { name = '' } = subject;
    const isShort = typeof name === 'string' && name.length <= longestName;
    return isShort && typeof subject.digest.sha256 === 'string' && /^[0-9a-f]{64}$/.test(subject.digest.sha256);
  });
  return isNamed ? undefined : refused('subject-malformed', 'Expected every subject with its SHA-256 in hexadecimal.');
}

/** Members twice, spaces, numbers of several spellings: none of them survives being written anew. */
function readExact(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    return isObject(value) && Buffer.from(JSON.stringify(value), 'utf8').equals(bytes) ? value : undefined;
  } catch {
    // No UTF-8, no JSON, or nested too deep to be written.
    return undefined;
  }
}

function isMember(name: string): boolean {
  return members.includes(name);
}

function isKnown(predicateType: string): boolean {
  if (evidencePredicates.includes(predicateType)) return true;
  return predicateType.startsWith(ownEvidence) && ownPattern.test(predicateType.slice(ownEvidence.length));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
