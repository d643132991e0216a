import type { RecordedDevice, RecordedReport, Saying, Tell } from './recording.ts';

/** Different values that are kept to be shared; what else comes is kept as often as it comes. */
const mostKnown = 10_000;

/**
 * Lets the devices of a recording share what they have in common: of a hundred thousand that say the same and report
 * the same it is then kept once, which is what makes room in memory and in its caches.
 */
export class Sharing {
  readonly #known = new Map<string, object>();

  device(device: RecordedDevice): RecordedDevice {
    return {
      ...device,
      says: device.says.map((saying) => this.#saying(saying)),
      attempts: device.attempts.map((attempt) => ({
        ...attempt,
        tells: attempt.tells.map((tell) => this.#tell(tell)),
      })),
    };
  }

  #saying({ at, attributes, current }: Saying): Saying {
    const shared = this.#share(`says ${JSON.stringify(attributes)}`, attributes);
    return current === undefined
      ? { at, attributes: shared }
      : { at, attributes: shared, current: this.#share(`runs ${JSON.stringify(current)}`, current) };
  }

  #tell({ ms, isCheckIn, reports }: Tell): Tell {
    const [report] = reports;
    const isPlain = reports.length === 1 && report !== undefined && isBare(report);
    if (!isPlain) return { ms, isCheckIn, reports };
    const key = `tells ${report.back} ${report.sequence} ${report.status}`;
    return { ms, isCheckIn, reports: this.#share(key, reports) };
  }

  /** @param key says all that the value says */
  #share<T extends object>(key: string, value: T): T {
    const known = this.#known.get(key);
    if (known) return known as T;
    if (this.#known.size < mostKnown) this.#known.set(key, value);
    return value;
  }
}

function isBare({ error, detail }: RecordedReport): boolean {
  return error === undefined && detail === undefined;
}
