import { createHash } from 'node:crypto';
import type { GateContext, GateReport } from '@fettle/gates';
import { beginSecrets } from '@fettle/gates/run';
import { bytesSource, type WalkedFile, type WalkResult } from '@fettle/images';
import { digest } from '@fettle/model';

const layer = { id: 0, parent: null, format: 'squashfs', place: '', sizeBytes: 0 } as const;

export const context: GateContext = {
  candidate: {
    digest: digest('0'.repeat(64)),
    sizeBytes: 0,
    deviceType: 'gateway-2',
    component: 'rootfs',
    fleet: 'gateways',
    version: '1.0.0',
  },
  source: bytesSource(new Uint8Array(0)),
  now: 0,
};

/** A file as a walk presents it; a large one comes without its whole content. */
export function walkedFile(path: string, bytes: Buffer, { isLarge = false } = {}): WalkedFile {
  const sha256 = isLarge ? '' : createHash('sha256').update(bytes).digest('hex');
  return {
    ...{ layer, path, place: path, kind: 'file', mode: 0o644, userId: 0, groupId: 0, sizeBytes: bytes.length },
    ...{ sha256, content: bytesSource(bytes), bytes: isLarge ? undefined : bytes, isContainer: false },
  };
}

export function walkOf(entries: number, bytes: number): WalkResult {
  return { layers: 1, entries, bytes, problems: [] };
}

/** What the gate says of these files. */
export async function checkFiles(files: readonly WalkedFile[]): Promise<GateReport> {
  const collector = beginSecrets(context);
  for (const file of files) await collector.file?.(file);
  return collector.end(walkOf(files.length, 0));
}
