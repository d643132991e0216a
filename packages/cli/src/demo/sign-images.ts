import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { cast } from './cast.ts';
import { type DemoImages, type HubImages, hubTypes, type Image } from './images.ts';
import type { DemoKey } from './keys.ts';
import type { Stage } from './stage.ts';

/** The images of all releases as MCUboot starts them, signed by the key of images. */
export async function signImages(stage: Stage, images: DemoImages, key: DemoKey): Promise<DemoImages> {
  const { versions } = cast;
  const signAll = async (set: HubImages, version: string): Promise<HubImages> => {
    const signed = new Map<string, Image>();
    for (const type of hubTypes) signed.set(type, await signImage(stage, set[type], { version, key }));
    return Object.fromEntries(signed) as HubImages;
  };
  return {
    factory: images.factory,
    first: await signAll(images.first, versions.first),
    second: await signAll(images.second, versions.second),
    broken: await signAll(images.broken, versions.broken),
  };
}

async function signImage(
  stage: Stage,
  { file }: Image,
  { version, key }: { readonly version: string; readonly key: DemoKey },
): Promise<Image> {
  const out = `${file}.signed`;
  const how = ['--format', 'mcuboot', '--version', version, '--key', key.place, '--out', out];
  await stage.type(['image', 'sign', file, ...how]);
  const bytes = await readFile(out);
  return { file: out, digest: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length };
}
