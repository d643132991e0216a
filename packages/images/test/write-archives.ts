import { crc32, deflateRawSync } from 'node:zlib';

export interface ArchiveMember {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Kind and permissions; a plain file of 0644 without. */
  readonly mode?: number;
}

/** An archive of cpio, form newc. */
export function writeCpio(members: readonly ArchiveMember[]): Buffer {
  const all = [...members, { name: 'TRAILER!!!', bytes: Buffer.alloc(0), mode: 0 }];
  const parts = all.flatMap(({ name, bytes, mode = 0o100644 }, index) => {
    const fields = [index + 1, mode, 0, 0, 1, 0, bytes.length, 0, 0, 0, 0, name.length + 1, 0];
    const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}${name}\0`;
    return [padded(Buffer.from(header, 'latin1'), 4), padded(bytes, 4)];
  });
  return Buffer.concat(parts);
}

/** An archive of tar, form ustar. */
export function writeTar(members: readonly ArchiveMember[]): Buffer {
  const parts = members.flatMap(({ name, bytes, mode = 0o644 }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, 'latin1');
    header.write(`${(mode & 0o7777).toString(8).padStart(7, '0')}\0`, 100);
    header.write('0000000\0'.repeat(2), 108);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0        0', 136);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((all, byte) => all + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, padded(bytes, 512)];
  });
  return Buffer.concat([...parts, Buffer.alloc(1_024)]);
}

/** An archive of zip, deflated. `isShared` makes all members point to the content of the first. */
export function writeZip(members: readonly ArchiveMember[], options: { readonly isShared?: boolean } = {}): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let at = 0;
  for (const { name, bytes } of members) {
    const packed = deflateRawSync(bytes);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    for (const [index, word] of [crc32(bytes), packed.length, bytes.length].entries()) {
      entry.writeUInt32LE(word, 16 + 4 * index);
    }
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(options.isShared === true ? 0 : at, 42);
    entries.push(entry, Buffer.from(name));
    if (options.isShared === true && at > 0) continue;
    locals.push(local, Buffer.from(name), packed);
    at += 30 + name.length + packed.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, directory, end]);
}

function padded(bytes: Uint8Array, to: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((to - (bytes.length % to)) % to)]);
}
