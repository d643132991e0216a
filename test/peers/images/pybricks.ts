import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

export interface RealImage {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Images that run on real hubs, from two releases of their maker (npm @pybricks/firmware, MIT). */
export function realImages(): RealImage[] {
  const require = createRequire(import.meta.url);
  return ['pybricks-7-27', 'pybricks-7-28'].flatMap((release) => {
    const folder = join(dirname(require.resolve(`${release}/package.json`)), 'build');
    const zips = readdirSync(folder).filter((name) => name.endsWith('.zip'));
    return zips.map((name) => ({
      name: `${release}/${name}`,
      bytes: memberOf(readFileSync(join(folder, name)), 'firmware-base.bin'),
    }));
  });
}

/** One member of a ZIP archive, found by its central directory. @source APPNOTE.TXT 6.3.10 §4.3 */
function memberOf(zip: Buffer, wanted: string): Buffer {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const nameEnd = at + 46 + zip.readUInt16LE(at + 28);
    if (zip.toString('latin1', at + 46, nameEnd) === wanted) return inflateMember(zip, at);
    at = nameEnd + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  throw new Error(`The archive has no ${wanted}.`);
}

function inflateMember(zip: Buffer, entry: number): Buffer {
  const local = zip.readUInt32LE(entry + 42);
  const data = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const bytes = zip.subarray(data, data + zip.readUInt32LE(entry + 20));
  return zip.readUInt16LE(entry + 10) === 0 ? bytes : inflateRawSync(bytes);
}
