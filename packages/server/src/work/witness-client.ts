import { createHash } from 'node:crypto';
import {
  type AuditLog,
  type AuditLogReads,
  type AuditLogStore,
  proveGrowth,
  rootAt,
  type Scope,
} from '@fettle/control';
import { FettleError } from '@fettle/model';
import {
  mostWitnessRequestBytes,
  type NoteKey,
  readNote,
  readSignature,
  readVkey,
  sameHash,
  verifyCheckpoint,
  verifyCosignature,
  witnessRequest,
} from '@fettle/trust';

/** A witness, and where it is. */
export interface WitnessPlace {
  readonly key: NoteKey;
  /** Without a slash at the end. */
  readonly url: string;
}

/** Reads the setting `audit.witnesses`: `VKEY URL`, several with commas between. @throws FettleError `invalid-input` */
export function readWitnesses(setting: string): readonly WitnessPlace[] {
  return setting
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [vkey = '', url = '', ...rest] = part.split(/\s+/);
      const key = readVkey(vkey);
      if (key.kind !== 'witness' || !URL.canParse(url) || !/^https?:/.test(url) || rest.length > 0) {
        throw new FettleError('invalid-input', 'Expected audit.witnesses as "VKEY URL, VKEY URL" of witnesses.');
      }
      return { key, url: url.replace(/\/+$/, '') };
    });
}

export interface WitnessClient {
  /**
   * Why the log must not go on, by what the witnesses have cosigned of it before. They are asked when the log is first
   * met, and again when one refuses a checkpoint.
   */
  alarmOf(log: AuditLog, reads: AuditLogReads, size: number): Promise<string | undefined>;
  /** Shows the newest checkpoint of a tenant to those witnesses that have not cosigned it yet. */
  show(scope: Scope, store: AuditLogStore, duty: { name: string; term: number }): Promise<void>;
}

export interface WitnessClientOptions {
  readonly witnesses: readonly WitnessPlace[];
  readonly timeoutMs: number;
  readonly onTrouble: (witness: string, why: string) => void;
}

/** Talks to the witnesses of the installation. */
export function createWitnessClient(options: WitnessClientOptions): WitnessClient {
  const alarms = new Map<string, string | undefined>();
  return {
    async alarmOf(log, reads, size) {
      if (alarms.has(log.origin)) return alarms.get(log.origin);
      let alarm: string | undefined;
      for (const witness of options.witnesses) alarm ??= await compareHead(options, witness, { log, reads, size });
      alarms.set(log.origin, alarm);
      return alarm;
    },
    async show(scope, store, duty) {
      const reads = store.reads(scope);
      const log = await reads.auditLog();
      const [newest] = log ? await reads.checkpoints(log.number) : [];
      if (!log || !newest) return;
      for (const witness of options.witnesses) {
        if (newest.cosignatures.some((line) => readSignature(line)?.keyId === witness.key.id)) continue;
        const line = await ask(options, witness, { log, reads, note: newest.note, size: newest.size });
        if (line === undefined) {
          // Only what the log itself has signed counts: a witness cannot stop it by a word.
          const size = await reads.logSize(log.number);
          const alarm = await compareHead(options, witness, { log, reads, size });
          if (alarm !== undefined) alarms.set(log.origin, alarm);
          continue;
        }
        await store.transact(scope, async (tx) => {
          await tx.demandTerm(duty.name, duty.term);
          await tx.saveCosignature(log.number, { checkpoint: newest, witness: witness.key.name, line });
        });
      }
    },
  };
}

interface Shown {
  readonly log: AuditLog;
  readonly reads: AuditLogReads;
  readonly note: string;
  readonly size: number;
}

/** Asks for a cosignature, from the size that the witness says it is at. @returns its line, verified */
async function ask(options: WitnessClientOptions, witness: WitnessPlace, shown: Shown): Promise<string | undefined> {
  const { log, reads, note, size } = shown;
  let oldSize = 0;
  for (let i = 0; i < 3; i++) {
    const proof = await proveGrowth(reads, log, { oldSize, size });
    const answer = await exchange(options, witness, '/add-checkpoint', witnessRequest(oldSize, proof, note));
    if (answer === undefined) return undefined;
    const { status, body } = answer;
    if (status === 200)
      return goodLine(witness, note, body) ?? trouble(options, witness, 'its cosignature does not verify');
    const theirs = status === 409 && /^\d{1,15}\n$/.test(body) ? Number(body) : undefined;
    if (theirs === undefined)
      return trouble(options, witness, `it refuses with ${status}: ${body.slice(0, 200).trim()}`);
    if (theirs > size) return trouble(options, witness, `it has cosigned ${theirs} entries, the log has ${size}`);
    oldSize = theirs;
  }
  return trouble(options, witness, 'it moves on while it is asked');
}

function goodLine({ key }: WitnessPlace, note: string, body: string): string | undefined {
  const line = body.split('\n').find((one) => readSignature(one)?.keyId === key.id);
  return line !== undefined && verifyCosignature(readNote(note)?.text ?? '', line, key) ? line : undefined;
}

/** Why a log must not go on: the witness has cosigned more of it, or something else. */
async function compareHead(
  options: WitnessClientOptions,
  witness: WitnessPlace,
  { log, reads, size }: { log: AuditLog; reads: AuditLogReads; size: number },
): Promise<string | undefined> {
  const hash = createHash('sha256').update(log.origin).digest('hex');
  const answer = await exchange(options, witness, `/${hash}/checkpoint`);
  if (answer?.status !== 200) return undefined;
  const verdict = verifyCheckpoint(answer.body, [readVkey(log.vkey), witness.key]);
  if (!verdict.ok) return trouble(options, witness, `its last checkpoint is not valid: ${verdict.why}`);
  const seen = verdict.checkpoint;
  const name = witness.key.name;
  if (seen.size > size) {
    return `${name} has cosigned ${seen.size} entries, the database has ${size}. Restore a newer backup, or begin a new log: fettle audit restart --reason TEXT.`;
  }
  return sameHash(await rootAt(reads, log, seen.size), seen.root) ? undefined : `${name} has cosigned other entries.`;
}

function trouble(options: WitnessClientOptions, witness: WitnessPlace, why: string): undefined {
  options.onTrouble(witness.key.name, why);
  return undefined;
}

async function exchange(
  options: WitnessClientOptions,
  witness: WitnessPlace,
  path: string,
  body?: string,
): Promise<{ status: number; body: string } | undefined> {
  try {
    const signal = AbortSignal.timeout(options.timeoutMs);
    const request = body === undefined ? {} : { method: 'POST', body, headers: { 'content-type': 'text/plain' } };
    const response = await fetch(`${witness.url}${path}`, { ...request, signal, redirect: 'error' });
    return { status: response.status, body: await boundedText(response) };
  } catch (error) {
    return trouble(options, witness, `it cannot be reached: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function boundedText(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > mostWitnessRequestBytes) throw new Error('its answer is too long');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
