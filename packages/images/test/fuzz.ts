import { FettleError } from '@fettle/model';
import { spkiId } from '../src/image-keys.ts';
import { inspectImage } from '../src/inspect.ts';
import { judgeImage } from '../src/judge.ts';
import type { Source } from '../src/source.ts';
import { mutate } from './mutate.ts';
import { seededRandom } from './random.ts';
import type { Sample } from './samples.ts';

const maxReadBytes = 16 * 1_048_576;

/** A source over bytes that refuses, loudly, what no reader may ask for. */
export function strictSource(bytes: Uint8Array): Source {
  return {
    size: bytes.length,
    read: async (offset, length) => {
      const isInside = Number.isSafeInteger(offset) && offset >= 0 && length >= 0 && offset + length <= bytes.length;
      if (!isInside || length > maxReadBytes) throw new Error(`over-read: ${length} bytes at ${offset}`);
      return bytes.subarray(offset, offset + length);
    },
  };
}

/**
 * Why an answer about a changed image is wrong; undefined when it is right.
 * @param others good images that may turn up in the place of this one: they were signed, too
 */
export async function findFault(
  sample: Sample,
  changed: Uint8Array,
  others: readonly Sample[] = [],
): Promise<string | undefined> {
  try {
    const inspection = await inspectImage(strictSource(changed), { keys: sample.keys });
    const answer = JSON.stringify(inspection);
    if (/[^\x20-\x7e]/.test(answer)) return `${sample.name}: the answer has bytes of the image in it`;
    if (answer.length > 4_000_000) return `${sample.name}: the answer has ${answer.length} characters`;
    const signedBy = sample.keys.map(({ key }) => spkiId(key));
    const passes = sample.signed.length > 0 && judgeImage(inspection, { signedBy }).verdict === 'pass';
    const claims = inspection.signatures.some(({ verdict }) => verdict === 'ok');
    if ((passes || claims) && ![sample, ...others].some((one) => isUnchanged(one, changed)))
      return `${sample.name}: changed signed bytes are ok`;
    return undefined;
  } catch (error) {
    return `${sample.name}: ${error instanceof FettleError ? error.code : String(error)}`;
  }
}

function isUnchanged(sample: Sample, changed: Uint8Array): boolean {
  if (sample.signed.length === 0) return false;
  return sample.signed.every(({ offset, length }) => {
    return sample.bytes.subarray(offset, offset + length).equals(changed.subarray(offset, offset + length));
  });
}

export interface FuzzRun {
  inputs: number;
  readonly faults: string[];
}

/** Runs mutated images through the readers while `goOn` says so; faults name the seed that shows them again. */
export async function fuzz(
  samples: readonly Sample[],
  options: { readonly firstSeed: number; readonly goOn: (run: FuzzRun) => boolean },
): Promise<FuzzRun> {
  const run: FuzzRun = { inputs: 0, faults: [] };
  for (let seed = options.firstSeed; options.goOn(run); seed++) {
    const sample = samples[seed % samples.length];
    if (!sample) break;
    const fault = await findFault(sample, mutate(sample, samples, seededRandom(seed)), samples);
    run.inputs++;
    if (fault !== undefined) run.faults.push(`seed ${seed}: ${fault}`);
  }
  return run;
}
