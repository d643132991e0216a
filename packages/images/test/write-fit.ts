import { constants, createHash, sign } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { readTree } from '../src/fit/read-tree.ts';
import { signedRegions } from '../src/fit/signed-regions.ts';
import { ImageReader } from '../src/reading/image-reader.ts';
import { bytesSource } from '../src/source.ts';
import type { TestKey } from './keys.ts';

/** A node as pairs: a property with its bytes, or a child with its pairs. Pairs, so that names can be there twice. */
export type Pairs = readonly (readonly [string, Uint8Array | Pairs])[];

/** Writes a flattened device tree of version 17. */
export function writeTree(root: Pairs): Buffer {
  const strings: string[] = [];
  const struct = Buffer.concat([nodeBytes('', root, strings), u32(9)]);
  const names = Buffer.from(strings.map((name) => `${name}\0`).join(''), 'latin1');
  const header = Buffer.alloc(56);
  const words = [0xd00dfeed, 56 + struct.length + names.length, 56, 56 + struct.length, 40, 17, 16, 0];
  for (const [index, word] of [...words, names.length, struct.length].entries()) header.writeUInt32BE(word, index * 4);
  return Buffer.concat([header, struct, names]);
}

function nodeBytes(name: string, pairs: Pairs, strings: string[]): Buffer {
  const parts = pairs.map(([key, value]) => {
    if (!(value instanceof Uint8Array)) return nodeBytes(key, value, strings);
    const head = Buffer.concat([u32(3), u32(value.length), u32(offsetOf(key, strings))]);
    return Buffer.concat([head, padded(value)]);
  });
  return Buffer.concat([u32(1), padded(Buffer.from(`${name}\0`, 'latin1')), ...parts, u32(2)]);
}

function offsetOf(name: string, strings: string[]): number {
  if (!strings.includes(name)) strings.push(name);
  return strings.slice(0, strings.indexOf(name)).reduce((sum, one) => sum + one.length + 1, 0);
}

function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function text(...values: string[]): Buffer {
  return Buffer.from(values.map((value) => `${value}\0`).join(''), 'latin1');
}

export interface FitInput {
  readonly kernel: Uint8Array;
  readonly tree: Uint8Array;
  readonly key: TestKey;
  /** Changes the list of nodes that the signature covers. */
  readonly hashedNodes?: (nodes: string[]) => string[];
  readonly hash?: 'sha256' | 'crc32';
}

const coveredNodes = [
  '/',
  '/configurations/conf-1',
  '/images/kernel-1',
  '/images/kernel-1/hash-1',
  '/images/fdt-1',
  '/images/fdt-1/hash-1',
];

/** A FIT with two images and one configuration, signed by an RSA-3072 (PKCS#1 v1.5) or P-256 key. */
export async function writeFit(input: FitInput): Promise<Buffer> {
  const isRsa = input.key.publicKey.asymmetricKeyType === 'rsa';
  const nodes = input.hashedNodes?.([...coveredNodes]) ?? coveredNodes;
  const unsigned = writeTree(rootPairs(input, nodes, { value: Buffer.alloc(isRsa ? 384 : 64), stringBytes: 0 }));
  const stringBytes = unsigned.readUInt32BE(32);
  const placeholder = Buffer.alloc(isRsa ? 384 : 64, 0x5a);
  const blank = writeTree(rootPairs(input, nodes, { value: placeholder, stringBytes }));
  const tree = await readTree(new ImageReader(bytesSource(blank)));
  const { ranges } = signedRegions(tree, new Set(nodes), stringBytes);
  const message = Buffer.concat(ranges.map(({ offset, length }) => blank.subarray(offset, offset + length)));
  const value = sign('sha256', message, {
    key: input.key.privateKey,
    dsaEncoding: 'ieee-p1363',
    ...(isRsa ? { padding: constants.RSA_PKCS1_PADDING } : {}),
  });
  value.copy(blank, blank.indexOf(placeholder));
  return blank;
}

function rootPairs(
  input: FitInput,
  nodes: readonly string[],
  signature: { readonly value: Buffer; readonly stringBytes: number },
): Pairs {
  const isRsa = input.key.publicKey.asymmetricKeyType === 'rsa';
  const strings = Buffer.concat([u32(0), u32(signature.stringBytes)]);
  const configuration: Pairs = [
    ['description', text('the one')],
    ['kernel', text('kernel-1')],
    ['fdt', text('fdt-1')],
    ['compatible', text('acme,gateway')],
    [
      'signature-1',
      [
        ['algo', text(isRsa ? 'sha256,rsa3072' : 'sha256,ecdsa256')],
        ['key-name-hint', text('dev')],
        ['value', signature.value],
        ['hashed-nodes', text(...nodes)],
        ['hashed-strings', strings],
      ],
    ],
  ];
  return [
    ['timestamp', u32(1_767_225_600)],
    ['description', text('a board of ours')],
    [
      'images',
      [
        ['kernel-1', imagePairs('kernel', input.kernel, input.hash)],
        ['fdt-1', imagePairs('flat_dt', input.tree, input.hash)],
      ],
    ],
    [
      'configurations',
      [
        ['default', text('conf-1')],
        ['conf-1', configuration],
      ],
    ],
  ];
}

function imagePairs(type: string, data: Uint8Array, hash: 'sha256' | 'crc32' = 'sha256'): Pairs {
  const value = hash === 'sha256' ? createHash('sha256').update(data).digest() : u32(crc32(data));
  return [
    ['data', data],
    ['type', text(type)],
    [
      'hash-1',
      [
        ['algo', text(hash)],
        ['value', value],
      ],
    ],
  ];
}
