import type { Sample } from './samples.ts';

type Random = () => number;
type Mutation = (bytes: Buffer, tools: { random: Random; sample: Sample; others: readonly Sample[] }) => Buffer;

/** Makes one broken image out of a good one; one to three changes at random, the same for the same seed. */
export function mutate(sample: Sample, others: readonly Sample[], random: Random): Buffer {
  let bytes: Buffer = Buffer.from(sample.bytes);
  const rounds = 1 + Math.floor(random() * 3);
  for (let round = 0; round < rounds; round++) {
    bytes = pick(mutations, random)(bytes, { random, sample, others });
  }
  return bytes;
}

const mutations: readonly Mutation[] = [
  flipBits,
  flipBits,
  setField,
  setField,
  cutOff,
  append,
  copyPart,
  movePart,
  spliceOther,
  fillRandom,
  keepStart,
];

function flipBits(bytes: Buffer, { random }: { random: Random }): Buffer {
  if (bytes.length === 0) return bytes;
  for (let flips = 1 + Math.floor(random() * 4); flips > 0; flips--) {
    const at = Math.floor(random() * bytes.length);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << Math.floor(random() * 8)), at);
  }
  return bytes;
}

/** Numbers that break sums: nothing, most, one more and less, and claims of 1 GiB. */
const numbers = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe, 0x40000000, 0x10000, 0xffff, 0x100] as const;

function setField(bytes: Buffer, { random, sample }: { random: Random; sample: Sample }): Buffer {
  const at = place(bytes, sample, random);
  if (at + 4 > bytes.length) return bytes;
  const isWord = random() < 0.5;
  const isBig = random() < 0.5;
  const old = isWord ? bytes.readUInt32LE(at) : bytes.readUInt16LE(at);
  const value = random() < 0.4 ? old + (random() < 0.5 ? 1 : -1) : pick(numbers, random);
  if (isWord && isBig) bytes.writeUInt32BE(value >>> 0, at);
  else if (isWord) bytes.writeUInt32LE(value >>> 0, at);
  else if (isBig) bytes.writeUInt16BE(value & 0xffff, at);
  else bytes.writeUInt16LE(value & 0xffff, at);
  return bytes;
}

function cutOff(bytes: Buffer, { random, sample }: { random: Random; sample: Sample }): Buffer {
  return Buffer.from(bytes.subarray(0, Math.max(0, place(bytes, sample, random) + Math.floor(random() * 3) - 1)));
}

function append(bytes: Buffer, { random }: { random: Random }): Buffer {
  const length = Math.floor(random() * 5_000);
  return Buffer.concat([bytes, Buffer.alloc(length, Math.floor(random() * 256))]);
}

function copyPart(bytes: Buffer, { random, sample }: { random: Random; sample: Sample }): Buffer {
  const [from, to] = twoPlaces(bytes, sample, random);
  const part = bytes.subarray(from, to);
  return Buffer.concat([bytes.subarray(0, to), part, bytes.subarray(to)]);
}

function movePart(bytes: Buffer, { random, sample }: { random: Random; sample: Sample }): Buffer {
  const [from, to] = twoPlaces(bytes, sample, random);
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to), bytes.subarray(from, to)]);
}

function spliceOther(bytes: Buffer, tools: { random: Random; sample: Sample; others: readonly Sample[] }): Buffer {
  const other = pick(tools.others, tools.random);
  const at = place(bytes, tools.sample, tools.random);
  return Buffer.concat([bytes.subarray(0, at), other.bytes.subarray(place(other.bytes, other, tools.random))]);
}

function fillRandom(bytes: Buffer, { random, sample }: { random: Random; sample: Sample }): Buffer {
  const [from, to] = twoPlaces(bytes, sample, random);
  for (let at = from; at < Math.min(to, from + 64); at++) bytes.writeUInt8(Math.floor(random() * 256), at);
  return bytes;
}

/** Random bytes behind a good start: the magic number and perhaps the header. */
function keepStart(bytes: Buffer, { random }: { random: Random }): Buffer {
  const start = bytes.subarray(0, 4 + Math.floor(random() * 60));
  const noise = Buffer.from(Array.from({ length: Math.floor(random() * 2_000) }, () => Math.floor(random() * 256)));
  return Buffer.concat([start, noise]);
}

function twoPlaces(bytes: Buffer, sample: Sample, random: Random): readonly [number, number] {
  const [first, second] = [place(bytes, sample, random), place(bytes, sample, random)];
  return [Math.min(first, second), Math.max(first, second)];
}

/** An edge of the structure more often than any other place. */
function place(bytes: Buffer, sample: Sample, random: Random): number {
  const at =
    random() < 0.7 && sample.edges.length > 0 ? pick(sample.edges, random) : Math.floor(random() * bytes.length);
  return Math.min(at, bytes.length);
}

function pick<T>(all: readonly T[], random: Random): T {
  const one = all[Math.floor(random() * all.length)];
  if (one === undefined) throw new Error('There is nothing to pick from.');
  return one;
}
