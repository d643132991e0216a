import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { diskFiles, openDiskArtifacts } from '../../packages/server/src/artifacts/index.ts';
import { artifactStoreContract, digestOfBytes } from './artifact-store.contract.ts';
import { fullDisk } from './full-disk.ts';
import { killAfter, seeded } from './kill-at.ts';
import { pourAll } from './pour-all.ts';

artifactStoreContract('disk', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-artifacts-'));
  return {
    artifacts: await openDiskArtifacts({ folder, openUploads: new Set() }),
    close: () => rm(folder, { recursive: true }),
  };
});

artifactStoreContract('disk without second names', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-artifacts-'));
  const link = () => Promise.reject(Object.assign(new Error('no links here'), { code: 'EPERM' }));
  return {
    artifacts: await openDiskArtifacts({ folder, openUploads: new Set(), files: { ...diskFiles, link } }),
    close: () => rm(folder, { recursive: true }),
  };
});

describe('artifacts on disk', () => {
  const bytes = randomBytes(200_000);
  const digest = digestOfBytes(bytes);
  const whole = { offset: 0, sizeLimit: bytes.length };

  it('removes at the start what no open upload owns, and nothing else', () =>
    inFolder(async (folder) => {
      const first = await openDiskArtifacts({ folder, openUploads: new Set() });
      await first.append('upl_done', Readable.from([bytes]), whole);
      await first.finish('upl_done', digest);
      await first.append('upl_open', Readable.from([bytes.subarray(0, 10)]), whole);
      await writeFile(join(folder, 'uploads', 'stray.tmp'), 'x');
      const second = await openDiskArtifacts({ folder, openUploads: new Set(['upl_open']) });
      assert.deepEqual(await readdir(join(folder, 'uploads')), ['upl_open.part']);
      assert.equal(await second.uploadedBytes('upl_open'), 10);
      assert.deepEqual(await pourAll(second, digest), bytes);
    }));

  it('says that a finished upload is complete until it is discarded, and takes no more bytes for it', () =>
    inFolder(async (folder) => {
      const artifacts = await openDiskArtifacts({ folder, openUploads: new Set() });
      await artifacts.append('upl_1', Readable.from([bytes]), whole);
      await artifacts.finish('upl_1', digest);
      assert.equal(await artifacts.uploadedBytes('upl_1'), bytes.length);
      const more = { offset: bytes.length, sizeLimit: bytes.length + 5 };
      assert.equal(await artifacts.append('upl_1', Readable.from([Buffer.from('more')]), more), bytes.length);
      await artifacts.discard('upl_1');
      assert.equal(await artifacts.uploadedBytes('upl_1'), 0);
      assert.deepEqual(await pourAll(artifacts, digest), bytes);
    }));

  it('keeps an artifact in a file by its digest', () =>
    inFolder(async (folder) => {
      const artifacts = await openDiskArtifacts({ folder, openUploads: new Set() });
      await artifacts.append('upl_1', Readable.from([bytes]), whole);
      await artifacts.finish('upl_1', digest);
      assert.deepEqual(await readFile(join(folder, 'sha256', digest.slice(0, 2), digest.slice(2))), bytes);
    }));

  it('leaves no file open, whether an artifact is read, left or refused', () =>
    inFolder(async (folder) => {
      const artifacts = await openDiskArtifacts({ folder, openUploads: new Set() });
      await artifacts.append('upl_1', Readable.from([bytes]), whole);
      await artifacts.finish('upl_1', digest);
      const before = await openFiles(folder);
      await pourAll(artifacts, digest, { start: 3, end: 99 });
      await assert.rejects(pourAll(artifacts, digest, { start: 3, end: 1e9 }), { code: 'invalid-input' });
      await assert.rejects(
        artifacts.pour(digest, () => Promise.reject(new Error('gone'))),
        /gone/,
      );
      assert.deepEqual(await openFiles(folder), before);
    }));

  for (const room of [0, 1, 50_000, 199_999]) {
    it(`keeps nothing of a request when the disk fills up after ${room} bytes, and goes on when there is room`, () =>
      inFolder(async (folder) => {
        const disk = fullDisk(room);
        const artifacts = await openDiskArtifacts({ folder, openUploads: new Set(), files: disk.files });
        const pieces = () => Readable.from([bytes.subarray(0, 70_000), bytes.subarray(70_000)]);
        await assert.rejects(artifacts.append('upl_1', pieces(), whole), { code: 'storage-full' });
        assert.equal(await artifacts.uploadedBytes('upl_1'), 0);
        assert.equal((await stat(join(folder, 'uploads', 'upl_1.part'))).size, 0);
        disk.room = 1e9;
        await artifacts.append('upl_1', pieces(), whole);
        assert.equal((await artifacts.finish('upl_1', digest)).kept, true);
      }));
  }

  it('takes the bytes back when they cannot be made durable', () =>
    inFolder(async (folder) => {
      const disk = fullDisk(1e9);
      const artifacts = await openDiskArtifacts({ folder, openUploads: new Set(), files: disk.files });
      disk.syncFails = true;
      await assert.rejects(artifacts.append('upl_1', Readable.from([bytes]), whole), { code: 'storage-full' });
      disk.syncFails = false;
      assert.equal(await artifacts.uploadedBytes('upl_1'), 0);
    }));

  it('refuses at once what would take the room that the database needs', () =>
    inFolder(async (folder) => {
      const files = { ...diskFiles, freeBytes: async () => 1_000_000 };
      const options = { folder, openUploads: new Set<string>(), files, reserveBytes: 900_000 };
      const artifacts = await openDiskArtifacts(options);
      await assert.rejects(artifacts.append('upl_1', Readable.from([bytes]), whole), { code: 'storage-full' });
      const small = Readable.from([bytes.subarray(0, 1_000)]);
      assert.equal(await artifacts.append('upl_2', small, { offset: 0, sizeLimit: 1_000 }), 1_000);
    }));

  it('loses nothing acknowledged when it is killed 20 times', () =>
    inFolder(async (folder) => {
      const random = seeded(7);
      for (let round = 0; round < 20; round++) {
        const upload = `upl_${round}`;
        const lines = await killAfter('artifact-writer.ts', [folder, upload], 1 + random(40));
        const artifacts = await openDiskArtifacts({ folder, openUploads: new Set([upload]) });
        for (const line of lines) {
          const [what = '', value = ''] = line.split(' ');
          if (what === 'kept') assert.equal(digestOfBytes(await pourAll(artifacts, value as never)), value);
          else assert.ok((await artifacts.uploadedBytes(upload)) >= Number(value), `${value} bytes were acknowledged`);
        }
      }
    }));
});

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-artifacts-'));
  try {
    await test(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function openFiles(folder: string): Promise<readonly string[]> {
  const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
  return (await Promise.all(links)).filter((link) => link.startsWith(folder));
}
