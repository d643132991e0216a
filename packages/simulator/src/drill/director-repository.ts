import type { DeviceId, Instant, TopRole } from '@fettle/model';
import { fileMetaOf, type TargetFile, wireName } from '@fettle/trust';
import type { Blueprint } from './blueprint.ts';
import { dayMs, endAfter, type HeldRole, quorumOf, signAs } from './held-role.ts';
import { emptyTargets } from './image-repository.ts';
import { RootChain } from './root-chain.ts';

const days = 7;

/** The set of one device, as it is served. */
interface DeviceSet {
  readonly version: number;
  readonly renewAt: Instant;
  /** What was assigned when it was signed, and by which root's keys. */
  readonly targets: ReadonlyMap<string, TargetFile>;
  readonly root: number;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** A simulated director: who gets what now. Sets are signed when a device asks, and kept. */
export class DirectorRepository {
  readonly roots: RootChain;
  readonly #sets = new Map<DeviceId, DeviceSet>();

  constructor(blueprint: Blueprint['director']) {
    this.roots = new RootChain(blueprint, blueprint.time);
  }

  /** What the device gets whose assigned targets these are. */
  async fetch(
    name: string,
    asked: { readonly now: Instant; readonly device: DeviceId; readonly targets: ReadonlyMap<string, TargetFile> },
  ): Promise<Uint8Array | 'absent'> {
    const root = this.roots.files.get(name);
    if (root) return root;
    if (name.endsWith('.root.json')) return 'absent';
    const { device, targets, now } = asked;
    const last = this.#sets.get(device);
    const stands = last && last.targets === targets && last.root === this.roots.version && now < last.renewAt;
    const set = stands ? last : await this.#sign(device, targets, now);
    return set.files.get(name) ?? 'absent';
  }

  lastVersion(device: DeviceId): number {
    return this.#sets.get(device)?.version ?? 0;
  }

  async #sign(device: DeviceId, targets: ReadonlyMap<string, TargetFile>, now: Instant): Promise<DeviceSet> {
    const version = this.lastVersion(device) + 1;
    const files = await signSet(this.roots.held, { device, targets, version, now });
    const set = { version, renewAt: now + (days * dayMs) / 2, targets, root: this.roots.version, files };
    this.#sets.set(device, set);
    return set;
  }
}

/** The three files of one device by whoever holds these keys. */
export async function signSet(
  held: Readonly<Record<Exclude<TopRole, 'root'>, HeldRole>>,
  said: {
    readonly device: DeviceId;
    readonly targets: ReadonlyMap<string, TargetFile>;
    readonly version: number;
    readonly now: Instant;
  },
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { device, targets, version, now } = said;
  const common = { version, expiresAt: endAfter(now, days), unknown: {} };
  const target = await signAs({ type: 'targets', ...emptyTargets, ...common, device, targets }, quorumOf(held.targets));
  const meta = new Map([['targets', fileMetaOf(version, target)]]);
  const snapshot = await signAs({ type: 'snapshot', ...common, meta }, quorumOf(held.snapshot));
  const named = { snapshot: fileMetaOf(version, snapshot) };
  const timestamp = await signAs({ type: 'timestamp', ...common, ...named }, quorumOf(held.timestamp));
  return new Map([
    [wireName('targets', version), target],
    [wireName('snapshot', version), snapshot],
    ['timestamp.json', timestamp],
  ]);
}
