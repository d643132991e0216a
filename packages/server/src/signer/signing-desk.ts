import { createHash } from 'node:crypto';
import type { EvidenceFile, KnownVersions, OnlineKeys, SignedRole, SignedTime } from '@fettle/control';
import { FettleError, type Repository, type TenantId } from '@fettle/model';
import { assembleFile, fileMetaOf, type Metadata, signatureBy, signTime, type TufSignature } from '@fettle/trust';
import { type JudgeParts, judgeRequest } from './judge-request.ts';
import type { KeyRing } from './keys/key-ring.ts';
import type { Refused } from './rules/refusal.ts';
import { laneOf, roleNameOf, type SignedRecord } from './rules/signed-record.ts';
import type { LogRow } from './state/request-log.ts';
import type { NewRecord } from './state/signer-state.ts';
import { WorkQueue } from './work-queue.ts';

export interface DeskParts extends JudgeParts {
  readonly keys: KeyRing;
}

interface Work {
  readonly of: SignedRole;
  readonly payload: Uint8Array;
}

/** What came of a request, before it is written down. */
interface Outcome {
  readonly row: LogRow;
  readonly made?: { readonly signature: TufSignature; readonly saved: NewRecord };
  readonly error?: FettleError;
}

/** Where requests come to be judged and signed. Nothing leaves before it is on the disk; many share one write. */
export class SigningDesk {
  readonly #parts: DeskParts;
  readonly #queue: WorkQueue<Work, TufSignature>;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#queue = new WorkQueue({ laneOf: ({ of }) => laneOf(of), run: (works) => this.#run(works) });
  }

  async keys(tenant: TenantId): Promise<OnlineKeys> {
    return (await this.#parts.keys.of(tenant)).publicHalves;
  }

  lastVersion(of: SignedRole): number {
    return this.#parts.state.last(of)?.version ?? 0;
  }

  knownVersions(tenant: TenantId, repository: Repository): KnownVersions {
    return repository === 'image' ? this.#parts.images.of(tenant).versions() : {};
  }

  /** @throws FettleError `signing-refused` when a file does not hold */
  learn(tenant: TenantId, files: readonly EvidenceFile[]): void {
    const verdict = this.#parts.images.of(tenant).learn(files);
    if (!verdict.ok) throw refusalError(verdict);
  }

  /** @throws FettleError `signing-refused`, `overloaded`, `signer-unavailable` when a key that is held elsewhere does not answer */
  sign(of: SignedRole, payload: Uint8Array): Promise<TufSignature> {
    return this.#queue.add({ of, payload });
  }

  async time(tenant: TenantId, nonce: string): Promise<SignedTime> {
    const { signers } = await this.#parts.keys.of(tenant);
    const answer = await signTime(nonce, this.#parts.now(), signers.time);
    this.#parts.state.countTime();
    return JSON.parse(Buffer.from(answer).toString('utf8')) as SignedTime;
  }

  /** Resolves when what is under way is done. */
  close(): Promise<void> {
    return this.#queue.close();
  }

  async #run(works: readonly Work[]): Promise<readonly (TufSignature | FettleError)[]> {
    const outcomes = await Promise.all(works.map((work) => this.#judgeAndSign(work)));
    const saved = outcomes.flatMap(({ made }) => (made ? [made.saved] : []));
    // The signatures exist already, but only here: this has to be on the disk before one leaves.
    this.#parts.state.commit(
      saved,
      outcomes.map(({ row }) => row),
    );
    for (const { of } of saved) if (of.repository === 'image') this.#parts.images.of(of.tenant).forgetLookups();
    return outcomes.map(({ made, error }) => made?.signature ?? error ?? unexplained());
  }

  async #judgeAndSign({ of, payload }: Work): Promise<Outcome> {
    const payloadSha256 = createHash('sha256').update(payload).digest('hex');
    const row = this.#row(of, payloadSha256);
    try {
      const verdict = await judgeRequest(this.#parts, { of, payload, payloadSha256 });
      if (!verdict.ok)
        return { row: { ...row, verdict: verdict.reason, message: verdict.message }, error: refusalError(verdict) };
      const { signers } = await this.#parts.keys.of(of.tenant);
      const signature = await signatureBy(payload, signers[keyRoleOf(of)]);
      const saved = recordOf({ of, payload }, { payloadSha256, metadata: verdict.metadata, signature });
      const done = verdict.isRepeat ? 'signed-again' : 'signed';
      return { row: { ...row, version: verdict.metadata.version, verdict: done }, made: { signature, saved } };
    } catch (cause) {
      const error = cause instanceof FettleError ? cause : internal(cause);
      return { row: { ...row, verdict: 'failed', message: error.message }, error };
    }
  }

  #row(of: SignedRole, sha256: string): LogRow {
    const device = of.repository === 'director' ? of.device : '';
    const what = roleNameOf(of);
    return {
      at: this.#parts.now(),
      tenant: of.tenant,
      what,
      device,
      version: null,
      sha256,
      verdict: 'failed',
      message: '',
    };
  }
}

function keyRoleOf(of: SignedRole) {
  return of.repository === 'image' ? (`image-${of.role}` as const) : (`director-${of.role}` as const);
}

interface Made {
  readonly payloadSha256: string;
  readonly metadata: Metadata;
  readonly signature: TufSignature;
}

function recordOf({ of, payload }: Work, { payloadSha256, metadata, signature }: Made): NewRecord {
  const bytes = assembleFile(payload, [signature]);
  const { version } = metadata;
  const record: SignedRecord = { version, payloadSha256, file: fileMetaOf(version, bytes), listed: listedBy(metadata) };
  return { of, record, text: of.repository === 'image' ? Buffer.from(bytes).toString('utf8') : undefined };
}

/** The version of the one file that it names, as far as there is one. */
function listedBy(metadata: Metadata): number | undefined {
  if (metadata.type === 'timestamp') return metadata.snapshot.version;
  return metadata.type === 'snapshot' ? metadata.meta.get('targets')?.version : undefined;
}

function refusalError({ reason, message }: Refused): FettleError {
  return new FettleError('signing-refused', message, { details: { reason } });
}

function internal(cause: unknown): FettleError {
  return new FettleError('internal', `The signer failed: ${cause instanceof Error ? cause.message : String(cause)}`, {
    cause,
  });
}

function unexplained(): FettleError {
  return new FettleError('internal', 'The signer gave neither a signature nor a reason.');
}
