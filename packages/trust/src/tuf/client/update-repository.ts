import type { Instant } from '@fettle/model';
import type { RootMetadata, SnapshotMetadata, TargetsMetadata, TimestampMetadata } from '../metadata.ts';
import { type Refused, refusedBy } from '../problem.ts';
import { type Cycle, demandFresh, type FetchMetadata } from './cycle.ts';
import { findTarget, type Lookup } from './find-target.ts';
import type { TrustedState } from './trusted-state.ts';
import { updateRoot } from './update-root.ts';
import { updateSnapshot } from './update-snapshot.ts';
import { updateTargets } from './update-targets.ts';
import { updateTimestamp } from './update-timestamp.ts';

export interface UpdateOptions {
  /**
   * The trusted time of the whole update, or how to find it once the newest root is known: that root names the keys
   * of signed time. Called once.
   */
  readonly now: Instant | ((root: RootMetadata) => Instant | Promise<Instant>);
  /** Targets to look up, delegations and all. */
  readonly paths?: readonly string[];
}

export interface UpdatedRepository {
  readonly ok: true;
  readonly state: TrustedState;
  readonly now: Instant;
  readonly root: RootMetadata;
  readonly timestamp: TimestampMetadata;
  readonly snapshot: SnapshotMetadata;
  /** The top-level targets. */
  readonly targets: TargetsMetadata;
  /** One for each of `paths`. */
  readonly lookups: ReadonlyMap<string, Lookup>;
}

/**
 * The client workflow for one repository: from what is trusted to what is newest, or a refusal.
 * Keep the state that comes back, also with a refusal: it is as far as everything was verified, and never less than
 * it was. It is the same object when nothing changed.
 * Memory: the stored files and one more, each within its limit.
 * @source TUF 1.0.34 §5
 */
export async function updateRepository(
  state: TrustedState,
  fetch: FetchMetadata,
  options: UpdateOptions,
): Promise<UpdatedRepository | (Refused & { readonly state: TrustedState })> {
  const cycle: Cycle = { fetch, state };
  try {
    // §5.2, §5.3.
    const root = await updateRoot(cycle);
    // §5.1: one time for the whole update, however long it takes.
    const now = typeof options.now === 'number' ? options.now : await options.now(root);
    // §5.3.10: only the newest root has to be fresh.
    demandFresh(root, `root ${root.version}`, now);
    const timestamp = await updateTimestamp(cycle, root, now);
    const snapshot = await updateSnapshot(cycle, root, { timestamp, now });
    const targets = await updateTargets(cycle, root, { snapshot, now });
    const lookups = new Map<string, Lookup>();
    const search = { cycle, snapshot, targets, now, loaded: new Map<string, TargetsMetadata>() };
    for (const path of options.paths ?? []) lookups.set(path, await findTarget(search, path));
    cycle.state = forgetUnlisted(cycle.state, snapshot);
    return { ok: true, state: cycle.state, now, root, timestamp, snapshot, targets, lookups };
  } catch (error) {
    return { ...refusedBy(error), state: cycle.state };
  }
}

// As many as the searches of one update may meet; the newest stay.
const delegatedKept = 64;

function forgetUnlisted(state: TrustedState, snapshot: SnapshotMetadata): TrustedState {
  const entries = Object.entries(state.delegated);
  const kept = entries.filter(([name]) => snapshot.meta.has(name)).slice(-delegatedKept);
  return kept.length === entries.length ? state : { ...state, delegated: Object.fromEntries(kept) };
}
