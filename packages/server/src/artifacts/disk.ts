import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ArtifactStore } from '@fettle/control';
import { type Digest, FettleError, digest as parseDigest } from '@fettle/model';
import { artifactPath, contentFolder } from './artifact-path.ts';
import { type DiskFiles, diskFiles, diskProblem, errorName, storageFull, syncFolder } from './disk-files.ts';
import { offsetMismatch, receive } from './receive.ts';
import { Turns } from './turns.ts';

export interface DiskArtifactsOptions {
  /** Holds `uploads/ID.part` and `sha256/ab/REST`; made when absent. One file system for both. */
  readonly folder: string;
  /**
   * Uploads that are still open: what else lies in `uploads` is left from a crash and removed at the start. Asked only
   * after it was seen what lies there, so that one that another process begins meanwhile is not taken for a leftover.
   */
  readonly openUploads: ReadonlySet<string> | (() => Promise<ReadonlySet<string>>);
  /** Room that uploads leave free on the disk, for the database beside them. */
  readonly reserveBytes?: number | undefined;
  readonly files?: DiskFiles | undefined;
}

const readBytes = 131_072;
const uploadPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** Opens the artifacts on disk and removes what a crash left behind. */
export async function openDiskArtifacts(options: DiskArtifactsOptions): Promise<ArtifactStore> {
  const files = options.files ?? diskFiles;
  const uploads = join(options.folder, 'uploads');
  const sha256 = join(options.folder, contentFolder);
  try {
    for (const folder of [uploads, sha256]) await files.makeFolder(folder);
    await syncFolder(files, options.folder);
    const found = await files.list(uploads);
    const { openUploads } = options;
    const open = typeof openUploads === 'function' ? await openUploads() : openUploads;
    for (const name of found) {
      if (!open.has(name.replace(/\.part$/, ''))) await files.remove(join(uploads, name));
    }
  } catch (error) {
    throw diskProblem(error);
  }
  return new Disk({
    files,
    folder: options.folder,
    uploads,
    sha256,
    reserveBytes: options.reserveBytes ?? 64 * 1_048_576,
  });
}

interface Places {
  readonly files: DiskFiles;
  readonly folder: string;
  readonly uploads: string;
  readonly sha256: string;
  readonly reserveBytes: number;
}

class Disk implements ArtifactStore {
  readonly #places: Places;
  readonly #turns = new Turns();

  constructor(places: Places) {
    this.#places = places;
  }

  append(upload: string, bytes: Readable, range: { offset: number; sizeLimit: number }): Promise<number> {
    const path = this.#partPath(upload);
    // Told again once it is read; unheard in the meantime it would end the process.
    bytes.on('error', () => {});
    // A client that comes again after its line broke takes over from the request that still hangs.
    return this.#turns.take(upload, async (turn) => {
      const handle = await this.#openPart(path);
      try {
        const { size, nlink } = await handle.stat();
        // The artifact itself already: bytes that anybody may be reading never change.
        if (nlink > 1) return size;
        if (size !== range.offset) throw offsetMismatch(size);
        await this.#demandRoom(range.sizeLimit - range.offset);
        return await receive(handle, bytes, { ...range, turn });
      } finally {
        await handle.close();
      }
    });
  }

  async uploadedBytes(upload: string): Promise<number> {
    const path = this.#partPath(upload);
    const running = this.#turns.durableBytes(upload);
    if (running !== undefined) return running;
    try {
      const handle = await this.#places.files.open(path, 'r');
      try {
        // After a crash the bytes are there but perhaps not safe; now they are.
        await handle.datasync();
        return (await handle.stat()).size;
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (errorName(error) === 'ENOENT') return 0;
      throw diskProblem(error);
    }
  }

  finish(upload: string, expected: Digest): Promise<{ readonly found: Digest; readonly kept: boolean }> {
    const path = this.#partPath(upload);
    const target = this.#artifactPath(expected);
    return this.#turns.take(upload, async () => {
      try {
        const found = await this.#hash(path);
        if (found === undefined) return await this.#finishedBefore(upload, expected);
        if (found === expected) await this.#keep(path, target);
        else await this.#places.files.remove(path);
        return { found, kept: found === expected };
      } catch (error) {
        throw diskProblem(error);
      }
    });
  }

  async discard(upload: string): Promise<void> {
    const path = this.#partPath(upload);
    await this.#turns.take(upload, async () => {
      await this.#places.files.remove(path).catch((error) => Promise.reject(diskProblem(error)));
    });
  }

  async #has(digest: Digest): Promise<boolean> {
    try {
      const { handle } = await this.#open(digest);
      await handle.close();
      return true;
    } catch (error) {
      if (error instanceof FettleError && error.code === 'not-found') return false;
      throw error;
    }
  }

  async #open(digest: Digest): Promise<{ handle: FileHandle; sizeBytes: number }> {
    const path = this.#artifactPath(digest);
    try {
      const handle = await this.#places.files.open(path, 'r');
      try {
        return { handle, sizeBytes: (await handle.stat()).size };
      } catch (error) {
        await handle.close();
        throw error;
      }
    } catch (error) {
      if (errorName(error) === 'ENOENT') throw new FettleError('not-found', `There is no artifact ${digest}.`);
      throw diskProblem(error);
    }
  }

  async pour(
    digest: Digest,
    take: (piece: Uint8Array) => Promise<void>,
    range?: { start: number; end: number },
  ): Promise<void> {
    const { handle, sizeBytes } = await this.#open(digest);
    try {
      const { start, end } = range ?? { start: 0, end: sizeBytes - 1 };
      if (range && !fits(range, sizeBytes)) {
        throw new FettleError('invalid-input', `The artifact has ${sizeBytes} bytes, not ${start} to ${end}.`);
      }
      await pourRange(handle, take, { start, end });
    } finally {
      await handle.close();
    }
  }

  #partPath(upload: string): string {
    if (!uploadPattern.test(upload)) throw new FettleError('invalid-id', 'This is not the id of an upload.');
    return join(this.#places.uploads, `${upload}.part`);
  }

  #artifactPath(digest: Digest): string {
    return artifactPath(this.#places.folder, digest);
  }

  async #openPart(path: string): Promise<FileHandle> {
    const { files, uploads } = this.#places;
    try {
      return await files.open(path, 'r+');
    } catch (error) {
      if (errorName(error) !== 'ENOENT') throw diskProblem(error);
    }
    try {
      const handle = await files.open(path, 'wx+');
      await syncFolder(files, uploads);
      return handle;
    } catch (error) {
      throw diskProblem(error);
    }
  }

  async #demandRoom(neededBytes: number): Promise<void> {
    const { files, uploads, reserveBytes } = this.#places;
    if ((await files.freeBytes(uploads)) - reserveBytes < neededBytes) throw storageFull();
  }

  async #hash(path: string): Promise<Digest | undefined> {
    let handle: FileHandle;
    try {
      handle = await this.#places.files.open(path, 'r');
    } catch (error) {
      if (errorName(error) === 'ENOENT') return undefined;
      throw error;
    }
    const hash = createHash('sha256');
    try {
      await handle.datasync();
      const stream = handle.createReadStream({ start: 0, highWaterMark: readBytes, autoClose: false });
      for await (const chunk of stream) hash.update(chunk);
    } finally {
      await handle.close();
    }
    return parseDigest(hash.digest('hex'));
  }

  /**
   * A second name and not a new one: until the caller has written down that the artifact exists and discards the
   * upload, a crash leaves an upload that is complete, not one that is gone.
   */
  async #keep(path: string, target: string): Promise<void> {
    const { files, sha256 } = this.#places;
    const folder = dirname(target);
    await files.makeFolder(folder);
    await syncFolder(files, sha256);
    try {
      await files.link(path, target);
    } catch (error) {
      // The same bytes, from another upload or an earlier try.
      if (errorName(error) === 'EEXIST') return syncFolder(files, folder);
      // A file system without second names.
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'].includes(errorName(error))) throw error;
      await files.rename(path, target);
    }
    await syncFolder(files, folder);
  }

  async #finishedBefore(upload: string, expected: Digest): Promise<{ found: Digest; kept: boolean }> {
    if (await this.#has(expected)) return { found: expected, kept: true };
    throw new FettleError('not-found', `There is no upload ${upload}; begin it again.`);
  }
}

function fits({ start, end }: { start: number; end: number }, sizeBytes: number): boolean {
  return Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end < sizeBytes;
}

/**
 * Reads the next piece while the one before is being taken, into two pieces of memory that take turns: a stream makes
 * new memory for each piece, and collecting that costs a server with much else in memory a third of its speed.
 */
async function pourRange(
  handle: FileHandle,
  take: (piece: Uint8Array) => Promise<void>,
  { start, end }: { start: number; end: number },
): Promise<void> {
  const room = Math.min(readBytes, end - start + 1);
  const memory = [Buffer.allocUnsafeSlow(room), Buffer.allocUnsafeSlow(room)];
  let taking: Promise<void> | undefined;
  for (let position = start, turn = 0; position <= end; turn ^= 1) {
    const piece = memory[turn] as Buffer;
    const wanted = Math.min(room, end - position + 1);
    const { bytesRead } = await handle.read(piece, 0, wanted, position);
    if (bytesRead === 0) throw new FettleError('internal', `The artifact ended at byte ${position}.`);
    await taking;
    taking = take(piece.subarray(0, bytesRead));
    // Heard at the next turn; until then it is nobody's mistake that nobody has heard it.
    taking.catch(() => {});
    position += bytesRead;
  }
  await taking;
}
