import type { DeviceTrust, TrustedState } from '@fettle/trust';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Disk } from '../disk.ts';
import type { Log } from '../log.ts';
import { type FileForm, type FileReading, readChecked, writeChecked } from './checked-file.ts';

/** What is stored of each repository. The time floor lies with the director's root, as only that one may lower it. */
interface StoredDirector {
  readonly state: TrustedState;
  readonly timeFloor: number;
}
interface StoredImage {
  readonly state: TrustedState;
}

/** One update brings 8 MiB at most, and quotes are escaped when they are stored. */
const maxBytes = 25_165_824;
const format = 'fettle-trust/1';
const text = Type.String();
const stateSchema = Type.Object({
  root: text,
  timestamp: Type.Optional(text),
  snapshot: Type.Optional(text),
  targets: Type.Optional(text),
  delegated: Type.Record(Type.String({ maxLength: 128 }), text),
});
const imageSchema = Compile(Type.Object({ state: stateSchema }));
const timeFloor = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const directorSchema = Compile(Type.Object({ state: stateSchema, timeFloor }));

const directorForm: FileForm<StoredDirector> = {
  format,
  maxBytes,
  read: (value) => (directorSchema.Check(value) ? value : undefined),
};
const imageForm: FileForm<StoredImage> = {
  format,
  maxBytes,
  read: (value) => (imageSchema.Check(value) ? value : undefined),
};

/** The durable memory of what is trusted: `trust-director` and `trust-image` in the state folder. */
export class TrustStore {
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #log: Log;

  constructor(disk: Disk, stateDir: string, log: Log) {
    this.#disk = disk;
    this.#folder = stateDir;
    this.#log = log;
  }

  async readDirector(): Promise<FileReading<StoredDirector>> {
    return this.#tell('director', await readChecked(this.#disk, this.#path('director'), directorForm));
  }

  async readImage(): Promise<FileReading<StoredImage>> {
    return this.#tell('image', await readChecked(this.#disk, this.#path('image'), imageForm));
  }

  /** Writes what differs. @throws the storage error when that failed; what stood before then stands. */
  async save(before: Partial<DeviceTrust>, { director, image, timeFloor: floor }: DeviceTrust): Promise<void> {
    if (director !== before.director || floor !== before.timeFloor) await this.saveDirector(director, floor);
    if (image !== before.image) await this.saveImage(image);
  }

  async saveDirector(state: TrustedState, timeFloor: number): Promise<void> {
    await writeChecked(this.#disk, this.#path('director'), format, { state, timeFloor: Math.max(0, timeFloor) });
  }

  async saveImage(state: TrustedState): Promise<void> {
    const { delegated, ...rest } = state;
    // Delegated roles are fetched again where they are missing; what guards their versions is the snapshot.
    const sizes = Object.values(delegated).map((file) => file.length);
    const tooMuch = sizes.reduce((sum, size) => sum + size, 0) > maxBytes / 4;
    const kept = tooMuch ? { ...rest, delegated: {} } : state;
    await writeChecked(this.#disk, this.#path('image'), format, { state: kept });
  }

  #path(repository: string): string {
    return `${this.#folder}/trust-${repository}`;
  }

  #tell<T>(repository: string, reading: FileReading<T>): FileReading<T> {
    if (reading.found === 'damaged') this.#log.error('trust-damaged', { repository });
    return reading;
  }
}
