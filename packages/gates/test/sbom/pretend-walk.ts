import { createHash } from 'node:crypto';
import {
  bytesSource,
  type Visitor,
  type WalkedEntry,
  type WalkedFile,
  type WalkedLayer,
  type WalkResult,
} from '@fettle/images';
import { digest } from '@fettle/model';
import { beginSbom, type SbomResult } from '../../src/sbom/begin-sbom.ts';
import type { SbomSettings } from '../../src/sbom/sbom-settings.ts';

/** A file of a pretend image. */
export interface PretendFile {
  readonly path: string;
  readonly bytes: Uint8Array | string;
  readonly mode?: number;
  readonly layer?: WalkedLayer;
}

export const outerLayer: WalkedLayer = { id: 0, parent: null, format: 'squashfs', place: '', sizeBytes: 1 };

/** Shows files to a visitor as a walk does, in the order given. */
export async function pretendWalk(visitor: Visitor, files: Iterable<PretendFile>): Promise<WalkResult> {
  const seen = new Set<WalkedLayer>();
  let [entries, bytes] = [0, 0];
  for (const file of files) {
    const walked = walkedFile(file);
    if (!seen.has(walked.layer)) await visitor.layer?.(walked.layer);
    seen.add(walked.layer);
    await visitor.entry?.(walked);
    await visitor.file?.(walked);
    entries++;
    bytes += walked.sizeBytes;
  }
  return { layers: seen.size, entries, bytes, problems: [] };
}

function walkedFile({ path, bytes: content, mode = 0o644, layer = outerLayer }: PretendFile): WalkedFile {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const entry: WalkedEntry = {
    layer,
    path,
    place: layer.place + path,
    kind: 'file',
    mode,
    userId: 0,
    groupId: 0,
    sizeBytes: bytes.length,
  };
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { ...entry, sha256, bytes, content: bytesSource(bytes), isContainer: false };
}

export const candidate = {
  digest: digest('ab'.repeat(32)),
  sizeBytes: 1_000,
  deviceType: 'router-a',
  component: 'rootfs',
  fleet: 'routers',
  version: '1.2.0',
};
export const now = Date.UTC(2026, 0, 2, 3, 4, 5);
const settings: SbomSettings = { supplier: 'Example Ltd', toolVersion: '0.1.0' };

/** The gate's result over a few files. */
export async function sbomOf(files: Iterable<PretendFile>, more: Partial<SbomSettings> = {}): Promise<SbomResult> {
  const gate = beginSbom({ candidate, source: bytesSource(Buffer.alloc(1)), now }, { ...settings, ...more });
  return gate.end(await pretendWalk(gate, files));
}
