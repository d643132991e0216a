import { createHash, randomBytes } from 'node:crypto';
import { bytesSource, inspectImage, writeMcuboot } from '../packages/images/src/index.ts';
import { fuzz } from '../packages/images/test/fuzz.ts';
import { testKey, testSigner } from '../packages/images/test/keys.ts';
import { samplesOf } from '../packages/images/test/real-samples.ts';
import { allSamples } from '../packages/images/test/samples.ts';
import { realImages } from '../test/peers/images/pybricks.ts';

const mega = 1_048_576;
const rounds = 15;
/** Looking at the memory costs more than a small image: it is looked at after so many. */
const inputsPerLook = 32;

/**
 * Mutated and random images through all readers for a while, and how fast an MCUboot image is checked. A failure is a
 * crash, an over-read, an answer with raw bytes in it, or an `ok` for signed bytes that changed; a hang would be the
 * slowest input. The peak is what the process grew by while it read images of up to 0.8 MB, made anew for each input.
 */
export async function measureImages(note: (text: string) => void, seconds = 300): Promise<Record<string, number>> {
  note(`images: ${seconds} s of mutated images`);
  return { ...(await measureFuzz(note, seconds)), ...(await measureRate()) };
}

async function measureFuzz(note: (text: string) => void, seconds: number): Promise<Record<string, number>> {
  const samples = await allSamples();
  for (const { name, bytes } of realImages().slice(0, 7)) samples.push(...(await samplesOf(name, bytes)));
  const firstSeed = randomBytes(4).readUInt32LE(0);
  await fuzz(samples, { firstSeed, goOn: ({ inputs }) => inputs < 500 });
  const before = process.memoryUsage.rss();
  const end = performance.now() + seconds * 1_000;
  let [peak, slowestMs, last] = [before, 0, performance.now()];
  const run = await fuzz(samples, {
    firstSeed: firstSeed + 500,
    goOn: ({ inputs }) => {
      const now = performance.now();
      slowestMs = Math.max(slowestMs, now - last);
      last = now;
      if (inputs % inputsPerLook === 0) peak = Math.max(peak, process.memoryUsage.rss());
      return now < end;
    },
  });
  for (const fault of run.faults.slice(0, 10)) note(`images: ${fault}`);
  return {
    'images.fuzz_inputs': run.inputs,
    'images.fuzz_failures': run.faults.length,
    'images.fuzz_slowest_ms': slowestMs,
    'images.fuzz_peak_mb': (peak - before) / mega,
  };
}

/** Hash and ECDSA signature of 16 MiB, beside one bare SHA-256 over the same bytes. */
async function measureRate(): Promise<Record<string, number>> {
  const key = testKey('p256');
  const body = randomBytes(16 * mega);
  const image = await writeMcuboot({ body, version: '1.0.0' }, testSigner(key));
  const checked = await medianMs(async () => {
    const { signatures } = await inspectImage(bytesSource(image), { keys: [{ key: key.publicKey }] });
    if (signatures[0]?.verdict !== 'ok') throw new Error('The signature of the measured image is not good.');
  });
  const bare = await medianMs(async () => {
    createHash('sha256').update(image).digest();
  });
  return {
    'images.mcuboot_mb_per_s': image.length / mega / (checked / 1_000),
    'images.mcuboot_rate_ratio': bare / checked,
  };
}

async function medianMs(work: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
}
