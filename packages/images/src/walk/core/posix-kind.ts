import type { EntryKind } from '../walked.ts';

const kinds: ReadonlyMap<number, EntryKind> = new Map([
  [0o01, 'pipe'],
  [0o02, 'device'],
  [0o04, 'folder'],
  [0o06, 'device'],
  [0o10, 'file'],
  [0o12, 'link'],
  [0o14, 'socket'],
]);

/** The kind that stands in the upper bits of a mode; undefined for none that POSIX knows. */
export function kindOfMode(mode: number): EntryKind | undefined {
  return kinds.get((mode >> 12) & 0o17);
}
