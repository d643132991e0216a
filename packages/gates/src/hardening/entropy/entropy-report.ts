import type { WalkFormat } from '@fettle/images';
import type { FindingList } from '../../core/finding-list.ts';
import type { GateDocument } from '../../core/gate.ts';
import type { Facts } from '../watcher.ts';
import type { EntropyMap } from './entropy-map.ts';

/** Formats whose bytes all look random, in whatever order. */
const dense: ReadonlySet<WalkFormat> = new Set(['squashfs', 'zip', 'gzip', 'xz', 'zstd', 'lz4', 'bzip2', 'lzop']);

/** What explains every byte of an artifact of a format; undefined when its parts have to explain themselves. */
export function explanationOf(format: WalkFormat | undefined): string | undefined {
  return format !== undefined && dense.has(format) ? format : undefined;
}

export function judgeEntropy(
  findings: FindingList,
  map: EntropyMap,
  { mostOpaque, previous }: { readonly mostOpaque: number; readonly previous: Facts | undefined },
): Facts {
  const { opaqueShare, opaqueWindows, totalBits } = map;
  const first = map.regions.find(({ explainedBy }) => explainedBy === null);
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const at = first ? { offset: first.offset } : {};
  if (opaqueShare > mostOpaque) {
    const message =
      `${percent(opaqueShare)} of the artifact look random, and nothing known begins there: it is encrypted, or packed in ` +
      `a way that nobody can look into. Expected at most ${percent(mostOpaque)}.`;
    findings.add({ rule: 'opaque-bytes', severity: 'medium', place: '', about: [], message, ...at });
  }
  const before = previous?.opaqueShare;
  if (typeof before === 'number' && opaqueShare - before > mostOpaque) {
    const message = `${percent(opaqueShare)} of the artifact are opaque; in the last release ${percent(before)} were.`;
    findings.add({ rule: 'more-opaque-bytes', severity: 'medium', place: '', about: [], message, ...at });
  }
  const rounded = Math.round(totalBits * 10_000) / 10_000;
  return { opaqueShare, opaqueWindows, entropyBits: rounded, entropyRegions: map.regionCount };
}

export function entropyDocument({ cells, ...map }: EntropyMap): GateDocument {
  const body = { windowBytes: 4_096, ...map, cells: Buffer.from(cells).toString('base64') };
  return { kind: 'entropy', mediaType: 'application/json', bytes: Buffer.from(JSON.stringify(body)) };
}
