import type { WalkProblem, WalkResult } from '@fettle/images';
import { walkLimits } from '@fettle/images';
import type { FindingList } from '../core/finding-list.ts';

export interface Unseen {
  /** 0 to 1: how much of the artifact lies in parts that were not looked into. */
  readonly hiddenShare: number;
  readonly limitsReached: number;
  readonly encryptedParts: number;
  /** Whether more problems were met than a walk tells of. */
  readonly isCut: boolean;
}

const titles = {
  malformed: 'is not what its format demands',
  unsupported: 'is of a kind that is not read',
  encrypted: 'is encrypted',
} as const;

/**
 * Makes findings of what a walk could not look into. Limits and broken images are grave; of the rest, what matters is how
 * much it hides.
 */
export function judgeWalk(
  findings: FindingList,
  walk: WalkResult,
  artifact: { readonly sizeBytes: number; readonly sizeOf: (place: string) => number | undefined },
): Unseen {
  const hidden = new Map<string, number>();
  let [limitsReached, encryptedParts] = [0, 0];
  for (const problem of walk.problems) {
    const { code, hidesUnknown } = problem;
    const place = hidesUnknown ? layerOf(problem.place) : problem.place;
    if (code.startsWith('too-')) limitsReached += 1;
    else if (code !== 'leads-out') hidden.set(place, artifact.sizeOf(place) ?? (place === '' ? artifact.sizeBytes : 0));
    if (code === 'encrypted') encryptedParts += 1;
    tell(findings, problem);
  }
  const bytes = [...hidden.values()].reduce((sum, size) => sum + size, 0);
  const share = artifact.sizeBytes === 0 ? 0 : Math.min(1, bytes / artifact.sizeBytes);
  const hiddenShare = Math.round(share * 10_000) / 10_000;
  return { hiddenShare, limitsReached, encryptedParts, isCut: walk.problems.length >= walkLimits.problems };
}

/** The place of the layer that something lies in, as the layer has it: `` or up to the last `!`. */
function layerOf(place: string): string {
  return place.slice(0, place.lastIndexOf('!') + 1);
}

function tell(findings: FindingList, { code, place, message }: WalkProblem): void {
  const about = [place.replace(/@0x[0-9a-f]+/g, '@')];
  if (code === 'leads-out') {
    // Whoever unpacks it with the rights of root writes wherever it says.
    findings.add({ rule: `walk-${code}`, severity: 'high', place, about, message });
    return;
  }
  if (code !== 'malformed' && code !== 'unsupported' && code !== 'encrypted') {
    const text = `A limit was reached (${code}), so that not everything was seen. ${message}`;
    findings.add({ rule: `walk-${code}`, severity: 'high', place, about, message: text });
    return;
  }
  const isWhole = place === '' || place === '!';
  const severity = code === 'malformed' && isWhole ? 'high' : code === 'unsupported' ? 'low' : 'medium';
  const text = `${isWhole ? 'The image' : 'A part'} ${titles[code]}, and was not looked into. ${message}`;
  findings.add({ rule: `walk-${code}`, severity, place, about, message: text });
}
