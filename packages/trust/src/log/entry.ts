import { createHash } from 'node:crypto';
import { type AuditEvent, type AuditVerb, auditVerbs } from '@fettle/model';

/** Bytes of an entry at most: bundles of entries tell its length in two bytes. @source C2SP tlog-tiles, Log entries */
export const mostEntryBytes = 65_535;
export const saltBytes = 32;

/** What may name people, and is in the log as a salted digest only. */
export const committedFields = ['actor', 'reason'] as const;
export type CommittedField = (typeof committedFields)[number];
/** Hexadecimal salts of what an event keeps out of the log; one that is absent was erased. */
export type Salts = Readonly<Partial<Record<CommittedField, string>>>;

/** One entry of the log: an audit event without anything that names people. */
export interface LogEntry {
  readonly v: 1;
  readonly tenant: string;
  /** Number of the event in its tenant. */
  readonly sequence: number;
  /** RFC 3339, UTC, in milliseconds. */
  readonly ts: string;
  readonly actor: { readonly kind: string; readonly id?: string };
  readonly verb: AuditVerb;
  readonly object: string;
  readonly fleet?: string;
  /** SHA-256 of the object's JSON before and after. */
  readonly before?: string;
  readonly after?: string;
  /** `SHA-256(salt || value)`, hexadecimal. */
  readonly commitments?: Readonly<Partial<Record<CommittedField, string>>>;
}

/** Which fields of an event go into the log as commitments: what operators call themselves, and free text. */
export function fieldsToCommit(event: Pick<AuditEvent, 'actor' | 'reason'>): readonly CommittedField[] {
  return committedFields.filter((field) => (field === 'actor' ? isPerson(event.actor) : event.reason !== ''));
}

/** The commitment to a value. */
export function commitmentTo(saltHex: string, value: string): string {
  return createHash('sha256').update(Buffer.from(saltHex, 'hex')).update(value).digest('hex');
}

/** The entry of an event. @param salts one for each of `fieldsToCommit` */
export function entryOf(tenant: string, event: AuditEvent, salts: Salts): LogEntry {
  const { actor, reason, verb, object, fleet, before, after, sequence } = event;
  const [kind = '', ...id] = actor.split(':');
  const commitments = Object.fromEntries(
    Object.entries(salts).map(([field, salt]) => [field, commitmentTo(salt, field === 'actor' ? actor : reason)]),
  );
  return {
    v: 1,
    tenant,
    sequence,
    ts: new Date(event.at).toISOString(),
    actor: isPerson(actor) || id.length === 0 ? { kind } : { kind, id: id.join(':') },
    verb,
    object,
    ...(fleet === null ? {} : { fleet }),
    ...(before === null ? {} : { before }),
    ...(after === null ? {} : { after }),
    ...(Object.keys(commitments).length === 0 ? {} : { commitments }),
  };
}

function isPerson(actor: string): boolean {
  return actor.startsWith('operator:');
}

/** An entry as it is hashed: JSON with sorted keys and without spaces. @source RFC 8785, for texts and whole numbers */
export function encodeEntry(entry: LogEntry): string {
  return sortedText(entry);
}

/** JSON with the keys of every object in order: the same values are the same text, whoever wrote them. */
function sortedText(of: unknown): string {
  return JSON.stringify(of, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** Reads an entry; undefined when it is not written as `encodeEntry` does, or of a kind that nobody knows. */
export function readEntry(text: string): LogEntry | undefined {
  try {
    const entry = JSON.parse(text) as LogEntry;
    const isKnown = entry.v === 1 && auditVerbs.includes(entry.verb) && Number.isSafeInteger(entry.sequence);
    return isKnown && encodeEntry(entry) === text ? entry : undefined;
  } catch {
    return undefined;
  }
}

/** What differs between an event that is told and its entry in the log; empty when it is the same event. */
export function entryDifferences(entry: LogEntry, event: AuditEvent, salts: Salts): readonly string[] {
  const open = Object.keys(salts);
  const { commitments = {}, ...told } = entry;
  const { commitments: made = {}, ...wanted } = entryOf(entry.tenant, event, salts);
  const fields = new Set([...Object.keys(told), ...Object.keys(wanted)]) as Set<keyof typeof told>;
  const differing: string[] = [...fields].filter((field) => sortedText(told[field]) !== sortedText(wanted[field]));
  for (const field of committedFields) {
    const isErased = commitments[field] !== undefined && !open.includes(field);
    if (!isErased && commitments[field] !== made[field]) differing.push(field);
    if (isErased && event[field] !== erasedValues[field]) differing.push(field);
  }
  return differing;
}

/** What stands where something was erased; of an actor it stays known that it was an operator. */
export const erasedValues: Readonly<Record<CommittedField, string>> = {
  actor: 'operator:[erased]',
  reason: '[erased]',
};
