interface Magic {
  readonly name: string;
  readonly bytes: Buffer;
  /** What else has to hold of the bytes from there on. */
  readonly check?: (at: Buffer) => boolean;
}

const hex = (text: string) => Buffer.from(text, 'hex');
const squashfs: Magic['check'] = (at) => at.length >= 48 && at.readUInt16LE(28) === 4;

/** What begins bytes that look random for a known reason: compression, encryption, pictures. */
const magics: readonly Magic[] = [
  { name: 'gzip', bytes: hex('1f8b08'), check: (at) => at.length > 9 && ((at[3] ?? 0xff) & 0xe0) === 0 },
  { name: 'xz', bytes: hex('fd377a585a00') },
  { name: 'lzma', bytes: hex('5d0000'), check: (at) => at.length > 13 && (at[3] === 0 || at[4] === 0) },
  { name: 'zstd', bytes: hex('28b52ffd') },
  { name: 'lz4', bytes: hex('04224d18') },
  { name: 'lz4', bytes: hex('02214c18') },
  { name: 'lzop', bytes: hex('894c5a4f000d0a1a0a') },
  { name: 'bzip2', bytes: Buffer.from('1AY&SY') },
  { name: 'zip', bytes: hex('504b0304') },
  { name: '7z', bytes: hex('377abcaf271c') },
  { name: 'squashfs', bytes: Buffer.from('hsqs'), check: squashfs },
  { name: 'cramfs', bytes: hex('453dcd28') },
  { name: 'erofs', bytes: hex('e2e1f5e0') },
  { name: 'ubifs', bytes: hex('31181006') },
  { name: 'jffs2', bytes: hex('851902e0') },
  { name: 'jffs2', bytes: hex('1985e002') },
  { name: 'luks', bytes: hex('4c554b53babe') },
  { name: 'openssl', bytes: Buffer.from('Salted__') },
  { name: 'age', bytes: Buffer.from('age-encryption.org/') },
  { name: 'png', bytes: hex('89504e470d0a1a0a') },
  { name: 'jpeg', bytes: hex('ffd8ff') },
  { name: 'webp', bytes: Buffer.from('WEBPVP8') },
  { name: 'gif', bytes: Buffer.from('GIF8') },
  { name: 'woff', bytes: Buffer.from('wOF2') },
  { name: 'ogg', bytes: Buffer.from('OggS') },
];

export interface Explanation {
  readonly name: string;
  /** Bytes from the start of `bytes` on that it explains for sure; beyond, as long as they look the same. */
  readonly until: number;
}

/**
 * What begins in some bytes and explains that what follows looks random: a file system that says how long it is before
 * all that is in it, else the last.
 */
export function explain(bytes: Buffer): Explanation | undefined {
  let best: { readonly at: number; readonly name: string } | undefined;
  for (const { name, bytes: magic, check } of magics) {
    for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 1)) {
      if (check && !check(bytes.subarray(at, at + 64))) continue;
      if (name === 'squashfs') return { name, until: at + Number(bytes.readBigUInt64LE(at + 40)) };
      if (!best || at > best.at) best = { at, name };
    }
  }
  return best && { name: best.name, until: 0 };
}
