import { said } from '@fettle/model';
import { fraction } from '../../fleet/random.ts';
import type { RecordedAttempt, RecordedDevice } from './recording.ts';

/** Fewer attempts than this say too little of a segment: then those of a wider one are drawn from. */
const leastDonors = 5;

/** What becomes of an attempt that was never made: as what became of one that was, drawn by lot among devices alike. */
export class Donors {
  readonly #seed: string;
  readonly #bySegment = new Map<string, RecordedAttempt[]>();

  constructor(devices: readonly RecordedDevice[], seed: string) {
    this.#seed = seed;
    for (const device of devices) {
      for (const attempt of device.attempts) {
        // One that was called off, or cut off by the end, does not tell how it would have ended.
        if (attempt.isAborted || !isEnded(attempt)) continue;
        for (const segment of segmentsOf(device, attempt)) {
          const list = this.#bySegment.get(segment);
          if (list) list.push(attempt);
          else this.#bySegment.set(segment, [attempt]);
        }
      }
    }
  }

  /** @returns undefined when nobody ever tried the release */
  draw(
    device: RecordedDevice,
    { version, number }: Pick<RecordedAttempt, 'version' | 'number'>,
  ): RecordedAttempt | undefined {
    const lists = segmentsOf(device, { version, number }).map((segment) => this.#bySegment.get(segment) ?? []);
    const list = lists.find((one) => one.length >= leastDonors) ?? lists.findLast((one) => one.length > 0);
    if (!list) return undefined;
    const drawn = fraction(this.#seed, 'donor', device.device.id, version, number);
    return list[Math.floor(drawn * list.length)];
  }
}

function isEnded({ end }: RecordedAttempt): boolean {
  return end === 'succeeded' || end === 'failed' || end === 'rolledBack' || end === 'timedOut';
}

/** From the narrowest to the widest: those who try again are unlike those who try for the first time. */
function segmentsOf(
  { device }: Pick<RecordedDevice, 'device'>,
  { version, number }: Pick<RecordedAttempt, 'version' | 'number'>,
): string[] {
  const turn = number > 1 ? 'again' : 'first';
  const revision = said(device, 'hardware-revision') ?? '';
  return [
    `${version}/${turn}/${device.type}/${revision}`,
    `${version}/${turn}/${device.type}`,
    `${version}/${turn}`,
    `${version}/first`,
  ];
}
