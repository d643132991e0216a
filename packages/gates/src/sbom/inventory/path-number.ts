const mergedFolders: readonly string[] = ['bin/', 'sbin/', 'lib/', 'lib32/', 'lib64/', 'libx32/'];

/**
 * A path of a layer as a number of 53 bits, so that lists of a hundred thousand paths stay small. Paths that differ only
 * by the `usr/` that distributions merged away (`/lib/x`, `/usr/lib/x`) have the same one.
 * Two paths may share a number by chance or on purpose: good for a coverage figure, not for trust.
 */
export function pathNumber(layer: number, path: string): number {
  const plain = withoutUsr(path);
  let [high, low] = [0xdeadbeef ^ layer, 0x41c6ce57 ^ layer];
  for (let at = 0; at < plain.length; at++) {
    const code = plain.charCodeAt(at);
    high = Math.imul(high ^ code, 2_654_435_761);
    low = Math.imul(low ^ code, 1_597_334_677);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  return 4_294_967_296 * (2_097_151 & low) + (high >>> 0);
}

function withoutUsr(path: string): string {
  const at = path.startsWith('usr/') ? 0 : path.indexOf('/usr/') + 1;
  if (at === 0 && !path.startsWith('usr/')) return path;
  const rest = path.slice(at + 4);
  return mergedFolders.some((folder) => rest.startsWith(folder)) ? path.slice(0, at) + rest : path;
}
