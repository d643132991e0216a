import type { FleetId, Instant } from '@fettle/model';
import {
  type DelegatedRole,
  type FetchMetadata,
  type FileMeta,
  fileMetaOf,
  type TargetFile,
  type TargetsMetadata,
  wireName,
} from '@fettle/trust';
import type { Blueprint } from './blueprint.ts';
import { dayMs, endAfter, type HeldRole, holdNew, keyTableOf, quorumOf, roleKeysOf, signAs } from './held-role.ts';
import { RootChain } from './root-chain.ts';

const days = { targets: 180, fleet: 90, snapshot: 7, timestamp: 1 } as const;

export const emptyTargets: Pick<TargetsMetadata, 'targets' | 'delegations' | 'device' | 'floors'> = {
  targets: new Map<string, TargetFile>(),
  delegations: undefined,
  device: undefined,
  floors: new Map<string, number>(),
};

/** A simulated image repository: what may run. Only the newest files are kept, and every root. */
export class ImageRepository {
  readonly roots: RootChain;
  readonly fleets = new Map<FleetId, HeldRole>();
  readonly meta = new Map<string, FileMeta>();
  readonly #listed = new Map<FleetId, Map<string, TargetFile>>();
  #files = new Map<string, Uint8Array>();
  #renewAt: Instant = 0;
  snapshotVersion = 0;
  timestampVersion = 0;

  constructor(blueprint: Blueprint['image']) {
    this.roots = new RootChain(blueprint, undefined);
    for (const [fleet, shape] of blueprint.fleets) this.fleets.set(fleet, holdNew(shape));
  }

  /** The newest top-level targets and fleet roles, with new snapshot and timestamp. */
  async publish(now: Instant): Promise<void> {
    const roles = ['targets', ...this.fleets.keys()];
    const kept = [...this.#files].filter(([name]) => roles.some((role) => name.endsWith(`.${role}.json`)));
    this.#files = new Map(kept);
    await this.#write('targets', this.delegating(now, this.fleets), quorumOf(this.roots.held.targets));
    for (const [fleet, held] of this.fleets) await this.#write(fleet, this.fleetRole(fleet, now), quorumOf(held));
    await this.#signOnline(now);
  }

  /** One more release of a fleet; to be published. */
  add(fleet: FleetId, targets: ReadonlyMap<string, TargetFile>): void {
    this.#listed.set(fleet, new Map([...(this.#listed.get(fleet) ?? []), ...targets]));
  }

  /** What a device gets. */
  async fetch(name: string, now: Instant): Promise<Uint8Array | 'absent'> {
    if (name === 'timestamp.json' && now >= this.#renewAt) await this.#signOnline(now);
    return this.roots.files.get(name) ?? this.#files.get(name) ?? 'absent';
  }

  /** The next file of a fleet's role, with some targets besides those of its releases. */
  fleetRole(fleet: FleetId, now: Instant, more: ReadonlyMap<string, TargetFile> = new Map()): TargetsMetadata {
    const targets = new Map([...(this.#listed.get(fleet) ?? []), ...more]);
    return { ...emptyTargets, ...this.#next(fleet, endAfter(now, days.fleet)), targets };
  }

  /** The next top-level targets; `holders` of the fleets' keys other than the true ones. */
  delegating(now: Instant, holders: ReadonlyMap<FleetId, HeldRole>): TargetsMetadata {
    const roles = [...holders].map(([name, held]): DelegatedRole => {
      return { name, ...roleKeysOf(held), paths: [`${name}/*/*`], terminating: true };
    });
    const delegations = { keys: keyTableOf(...holders.values()), roles };
    return { ...emptyTargets, ...this.#next('targets', endAfter(now, days.targets)), delegations };
  }

  #next(role: string, expiresAt: Instant) {
    return { type: 'targets', version: (this.meta.get(role)?.version ?? 0) + 1, expiresAt, unknown: {} } as const;
  }

  async #write(role: string, made: TargetsMetadata, signers: HeldRole['signers']): Promise<void> {
    const before = this.meta.get(role);
    const bytes = await signAs(made, signers);
    if (before) this.#files.delete(wireName(role, before.version));
    this.#files.set(wireName(role, made.version), bytes);
    this.meta.set(role, fileMetaOf(made.version, bytes));
  }

  /** Snapshot and timestamp, renewed while devices ask for them: they end soon. */
  async #signOnline(now: Instant): Promise<void> {
    this.#files.delete(wireName('snapshot', this.snapshotVersion));
    const { snapshot, timestamp } = this.roots.held;
    const signed = await signOver(this.meta, {
      now,
      versions: { snapshot: ++this.snapshotVersion, timestamp: ++this.timestampVersion },
      holders: { snapshot, timestamp },
    });
    for (const [name, bytes] of signed) this.#files.set(name, bytes);
    this.#renewAt = now + (days.timestamp * dayMs) / 2;
  }
}

/** Snapshot and timestamp over files: what whoever holds these two keys can say. */
export async function signOver(
  meta: ReadonlyMap<string, FileMeta>,
  by: {
    readonly now: Instant;
    readonly versions: { readonly snapshot: number; readonly timestamp: number };
    readonly holders: { readonly snapshot: HeldRole; readonly timestamp: HeldRole };
  },
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { now, versions, holders } = by;
  const common = (version: number, span: number) => ({ version, expiresAt: endAfter(now, span), unknown: {} });
  const snapshot = await signAs(
    { type: 'snapshot', ...common(versions.snapshot, days.snapshot), meta: new Map(meta) },
    quorumOf(holders.snapshot),
  );
  const named = { snapshot: fileMetaOf(versions.snapshot, snapshot) };
  const timestamp = await signAs(
    { type: 'timestamp', ...common(versions.timestamp, days.timestamp), ...named },
    quorumOf(holders.timestamp),
  );
  return new Map([
    [wireName('snapshot', versions.snapshot), snapshot],
    ['timestamp.json', timestamp],
  ]);
}

/** Serves some files in place of the true ones. */
export function overlaid(honest: FetchMetadata, files: ReadonlyMap<string, Uint8Array>): FetchMetadata {
  return async (name, maxBytes) => files.get(name) ?? (await honest(name, maxBytes));
}
