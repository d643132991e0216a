import { inspectElf } from './elf/inspect-elf.ts';
import { inspectEsp32 } from './esp32/inspect-esp32.ts';
import { inspectFit } from './fit/inspect-fit.ts';
import { type ImageKey, type KeyRing, keyRing } from './image-keys.ts';
import type { Findings, ImageFormat, Inspection, Layer } from './inspection.ts';
import { inspectIntelHex } from './intel-hex/inspect-intel-hex.ts';
import { inspectMcuboot } from './mcuboot/inspect-mcuboot.ts';
import { maxDepth, maxWarnings } from './reading/bounds.ts';
import { ImageReader } from './reading/image-reader.ts';
import { Malformed } from './reading/malformed.ts';
import { recogniseReader } from './recognise.ts';
import type { Source } from './source.ts';
import { inspectUf2 } from './uf2/inspect-uf2.ts';
import { inspectUimage } from './uimage/inspect-uimage.ts';

type InspectFormat = (reader: ImageReader, ring: KeyRing) => Promise<Findings>;

/** The formats that are read; of the others only the name is told. */
const readers: Readonly<Partial<Record<ImageFormat, InspectFormat>>> = {
  mcuboot: inspectMcuboot,
  'mcuboot-v1': async () => {
    throw new Malformed('unsupported', 'The header is of MCUboot before 1.0, which no boot loader of today starts.');
  },
  esp32: inspectEsp32,
  fit: inspectFit,
  uimage: inspectUimage,
  uf2: inspectUf2,
  elf: inspectElf,
  'intel-hex': inspectIntelHex,
};

/**
 * Recognises an image and reads what it says about itself: version, counter, hardware; compares its hashes with its
 * bytes and its signatures with the keys. Hostile images end as a `problem` in the answer, and then nothing is claimed.
 * Memory: 64 MiB at most, whatever the image's size; work: at most 16 times the image and 4,194,304 steps.
 * @param options.keys public keys that signatures may be from; signatures of others are `unknown-key`
 * @returns what was found, never a judgement: that is `judgeImage`
 * @throws FettleError `invalid-input` for a key that is not public; whatever the source rejects with
 */
export async function inspectImage(
  source: Source,
  options: { readonly keys?: readonly ImageKey[] } = {},
): Promise<Inspection> {
  const ring = keyRing(options.keys ?? []);
  const reader = new ImageReader(source);
  const format = await recogniseReader(reader);
  const outer: Layer = { format, offset: 0, sizeBytes: source.size };
  try {
    const { inner = [], ...findings } = (await readers[format]?.(reader, ring)) ?? unread(format);
    const layers = [outer, ...(await innerLayers(source, inner))];
    return { ...empty, ...findings, format, layers, warnings: bounded(findings.warnings ?? []) };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { ...empty, format, layers: [outer], problem: { code: error.code, message: error.message } };
  }
}

const empty = { hardwareIds: [], hashes: [], signatures: [], unsigned: [], encrypted: false, warnings: [] } as const;

function unread(format: ImageFormat): Findings {
  return format === 'raw' ? {} : { warnings: [`The format ${format} is recognised, but not read.`] };
}

/** Names what lies inside, one level deep; at most so many parts as layers may be. */
async function innerLayers(source: Source, inner: NonNullable<Findings['inner']>): Promise<Layer[]> {
  const layers: Layer[] = [];
  for (const { offset, sizeBytes } of inner.slice(0, maxDepth)) {
    const part = { size: sizeBytes, read: (at: number, length: number) => source.read(offset + at, length) };
    const format = await recogniseReader(new ImageReader(part));
    if (format !== 'raw') layers.push({ format, offset, sizeBytes });
  }
  return layers;
}

function bounded(warnings: readonly string[]): readonly string[] {
  if (warnings.length <= maxWarnings) return warnings;
  return [...warnings.slice(0, maxWarnings), `There are ${warnings.length - maxWarnings} more warnings.`];
}
