import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { FettleError } from '@fettle/model';
import { unzipSync } from 'fflate';

/** An image of the demo as a file. */
export interface Image {
  readonly file: string;
  readonly digest: string;
  readonly sizeBytes: number;
}

export const hubTypes = ['prime-hub', 'essential-hub'] as const;
export type HubType = (typeof hubTypes)[number];
export type HubImages = Readonly<Record<HubType, Image>>;

/** Everything that devices of the demo ever run. */
export interface DemoImages {
  readonly factory: Image;
  readonly first: HubImages;
  readonly second: HubImages;
  readonly broken: HubImages;
}

// Two released versions of real firmware, installed by npm under these names and never part of this repository.
const packages = { first: 'pybricks-7-27', second: 'pybricks-7-28' } as const;
const member = 'firmware-base.bin';
/** An archive that claims more than this is none of ours. */
const mostBytes = 16_777_216;

/** Takes the firmware out of the packages, and makes one that is broken. */
export async function prepareImages(folder: string): Promise<DemoImages> {
  const versions = async (name: keyof typeof packages): Promise<Record<HubType, Buffer>> => ({
    'prime-hub': await readFirmware(packages[name], 'primehub.zip'),
    'essential-hub': await readFirmware(packages[name], 'essentialhub.zip'),
  });
  const [first, second] = [await versions('first'), await versions('second')];
  const save = async (set: Record<HubType, Buffer>, label: string): Promise<HubImages> => ({
    'prime-hub': await saveImage(join(folder, `prime-hub-${label}.bin`), set['prime-hub']),
    'essential-hub': await saveImage(join(folder, `essential-hub-${label}.bin`), set['essential-hub']),
  });
  const broken = { 'prime-hub': damage(second['prime-hub']), 'essential-hub': damage(second['essential-hub']) };
  return {
    factory: await saveImage(
      join(folder, 'factory.bin'),
      Buffer.alloc(65_536, 'what the board left its factory with '),
    ),
    first: await save(first, '7.27.0'),
    second: await save(second, '7.28.0'),
    broken: await save(broken, '7.29.0'),
  };
}

async function readFirmware(packageName: string, archive: string): Promise<Buffer> {
  let root: string;
  try {
    root = dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`));
  } catch (cause) {
    throw new FettleError('not-found', `Expected the package ${packageName} with real firmware, found none.`, {
      cause,
      details: { next: 'npm ci in a checkout of Fettle: the demo needs its development packages' },
    });
  }
  const zip = await readFile(join(root, 'build', archive));
  const found = unzipSync(zip, { filter: (file) => file.name === member && file.originalSize <= mostBytes });
  const bytes = found[member];
  if (!bytes) throw new FettleError('not-found', `Expected ${member} in ${archive} of ${packageName}, found none.`);
  return Buffer.from(bytes);
}

/** A few flipped bytes in the middle: it still looks like firmware, and it is signed all the same. */
function damage(image: Buffer): Buffer {
  const broken = Buffer.from(image);
  const middle = Math.floor(broken.length / 2);
  for (let at = middle; at < middle + 64; at++) broken.writeUInt8(broken.readUInt8(at) ^ 0xff, at);
  return broken;
}

async function saveImage(file: string, bytes: Buffer): Promise<Image> {
  await writeFile(file, bytes);
  return { file, digest: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length };
}
