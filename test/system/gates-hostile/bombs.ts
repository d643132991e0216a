import { constants, deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { writeTar, writeZip } from '../../../packages/images/test/write-archives.ts';

const mib = 1_048_576;
const pieceBytes = 64 * mib;
/** 10 GiB and a piece. */
const pieces = 161;
const zeros = Buffer.alloc(pieceBytes);

/** A packed piece of zeros, so often that more than 10 GiB come out: all of these formats allow members in a row. */
function inARow(packed: Uint8Array): Buffer {
  return Buffer.concat(Array.from({ length: pieces }, () => packed));
}

export function gzipBomb(): Buffer {
  return inARow(gzipSync(zeros, { level: 9 }));
}

export function zstdBomb(): Buffer {
  return inARow(zstdCompressSync(zeros, { params: { [constants.ZSTD_c_compressionLevel]: 3 } }));
}

/** @param pack packs by a program of others: xz, lz4, bzip2 */
export function bombBy(pack: (bytes: Uint8Array) => Buffer): Buffer {
  return inARow(pack(zeros));
}

/** Zip archives in zip archives, five deep and eight wide, with 4 MiB of zeros at each end: 128 GiB in a few kilobytes. */
export function nestedZip(): Buffer {
  let inner: Buffer = Buffer.alloc(4 * mib);
  for (let level = 0; level < 5; level++) {
    const content = inner;
    const names = Array.from({ length: 8 }, (_, index) => `${level}-${index}`);
    inner = writeZip(names.map((name) => ({ name: level === 0 ? name : `${name}.zip`, bytes: content })));
  }
  return inner;
}

/** Many names for one member's bytes. */
export function overlappingZip(): Buffer {
  const content = Buffer.alloc(mib);
  const members = Array.from({ length: 1_000 }, (_, index) => ({ name: `m${index}`, bytes: content }));
  return writeZip(members, { isShared: true });
}

/** An archive in an archive in an archive, of changing kinds. */
export function nestedArchives(depth: number): Buffer {
  let inner: Buffer = Buffer.from('the innermost\n');
  for (let level = 0; level < depth; level++) {
    const member = { name: 'in', bytes: inner };
    const kinds = [() => writeTar([member]), () => writeZip([member]), () => gzipSync(inner)];
    inner = (kinds[level % kinds.length] ?? kinds[0])?.() ?? inner;
  }
  return inner;
}

/** A zip archive whose directory says other sizes than come out. */
export function lyingZip(): Buffer {
  const zip = writeZip([{ name: 'etc/large', bytes: Buffer.alloc(mib) }]);
  zip.writeUInt32LE(0xffffffff, zip.indexOf('PK\x01\x02', 0, 'latin1') + 24);
  return zip;
}

/** A tar archive with a member that states 2^33 bytes, and one whose size is 2^63 in the form for large numbers. */
export function lyingTar(size: Buffer): Buffer {
  const tar = writeTar([{ name: 'etc/large', bytes: Buffer.from('small') }]);
  size.copy(tar, 124);
  tar.write('        ', 148);
  const sum = tar.subarray(0, 512).reduce((all, byte) => all + byte, 0);
  tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return tar;
}

/** Raw deflate that never ends: a gzip header, and blocks of zeros without a last one. */
export function endlessGzip(): Buffer {
  const body = deflateRawSync(zeros, { finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([Buffer.from('1f8b0800000000000003', 'hex'), ...Array.from({ length: pieces }, () => body)]);
}
