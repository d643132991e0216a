import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changed, flipped, inspectBytes } from './broken.ts';
import { findFault, fuzz, strictSource } from './fuzz.ts';
import { seededRandom } from './random.ts';
import { allSamples, mcubootSample, type Sample } from './samples.ts';

const samples = await allSamples();

async function requireNone(sample: Sample, images: Iterable<Buffer>): Promise<number> {
  let count = 0;
  for (const image of images) {
    const fault = await findFault(sample, image);
    assert.equal(fault, undefined, `variant ${count} of ${sample.name}`);
    count++;
  }
  return count;
}

/** Every two and four bytes at an edge as 0, most, one more, one less and 1 GiB, in both byte orders. */
function* fieldsOf({ bytes, edges }: Sample): Generator<Buffer> {
  for (const at of new Set(edges)) {
    if (at + 4 > bytes.length) continue;
    const [small, large] = [bytes.readUInt32LE(at), bytes.readUInt32BE(at)];
    for (const value of [0, 0xffffffff, small + 1, small - 1, 0x40000000]) {
      yield changed(bytes, (copy) => copy.writeUInt32LE(value >>> 0, at));
      yield changed(bytes, (copy) => copy.writeUInt16LE(value & 0xffff, at));
    }
    for (const value of [large + 1, large - 1, 0x40000000]) {
      yield changed(bytes, (copy) => copy.writeUInt32BE(value >>> 0, at));
    }
  }
}

function* cutsOf({ bytes, edges }: Sample): Generator<Buffer> {
  for (const edge of new Set(edges)) {
    for (const at of [edge - 1, edge, edge + 1]) {
      if (at >= 0 && at < bytes.length) yield bytes.subarray(0, at);
    }
  }
}

function* flipsOf({ bytes }: Sample, count: number, seed: number): Generator<Buffer> {
  const random = seededRandom(seed);
  for (let index = 0; index < count; index++) yield flipped(bytes, Math.floor(random() * bytes.length));
}

for (const sample of samples) {
  test(`every field of ${sample.name} at its limits, and every cut, ends in an answer that claims nothing false`, async () => {
    assert.ok((await requireNone(sample, fieldsOf(sample))) > 100);
    assert.ok((await requireNone(sample, cutsOf(sample))) > 10);
  });

  test(`seeded flips in ${sample.name} end in an answer that claims nothing false`, async () => {
    await requireNone(sample, flipsOf(sample, 10_000 / samples.length, 31));
  });
}

test('images that are mutated, spliced and cut in seeded ways never crash a reader nor pass', async () => {
  const run = await fuzz(samples, { firstSeed: 1, goOn: ({ inputs }) => inputs < 4_000 });
  assert.deepEqual(run.faults, []);
});

test('the judge of these tests sees what it looks for: signed bytes that changed, and over-reads', async () => {
  const sample = await mcubootSample('ed25519');
  const longer = Buffer.concat([sample.bytes, Buffer.from('tail')]);
  const wrong = { ...sample, bytes: longer, signed: [{ offset: 0, length: longer.length }] };
  assert.match((await findFault(wrong, flipped(longer, longer.length - 1))) ?? '', /changed signed bytes are ok/);
  await assert.rejects(strictSource(longer).read(longer.length - 1, 2), /over-read/);
});

test('no answer has control characters in it, whatever texts an image carries', async () => {
  const esp32 = samples.find(({ name }) => name === 'esp32 p256');
  assert.ok(esp32);
  const found = await inspectBytes(changed(esp32.bytes, (copy) => copy.write('\x1b]0;x\x07\n', 48, 'latin1')));
  assert.equal(found.version, '\\x1b]0;x\\x07\\x0a');
});
