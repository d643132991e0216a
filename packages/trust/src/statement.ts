/** DSSE payload type of in-toto statements. @source https://github.com/in-toto/attestation/blob/main/spec/v1/envelope.md */
export const statementPayloadType = 'application/vnd.in-toto+json';
/** `_type` of an in-toto statement. @source https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
export const statementType = 'https://in-toto.io/Statement/v1';

/** @source https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
export interface Statement {
  readonly subject: readonly StatementSubject[];
  readonly predicateType: string;
  readonly predicate: Readonly<Record<string, unknown>>;
}
export interface StatementSubject {
  readonly name?: string | undefined;
  /** Hex; subjects are matched by this alone. */
  readonly sha256: string;
}

/** The bytes that are signed; the same statement gives the same bytes. */
export function encodeStatement({ subject, predicateType, predicate }: Statement): Uint8Array {
  const subjects = subject.map(({ name, sha256 }) => ({ ...(name === undefined ? {} : { name }), digest: { sha256 } }));
  return Buffer.from(JSON.stringify({ _type: statementType, subject: subjects, predicateType, predicate }), 'utf8');
}

export type StatementReading =
  | { readonly ok: true; readonly statement: Statement }
  | { readonly ok: false; readonly message: string };

const mostSubjects = 1_000;

/** Reads a statement whose signature was verified; unknown fields are ignored, as the specification asks. */
export function parseStatement(bytes: Uint8Array): StatementReading {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return { ok: false, message: 'The statement is not JSON.' };
  }
  if (!isObject(value) || value._type !== statementType)
    return { ok: false, message: `Expected _type ${statementType}.` };
  const { subject, predicateType, predicate } = value;
  if (typeof predicateType !== 'string') return { ok: false, message: 'Expected a predicateType.' };
  if (!Array.isArray(subject) || subject.length === 0 || subject.length > mostSubjects) {
    return { ok: false, message: `Expected 1 to ${mostSubjects} subjects.` };
  }
  const subjects: StatementSubject[] = [];
  for (const one of subject) {
    const sha256 = isObject(one) && isObject(one.digest) ? one.digest.sha256 : undefined;
    if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) {
      return { ok: false, message: 'Expected a sha256 digest of every subject.' };
    }
    subjects.push({ name: isObject(one) && typeof one.name === 'string' ? one.name : undefined, sha256 });
  }
  if (predicate !== undefined && !isObject(predicate))
    return { ok: false, message: 'Expected a predicate that is an object.' };
  return { ok: true, statement: { subject: subjects, predicateType, predicate: predicate ?? {} } };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
