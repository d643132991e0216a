import { FettleError, type Tags } from '@fettle/model';

/** What `device tag` changes: `NAME=VALUE` sets a tag, `NAME-` takes it away. */
export function applyTagChanges(tags: Tags, changes: readonly string[]): Tags {
  const next: Record<string, string> = { ...tags };
  for (const change of changes) {
    const set = /^([A-Za-z0-9._-]{1,64})=(.*)$/s.exec(change);
    const removed = /^([A-Za-z0-9._-]{1,64})-$/.exec(change);
    if (set?.[1] !== undefined) next[set[1]] = set[2] ?? '';
    else if (removed?.[1] !== undefined) delete next[removed[1]];
    else throw new FettleError('invalid-input', `Expected NAME=VALUE or NAME- (to remove), found "${change}".`);
  }
  return next;
}
