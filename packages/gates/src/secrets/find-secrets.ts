import { createHash } from 'node:crypto';
import type { Detector, Found, View } from './detector.ts';
import { type Literal, LiteralSearch } from './literal-search.ts';
import { isHarmless } from './published-keys.ts';
import { detectors } from './secret-rules.ts';

/** Bytes that detectors may look at, for one byte of content; what goes beyond is hostile. */
const readsPerByte = 64;
const freeReads = 8_388_608;
const defaultReach = 512;
/** Characters of UTF-16 text around a literal that are made narrow. */
const narrowBefore = 256;
const defaultLongest = 600;

interface Tag {
  readonly detector: Detector;
  readonly isWide: boolean;
}

const search = new LiteralSearch<Tag>(detectors.flatMap(literalsOf));

function literalsOf(detector: Detector): readonly Literal<Tag>[] {
  const plain = detector.literals.map((literal) => ({ bytes: Buffer.from(literal), tag: { detector, isWide: false } }));
  if (!detector.inUtf16) return plain;
  const wide = plain.map(({ bytes }) => ({
    bytes: Buffer.from(bytes.toString('latin1'), 'utf16le'),
    tag: { detector, isWide: true },
  }));
  return [...plain, ...wide];
}

export interface FoundSecrets {
  readonly found: readonly Found[];
  /** Whether detectors were called so often that the rest was not read. */
  readonly isCutOff: boolean;
}

/**
 * Looks for every kind of secret that has a literal, in one pass over `range` of the view's bytes. Text in UTF-16 of
 * either byte order is made narrow first. A secret that was read is not read again for what lies inside it.
 * Cost: at most 64 bytes looked at for each byte of content.
 */
export function findSecrets(view: View, range: { readonly from: number; readonly to: number }): FoundSecrets {
  const found: Found[] = [];
  let readsLeft = (range.to - range.from) * readsPerByte + freeReads;
  search.find(view.bytes, range, ({ detector, isWide }, at) => {
    readsLeft -= isWide ? 2 * longestOf(detector) : (detector.reach ?? defaultReach);
    if (readsLeft < 0) return range.to;
    const one = isWide ? readWide(detector, view, at) : detector.read(view, at);
    if (one === undefined) return undefined;
    if (!isOwnTest(one, view)) found.push(one);
    return one.end;
  });
  return { found, isCutOff: readsLeft < 0 };
}

/** Keys that a program carries for its own tests. */
function isOwnTest(found: Found, view: View): boolean {
  const { secret } = found;
  return typeof secret !== 'string' && isHarmless(createHash('sha256').update(secret).digest('hex'), view, found);
}

function longestOf(detector: Detector): number {
  return detector.longest ?? defaultLongest;
}

/** The other byte order needs nothing more: its text holds the same bytes one further on. */
function readWide(detector: Detector, view: View, at: number): Found | undefined {
  const from = at - Math.min(narrowBefore, at >> 1) * 2;
  const to = Math.min(view.bytes.length, at + longestOf(detector) * 2);
  let narrow = Buffer.alloc((to - from + 1) >> 1);
  for (let i = 0; i < narrow.length; i += 1) {
    const isAscii = (view.bytes[from + 2 * i + 1] ?? 0) === 0;
    narrow[i] = isAscii ? (view.bytes[from + 2 * i] ?? 0) : 0;
    if (!isAscii && from + 2 * i > at) narrow = narrow.subarray(0, i);
  }
  const one = detector.read({ ...view, bytes: narrow }, (at - from) >> 1);
  return one === undefined ? undefined : { ...one, at: from + 2 * one.at, end: from + 2 * one.end };
}
