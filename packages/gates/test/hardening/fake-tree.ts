import { createHash } from 'node:crypto';
import {
  bytesSource,
  type EntryKind,
  type Visitor,
  type WalkedEntry,
  type WalkedLayer,
  type WalkFormat,
  type WalkProblem,
  type WalkResult,
} from '@fettle/images';
import type { Collector, GateContext } from '../../src/core/gate.ts';

/** One name of a pretend image; text is a file's content. */
export interface FakeEntry {
  readonly path: string;
  readonly kind?: EntryKind;
  readonly mode?: number | null;
  readonly content?: string | Uint8Array;
  /** As of files that are too large to be handed over whole. */
  readonly isLarge?: boolean;
  readonly isContainer?: boolean;
  readonly linkTarget?: string;
}

export interface FakeWalk {
  readonly format?: WalkFormat;
  readonly sizeBytes?: number;
  readonly problems?: readonly WalkProblem[];
}

/** Presents pretend entries to a visitor as a walk does. */
export async function walkFake(
  visitor: Visitor,
  entries: readonly FakeEntry[],
  { format = 'squashfs', sizeBytes = 1_048_576, problems = [] }: FakeWalk = {},
): Promise<WalkResult> {
  const layer: WalkedLayer = { id: 0, parent: null, format, place: '', sizeBytes };
  await visitor.layer?.(layer);
  let bytes = 0;
  for (const one of entries) {
    const content = Buffer.from(one.content ?? '');
    const entry: WalkedEntry = {
      layer,
      path: one.path,
      place: one.path,
      kind: one.kind ?? 'file',
      mode: one.mode === undefined ? 0o644 : one.mode,
      userId: 0,
      groupId: 0,
      sizeBytes: content.length,
      ...(one.linkTarget === undefined ? {} : { linkTarget: one.linkTarget }),
    };
    bytes += content.length;
    await visitor.entry?.(entry);
    if (entry.kind !== 'file') continue;
    const sha256 = createHash('sha256').update(content).digest('hex');
    const whole = one.isLarge ? undefined : content;
    const isContainer = one.isContainer ?? false;
    await visitor.file?.({ ...entry, sha256, content: bytesSource(content), bytes: whole, isContainer });
  }
  return { layers: 1, entries: entries.length, bytes, problems };
}

/** Walks pretend entries and gives what a collector makes of them. */
export async function collect<T>(
  collector: Collector<T>,
  entries: readonly FakeEntry[],
  walk: FakeWalk = {},
): Promise<T> {
  return collector.end(await walkFake(collector, entries, walk));
}

export const now = Date.UTC(2026, 0, 15);

/** An artifact of some bytes, checked at a fixed instant. */
export function contextOf(artifact: Uint8Array = Buffer.alloc(4_096)): GateContext {
  const candidate = {
    digest: createHash('sha256').update(artifact).digest('hex') as GateContext['candidate']['digest'],
    sizeBytes: artifact.length,
    deviceType: 'thermostat',
    component: 'main',
    fleet: 'heating',
    version: '1.2.3',
  };
  return { candidate, source: bytesSource(artifact), now };
}
