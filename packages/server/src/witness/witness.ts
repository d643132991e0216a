import { createHash, type KeyObject } from 'node:crypto';
import {
  cosignatureLine,
  judgeGrowth,
  type NoteKey,
  readWitnessRequest,
  vkeyOf,
  type WitnessRequest,
  witnessKeyOf,
} from '@fettle/trust';
import type { HeadStore } from './head-store.ts';

export interface WitnessOptions {
  readonly name: string;
  readonly privateKey: KeyObject;
  /** The logs that it watches. */
  readonly logs: readonly NoteKey[];
  readonly heads: HeadStore;
  readonly now: () => number;
}

/** An answer in HTTP. */
export interface WitnessAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Watches logs: cosigns a checkpoint only if it goes on from the last one that it cosigned. */
export interface Witness {
  readonly vkey: string;
  /** @param body of `add-checkpoint` */
  addCheckpoint(body: string): WitnessAnswer;
  /** The last checkpoint of a log, cosigned. @param hash SHA-256 of the origin, hexadecimal */
  checkpoint(hash: string): WitnessAnswer;
}

const plain = 'text/plain; charset=utf-8';
const statusOf = { malformed: 400, 'unknown-origin': 404, 'not-signed': 403, inconsistent: 422 } as const;

/** @source C2SP tlog-witness */
export function createWitness({ name, privateKey, logs, heads, now }: WitnessOptions): Witness {
  const originOf = new Map(logs.map((key) => [sha256(key.name), key.name]));
  const refuse = (kind: keyof typeof statusOf, why: string) => ({
    status: statusOf[kind],
    type: plain,
    body: `${why}\n`,
  });
  const cosign = (request: WitnessRequest, body: string): WitnessAnswer => {
    const { origin } = request.checkpoint;
    return heads.move<WitnessAnswer>(origin, (last) => {
      const verdict = judgeGrowth(last, request);
      if (verdict.kind === 'conflict') {
        return { answer: { status: 409, type: 'text/x.tlog.size', body: `${verdict.size}\n` } };
      }
      if (verdict.kind !== 'grows') return { answer: refuse(verdict.kind, verdict.why) };
      const line = cosignatureLine(privateKey, name, { text: request.text, atSeconds: Math.floor(now() / 1_000) });
      const note = `${body.slice(body.indexOf('\n\n') + 2)}${line}\n`;
      return { next: { ...request.checkpoint, note }, answer: { status: 200, type: plain, body: `${line}\n` } };
    });
  };
  return {
    vkey: vkeyOf(witnessKeyOf(privateKey, name)),
    addCheckpoint(body) {
      const read = readWitnessRequest(body, (origin) => logs.filter((key) => key.name === origin));
      if (read.kind !== 'signed') return refuse(read.kind, read.why);
      const answer = cosign(read.request, body);
      // Signed by the log itself, and yet against what it said before.
      if (answer.status === 422) {
        heads.keepRefused({ origin: read.request.checkpoint.origin, why: answer.body.trim(), body, at: now() });
      }
      return answer;
    },
    checkpoint(hash) {
      const origin = originOf.get(hash);
      const last = origin === undefined ? undefined : heads.last(origin);
      return last ? { status: 200, type: plain, body: last.note } : refuse('unknown-origin', 'nothing was cosigned');
    },
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
