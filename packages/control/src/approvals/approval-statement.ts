import { createHash } from 'node:crypto';
import {
  type ApprovalMethod,
  approvalMethods,
  approvalPredicate,
  FettleError,
  type Instant,
  type Manifest,
  type Person,
  type Release,
  type ReleaseCheck,
} from '@fettle/model';
import { encodeManifest, encodeStatement, parseStatement } from '@fettle/trust';
import { judgementText, type ShownJudgement } from './judgement.ts';

/** What the person chose; all else follows from the release. */
export interface ApprovalWords {
  readonly meaning: string;
  readonly role: string;
  readonly reason: string;
  readonly method: ApprovalMethod;
  readonly at: Instant;
}

/** Hex SHA-256 of what devices believe: the manifest, however it reached the server. */
export function manifestDigest(manifest: Manifest): string {
  return createHash('sha256').update(encodeManifest(manifest)).digest('hex');
}

/** What a signature is about. */
export interface ToSign {
  readonly release: Release;
  readonly check: ReleaseCheck | undefined;
  /** What stands now; undefined where the gates have said nothing. */
  readonly shown: ShownJudgement | undefined;
}

/**
 * The bytes that are shown to a person and then signed; the same words about the same release give the same bytes.
 * @source 21 CFR 11.50(a): printed name, date and time, meaning; 11.70: linked to the record
 */
export function approvalStatement(
  { release, check, shown }: ToSign,
  person: Pick<Person, 'id' | 'fullName' | 'key'>,
  words: ApprovalWords,
): Uint8Array {
  const { fleet, version, clearance } = release;
  const summary = check?.records.find(({ kind }) => kind === 'summary')?.digest;
  const artifacts = release.artifacts.map(({ deviceType, component, digest }) => ({
    name: `${fleet}/${version}/${deviceType}/${component}`,
    sha256: digest,
  }));
  const subject = [{ name: `${fleet}/${version}/manifest`, sha256: manifestDigest(release) }, ...artifacts];
  return encodeStatement({
    subject,
    predicateType: approvalPredicate,
    predicate: {
      statement: `I, ${person.fullName}, as ${words.role}, sign release ${version} of fleet ${fleet}: ${words.meaning}.`,
      release: { fleet, version, counter: release.counter, id: release.id },
      person: { id: person.id, fullName: person.fullName },
      role: words.role,
      meaning: words.meaning,
      reason: words.reason,
      signedAt: new Date(words.at).toISOString(),
      method: words.method,
      // Who reads this in years finds the key that signed beside the other signature here.
      key: words.method === 'key' && person.key ? { id: person.key.id, publicKeyPem: person.key.publicKeyPem } : null,
      manifest: { sha256: manifestDigest(release) },
      check: clearance?.check ?? null,
      policy: clearance ? { sha256: clearance.policyDigest } : null,
      // What the person was shown of the gates by the newest data, and the text that later judgements are held against.
      shown: shown?.stages.map(({ stage, verdict, gates }) => ({ stage, verdict, gates })),
      judged: shown ? { sha256: judgementText(shown.judgement).digest } : null,
      summary: summary ? { sha256: summary } : null,
    },
  });
}

/**
 * The words in a statement that comes back; whether the rest is true is found by making it anew.
 * @throws FettleError `invalid-input`
 */
export function wordsOf(statement: string): ApprovalWords {
  const read = parseStatement(Buffer.from(statement, 'utf8'));
  const said = read.ok && read.statement.predicateType === approvalPredicate ? read.statement.predicate : {};
  const { meaning, role, reason, signedAt } = said;
  const method = approvalMethods.find((known) => known === said.method);
  const at = typeof signedAt === 'string' ? Date.parse(signedAt) : Number.NaN;
  const isText = typeof meaning === 'string' && typeof role === 'string' && typeof reason === 'string';
  if (isText && method && !Number.isNaN(at)) return { meaning, role, reason, method, at };
  throw new FettleError('invalid-input', 'Expected the statement exactly as it was drafted.');
}
