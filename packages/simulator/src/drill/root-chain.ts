import type { Instant, TopRole } from '@fettle/model';
import { type RootMetadata, wireName } from '@fettle/trust';
import type { RepositoryShape, RoleShape } from './blueprint.ts';
import { dayMs, endAfter, type HeldRole, holdNew, keyTableOf, quorumOf, roleKeysOf, signAs } from './held-role.ts';

const rootDays = 365;
/** Officers meet again before it comes to this. */
const renewedBeforeMs = 60 * dayMs;

/** The roots of one repository, oldest first, and who holds its top-level roles now. */
export class RootChain {
  readonly files = new Map<string, Uint8Array>();
  /** What honest officers ever signed. */
  readonly texts = new Set<string>();
  /** Change what is held, then publish. */
  held: Record<TopRole, HeldRole>;
  time: HeldRole | undefined;
  version: number;
  expiresAt: Instant = 0;
  #signedBy: HeldRole | undefined;

  constructor(shape: RepositoryShape, time: RoleShape | undefined) {
    const { root, targets, snapshot, timestamp } = shape;
    this.held = {
      root: holdNew(root),
      targets: holdNew(targets),
      snapshot: holdNew(snapshot),
      timestamp: holdNew(timestamp),
    };
    this.time = time && holdNew(time);
    this.version = shape.version - 1;
  }

  /** The newest root as a device has it. */
  get newest(): Uint8Array {
    return this.files.get(wireName('root', this.version)) ?? new Uint8Array();
  }

  /**
   * The next root, signed by thresholds of those who held the last one and of those who hold this one.
   * @param lost of the former holders, how many lost their keys
   */
  async publish(now: Instant, { lost = 0, timeFloor }: { lost?: number; timeFloor?: Instant } = {}): Promise<void> {
    const { root } = this.held;
    const before = this.#signedBy ?? root;
    const made = this.next(now, timeFloor);
    const bytes = await signAs(made, [...new Set([...quorumOf(before, lost), ...quorumOf(root)])]);
    this.#signedBy = root;
    this.version = made.version;
    this.expiresAt = made.expiresAt;
    this.files.set(wireName('root', made.version), bytes);
    this.texts.add(Buffer.from(bytes).toString('utf8'));
  }

  /** What the next root would say. */
  next(now: Instant, floor?: Instant): RootMetadata {
    const { root, targets, snapshot, timestamp } = this.held;
    return {
      type: 'root',
      version: this.version + 1,
      expiresAt: endAfter(now, rootDays),
      unknown: {},
      keys: keyTableOf(root, targets, snapshot, timestamp),
      roles: {
        root: roleKeysOf(root),
        targets: roleKeysOf(targets),
        snapshot: roleKeysOf(snapshot),
        timestamp: roleKeysOf(timestamp),
      },
      time: this.time && { keys: [...keyTableOf(this.time).values()], floor },
    };
  }

  isDue(now: Instant): boolean {
    return this.expiresAt - now < renewedBeforeMs;
  }
}
