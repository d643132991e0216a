import { readTree } from '../src/fit/read-tree.ts';
import { signedRegions } from '../src/fit/signed-regions.ts';
import type { ImageKey } from '../src/image-keys.ts';
import type { ImageFormat } from '../src/inspection.ts';
import { writeMcuboot } from '../src/mcuboot/write-mcuboot.ts';
import { ImageReader } from '../src/reading/image-reader.ts';
import type { Range } from '../src/reading/ranges.ts';
import { bytesSource } from '../src/source.ts';
import { type TestKeyKind, testKey, testSigner } from './keys.ts';
import { seededBytes } from './random.ts';
import { signEsp32, writeEsp32 } from './write-esp32.ts';
import { writeFit } from './write-fit.ts';
import { writeElf, writeIntelHex, writeUf2, writeUimage } from './write-small.ts';

/** A good image, and what a test must know to break it. */
export interface Sample {
  readonly name: string;
  readonly format: ImageFormat;
  readonly bytes: Buffer;
  readonly keys: readonly ImageKey[];
  /** What its signatures cover: none of it may change under an `ok`. Empty where nothing is signed. */
  readonly signed: readonly Range[];
  /** Where one part ends and the next begins. */
  readonly edges: readonly number[];
}

/** One good image of each format and kind of signature. */
export async function allSamples(): Promise<Sample[]> {
  return [
    await mcubootSample('p256'),
    await mcubootSample('ed25519'),
    await mcubootSample('rsa3072'),
    esp32Sample('rsa3072'),
    esp32Sample('p256'),
    esp32Sample('p384'),
    await fitSample('rsa3072'),
    await fitSample('p256'),
    ...plainSamples(),
  ];
}

const headerSize = 64;

export async function mcubootSample(kind: Exclude<TestKeyKind, 'p384'>, bodySize = 700): Promise<Sample> {
  const key = testKey(kind);
  const input = { body: seededBytes(1, bodySize), version: '1.2.3+45', counter: 7, headerSize };
  const bytes = Buffer.from(await writeMcuboot(input, testSigner(key)));
  const signedEnd = headerSize + bodySize + 12;
  const edges = [4, 8, 10, 12, 16, 20, 28, 32, headerSize, headerSize + bodySize, headerSize + bodySize + 4, signedEnd];
  for (let at = signedEnd + 4; at < bytes.length; at += 4 + bytes.readUInt16LE(at + 2)) edges.push(at, at + 4);
  const signed = [{ offset: 0, length: signedEnd }];
  return { name: `mcuboot ${kind}`, format: 'mcuboot', bytes, keys: [{ key: key.publicKey }], signed, edges };
}

export function esp32Sample(kind: 'rsa3072' | 'p256' | 'p384'): Sample {
  const key = testKey(kind);
  const code = [seededBytes(2, 500), seededBytes(3, 321)] as const;
  const image = writeEsp32({ chipId: 9, version: 'v2.5.0', secureVersion: 3, code, hasHash: true });
  const bytes = signEsp32(image, [key]);
  const edges = [1, 4, 8, 12, 14, 23, 24, 28, 32, 36, 48, 80, 112, 176, 288, 788, 792, 796, image.length - 32];
  const sectorAt = bytes.length - 4096;
  edges.push(image.length, sectorAt, sectorAt + 4, sectorAt + 36, sectorAt + 420, sectorAt + 812, sectorAt + 1196);
  const signed = [{ offset: 0, length: sectorAt }];
  return { name: `esp32 ${kind}`, format: 'esp32', bytes, keys: [{ key: key.publicKey }], signed, edges };
}

export async function fitSample(kind: 'rsa3072' | 'p256'): Promise<Sample> {
  const key = testKey(kind);
  const bytes = await writeFit({ kernel: seededBytes(4, 700), tree: seededBytes(5, 200), key });
  const tree = await readTree(new ImageReader(bytesSource(bytes)));
  const nodes = tree.tokens.flatMap((token) => (token.kind === 'begin' ? [token.node] : []));
  const covered = nodes.filter(({ name, path }) => path === '/' || name.includes('-1') || name === 'conf-1');
  const hashed = new Set(covered.filter(({ name }) => !name.startsWith('signature')).map(({ path }) => path));
  const { ranges } = signedRegions(tree, hashed, bytes.readUInt32BE(32));
  const datas = nodes.flatMap(({ properties }) => properties.get('data')?.value ?? []);
  const edges = [
    4,
    8,
    12,
    16,
    20,
    24,
    32,
    36,
    40,
    ...tree.tokens.flatMap(({ offset }) => [offset, offset + 4, offset + 8]),
  ];
  const keys = [{ key: key.publicKey, name: 'dev' }];
  return { name: `fit ${kind}`, format: 'fit', bytes, keys, signed: [...ranges, ...datas], edges };
}

export function plainSamples(): Sample[] {
  const elf = writeElf(
    Buffer.from('00112233445566778899aabbccddeeff00112233', 'hex'),
    '{"name":"core","version":"4.2"}',
  );
  const every = (step: number, count: number) => Array.from({ length: count }, (_, index) => index * step);
  const plain = { keys: [], signed: [] };
  return [
    {
      ...plain,
      name: 'uf2',
      format: 'uf2',
      bytes: writeUf2(seededBytes(6, 1_000), 0x10000000, 0xe48bff56),
      edges: every(4, 512),
    },
    { ...plain, name: 'elf', format: 'elf', bytes: elf, edges: every(4, 60) },
    {
      ...plain,
      name: 'uimage',
      format: 'uimage',
      bytes: writeUimage(seededBytes(7, 300), 'boot script'),
      edges: every(4, 20),
    },
    {
      ...plain,
      name: 'intel-hex',
      format: 'intel-hex',
      bytes: writeIntelHex(seededBytes(8, 100)),
      edges: every(1, 60),
    },
  ];
}
