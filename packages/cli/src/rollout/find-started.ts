import type { Client, RolloutView } from '@fettle/api';

/** The rollout of a version to a group that an earlier run of the same job started; aborted ones do not count. */
export async function findStarted(
  client: Client,
  { fleet, version, group }: { readonly fleet: string; readonly version: string; readonly group: string },
  signal?: AbortSignal,
): Promise<RolloutView | undefined> {
  for await (const view of client.all('listRollouts', { fleet }, signal ? { signal } : {})) {
    const isSame = view.release.version === version && view.group === group && view.returns === null;
    if (isSame && view.status !== 'aborted') return view;
  }
  return undefined;
}
