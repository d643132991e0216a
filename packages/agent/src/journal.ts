import { createHash } from 'node:crypto';
import { deploymentStatuses, digestPattern, errorClasses, limits, madeIdPattern, namePattern } from '@fettle/model';
import { native } from '@fettle/protocol';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';

/** How far the work on one deployment has come. `plan.ts` says what each means after a restart. */
export const stages = [
  'downloading',
  'downloaded',
  'activating',
  'activated',
  'undoing',
  'checking',
  'committing',
  'rollingBack',
] as const;
export type Stage = (typeof stages)[number];

const oneOf = <const T extends readonly string[]>(values: T) => Type.Unsafe<T[number]>(Type.Enum([...values]));
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);
const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const slotName = oneOf(['a', 'b'] as const);
const text = Type.String({ maxLength: 4_096 });
const deployment = Type.String({ pattern: madeIdPattern });
const sha256 = Type.String({ pattern: digestPattern });
const component = Type.String({ pattern: namePattern });

const errorSchema = Type.Object({ code: text, class: oneOf(errorClasses), message: text });

/*
 * Each slot brings its own agent, and all of them share one journal: fields that a newer one has added are kept and not
 * complained about, and what an older one leaves out is optional.
 */

/** What lies in a slot: nothing that may start (`dirty`), a verified release (`known`), or nobody can say. */
const slotSchema = Type.Union([
  Type.Object({ state: Type.Literal('unknown') }),
  Type.Object({ state: Type.Literal('dirty') }),
  Type.Object({
    state: Type.Literal('known'),
    version: text,
    counter: count,
    /** Digest and length by component; length 0 when it was not an artifact (factory). */
    components: Type.Record(component, Type.Object({ sha256, sizeBytes: count }), { additionalProperties: false }),
  }),
]);

const artifactSchema = Type.Object({
  component,
  sha256,
  sizeBytes: count,
  url: text,
  /** The kind of native signature that the image must have; absent where none is demanded. */
  nativeSignature: Type.Optional(text),
});

const workSchema = Type.Object({
  /** Null for a trial that somebody else started: carried out, not reported. */
  deployment: nullable(deployment),
  version: text,
  counter: count,
  securityFloor: count,
  artifacts: Type.Array(artifactSchema, { maxItems: limits.componentsPerDevice }),
  from: slotName,
  to: slotName,
  stage: oneOf(stages),
  /** The boot in which this stage was entered: tells a reboot from a restart of the agent. */
  bootId: text,
  download: Type.Object({
    index: count,
    offsetBytes: count,
    etag: nullable(text),
    failures: count,
    fullRetries: count,
  }),
  activations: count,
  rebootAttempts: count,
  checksStarted: count,
  /** How the work will end, once it is decided but not yet true. */
  ending: nullable(
    Type.Object({ status: oneOf(['failed', 'aborted', 'rolledBack'] as const), error: nullable(errorSchema) }),
  ),
  lastSequence: count,
  /** What the rollout demands of the device before each step; absent in journals of older agents. */
  demands: Type.Optional(native.demandsSchema),
  /** What the device waits for before its next step; null or absent when it does not wait. */
  waitingFor: Type.Optional(nullable(text)),
});

const reportSchema = Type.Object({
  deployment,
  sequence: count,
  status: oneOf(deploymentStatuses),
  deviceTime: text,
  error: nullable(errorSchema),
  detail: text,
  /** `progress` may be dropped, an `outcome` never. */
  weight: oneOf(['progress', 'status', 'outcome'] as const),
});

const finishedSchema = Type.Object({
  deployment,
  lastSequence: count,
  status: oneOf(deploymentStatuses),
  error: nullable(errorSchema),
});

const journalSchema = Type.Object({
  /** No release with a lower counter may ever be installed: the highest `securityFloor` committed. */
  floor: count,
  slots: Type.Object({ a: slotSchema, b: slotSchema }),
  work: nullable(workSchema),
  /** The deployment whose slot was committed last, to notice when the device later goes back by itself. */
  committed: nullable(Type.Object({ deployment, lastSequence: count, slot: slotName })),
  finished: Type.Array(finishedSchema, { maxItems: 64 }),
  reports: Type.Array(reportSchema, { maxItems: 256 }),
  droppedReports: count,
});

export type Journal = Static<typeof journalSchema>;
export type Work = Static<typeof workSchema>;
export type WorkArtifact = Static<typeof artifactSchema>;
export type Ending = NonNullable<Work['ending']>;
export type SlotContents = Static<typeof slotSchema>;
export type JournalReport = Static<typeof reportSchema>;
export type Finished = Static<typeof finishedSchema>;

export type JournalReading =
  | { readonly ok: true; readonly journal: Journal }
  | { readonly ok: false; readonly message: string };

/** The release counter of what runs; 0 when nobody can say. */
export function currentCounterOf(journal: Journal, booted: 'a' | 'b'): number {
  const contents = journal.slots[booted];
  return contents.state === 'known' ? contents.counter : 0;
}

/** Bytes of the largest journal that is read: far above what the bounds inside allow. */
export const maxJournalBytes = 4 * 1_048_576;
const format = 'fettle-journal/1';
const validator = Compile(journalSchema);

/** A device that nothing was ever installed on by us. */
export const emptyJournal: Journal = {
  floor: 0,
  slots: { a: { state: 'unknown' }, b: { state: 'unknown' } },
  work: null,
  committed: null,
  finished: [],
  reports: [],
  droppedReports: 0,
};

/** Writes a journal: a line with format and SHA-256 of the rest, then JSON. */
export function encodeJournal(journal: Journal): Buffer {
  const body = JSON.stringify(journal);
  return Buffer.from(`${format} ${sha256Of(body)}\n${body}`, 'utf8');
}

/** Reads journal bytes. Never throws: a damaged journal is an expected thing after years in the field. */
export function decodeJournal(bytes: Uint8Array): JournalReading {
  if (bytes.length > maxJournalBytes) return wrong(`it has more than ${maxJournalBytes} bytes`);
  const content = Buffer.from(bytes).toString('utf8');
  const line = content.indexOf('\n');
  const [found, checksum] = content.slice(0, Math.max(0, line)).split(' ');
  if (found !== format) return wrong(`expected ${format} in its first line`);
  const body = content.slice(line + 1);
  if (checksum !== sha256Of(body)) return wrong('its checksum does not fit');
  try {
    const value: unknown = JSON.parse(body);
    if (validator.Check(value)) return { ok: true, journal: value };
    const [first] = validator.Errors(value);
    return wrong(`${first?.instancePath ?? ''} ${first?.message ?? 'does not fit the schema'}`);
  } catch {
    return wrong('it is not JSON');
  }
}

function sha256Of(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}

function wrong(what: string): JournalReading {
  return { ok: false, message: `The journal cannot be used: ${what}.` };
}
