import type { Source } from '@fettle/images';

// First bytes, with where they stand: compressed wrappers and archives whose every byte is presented again as a part.
const starts: readonly (readonly [number, string])[] = [
  [0, '1f8b'],
  [0, 'fd377a585a00'],
  [0, '28b52ffd'],
  [0, '04224d18'],
  [0, '02214c18'],
  [0, '425a68'],
  [0, '894c5a4f000d0a1a0a'],
  [0, '68737173'],
  [0, '504b0304'],
  [0, '213c617263683e0a'],
  [0, '30373037'],
  [257, '7573746172'],
];
const headBytes = 512;

/**
 * Whether there is nothing in a container beside what its parts hold, or nothing that could be read before it is
 * unpacked. File systems and raw dumps are read twice instead: deleted files and gaps belong to no part.
 */
export async function isToldByItsParts(content: Source): Promise<boolean> {
  const head = Buffer.from(await content.read(0, Math.min(headBytes, content.size)));
  return starts.some(([at, hex]) => head.toString('hex', at, at + hex.length / 2) === hex);
}
