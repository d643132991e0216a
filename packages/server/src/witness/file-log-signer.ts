import type { KeyObject } from 'node:crypto';
import { type CheckpointSignature, judgeGrowth, type LogSigner, logKeyOf, signCheckpoint } from '@fettle/trust';
import { openHeadStore } from './head-store.ts';
import { openKeyFile } from './key-file.ts';

/** A signer over a key file; what it signed last is in a file beside it. */
export interface FileLogSigner extends LogSigner {
  close(): void;
}

/** Opens the key of the installation's logs. @throws FettleError when key or memory cannot be used */
export function openFileLogSigner(keyFile: string): FileLogSigner {
  const key: KeyObject = openKeyFile(keyFile);
  const heads = openHeadStore(`${keyFile}.heads.db`);
  return {
    key: async (origin) => logKeyOf(key, origin),
    last: async (origin) => heads.last(origin),
    async sign(request) {
      const { checkpoint } = request;
      return heads.move<CheckpointSignature>(checkpoint.origin, (last) => {
        const verdict = judgeGrowth(last, request);
        if (verdict.kind !== 'grows') return { answer: verdict };
        const note = signCheckpoint(key, checkpoint);
        // The answer leaves only after this is on the disk.
        return { next: { ...checkpoint, note }, answer: { kind: 'signed', note } };
      });
    },
    close: () => heads.close(),
  };
}
