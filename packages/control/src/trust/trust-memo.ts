import type { DirectorSet } from '@fettle/model';
import type { Metadata } from '@fettle/trust';

/** What a process remembers of repositories: files that were read, and which devices are being signed for. */
export interface TrustMemo {
  /** What a file that never changes says; read by `read` when it is not remembered. */
  file(key: string, read: () => Metadata): Metadata;
  /** Joins the signing that is under way under this key, or begins it. */
  signOnce(key: string, sign: () => Promise<DirectorSet>): Promise<DirectorSet>;
}

/** Files that are kept in memory: those of the fleets that are being rolled out. */
const mostFiles = 32;

export function createTrustMemo(): TrustMemo {
  const files = new Map<string, Metadata>();
  const signing = new Map<string, Promise<DirectorSet>>();
  return {
    file(key, read) {
      const found = files.get(key) ?? read();
      files.delete(key);
      files.set(key, found);
      for (const oldest of files.keys()) {
        if (files.size <= mostFiles) break;
        files.delete(oldest);
      }
      return found;
    },
    signOnce(key, sign) {
      const known = signing.get(key);
      if (known) return known;
      const begun = sign().finally(() => signing.delete(key));
      signing.set(key, begun);
      return begun;
    },
  };
}
