import { createHash } from 'node:crypto';
import { FettleError, type Instant } from '@fettle/model';
import {
  type CheckpointSignature,
  checkpointText,
  type GrowthVerdict,
  type Head,
  judgeGrowth,
  noteKey,
  type SignCheckpoint,
  signCheckpointBy,
  vkeyOf,
} from '@fettle/trust';
import type { KeyRing } from './keys/key-ring.ts';
import { installation } from './keys/key-roles.ts';
import type { LogRow } from './state/request-log.ts';
import type { SignedHead } from './state/signed-heads.ts';
import type { SignerState } from './state/signer-state.ts';
import { WorkQueue } from './work-queue.ts';

export interface LogDeskParts {
  readonly state: SignerState;
  readonly keys: KeyRing;
  readonly now: () => Instant;
}

/** More logs are not begun: a caller must not fill the disk with them. */
export const mostLogs = 10_000;

/** What came of a request, before it is written down. */
interface Outcome {
  readonly row: LogRow;
  readonly saved?: SignedHead;
  readonly result: CheckpointSignature | FettleError;
}

type Unsigned = Exclude<GrowthVerdict, { readonly kind: 'grows' }>;

/**
 * Where checkpoints of audit logs come to be signed: only what is proven to go on from the last that was signed here.
 * Whoever owns the server cannot have a second history signed. On the disk before it leaves, many in one write.
 */
export class LogDesk {
  readonly #parts: LogDeskParts;
  readonly #queue: WorkQueue<SignCheckpoint, CheckpointSignature>;

  constructor(parts: LogDeskParts) {
    this.#parts = parts;
    this.#queue = new WorkQueue({ laneOf: ({ checkpoint }) => checkpoint.origin, run: (works) => this.#run(works) });
  }

  /** The verifier key of a log. */
  async key(origin: string): Promise<string> {
    const { publicKey } = await this.#parts.keys.installation('audit-log');
    return vkeyOf(noteKey('log', origin, publicKey.key));
  }

  last(origin: string): Head | undefined {
    return this.#parts.state.heads.last(origin);
  }

  /** @throws FettleError `limit-reached`, `overloaded`, `signer-unavailable` when a key that is held elsewhere is away */
  sign(request: SignCheckpoint): Promise<CheckpointSignature> {
    return this.#queue.add(request);
  }

  /** Resolves when what is under way is done. */
  close(): Promise<void> {
    return this.#queue.close();
  }

  async #run(works: readonly SignCheckpoint[]): Promise<readonly (CheckpointSignature | FettleError)[]> {
    const outcomes = await Promise.all(works.map((work) => this.#judgeAndSign(work)));
    this.#parts.state.commitHeads(
      outcomes.flatMap(({ saved }) => (saved ? [saved] : [])),
      outcomes.map(({ row }) => row),
    );
    return outcomes.map(({ result }) => result);
  }

  async #judgeAndSign(request: SignCheckpoint): Promise<Outcome> {
    const { checkpoint } = request;
    const row = this.#rowOf(request);
    try {
      const last = this.last(checkpoint.origin);
      const verdict = judgeGrowth(last, request);
      if (verdict.kind !== 'grows') return { row: { ...row, ...told(verdict) }, result: verdict };
      this.#demandRoom(last);
      const note = await signCheckpointBy(await this.#parts.keys.installation('audit-log'), checkpoint);
      const saved = { ...checkpoint, note };
      return { row: { ...row, verdict: 'signed' }, saved, result: { kind: 'signed', note } };
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      const error = cause instanceof FettleError ? cause : new FettleError('internal', why, { cause });
      return { row: { ...row, verdict: 'failed', message: error.message }, result: error };
    }
  }

  #demandRoom(last: Head | undefined): void {
    if (last || this.#parts.state.heads.count() < mostLogs) return;
    throw new FettleError('limit-reached', `Expected at most ${mostLogs} audit logs, found more.`);
  }

  #rowOf({ checkpoint }: SignCheckpoint): LogRow {
    const sha256 = createHash('sha256').update(checkpointText(checkpoint)).digest('hex');
    const place = { tenant: installation, what: 'checkpoint', device: '' } as const;
    const { origin, size } = checkpoint;
    return { at: this.#parts.now(), ...place, version: size, sha256, verdict: 'failed', message: origin };
  }
}

const reasons = {
  malformed: 'checkpoint-malformed',
  conflict: 'checkpoint-elsewhere',
  inconsistent: 'checkpoint-forks',
} as const;

function told(verdict: Unsigned): Pick<LogRow, 'verdict' | 'message'> {
  const message = verdict.kind === 'conflict' ? `${verdict.size} entries were signed last.` : verdict.why;
  return { verdict: reasons[verdict.kind], message };
}
