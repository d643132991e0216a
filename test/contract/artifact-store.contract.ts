import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { describe, it } from 'node:test';
import type { ArtifactStore } from '@fettle/control';
import { type Digest, digest } from '@fettle/model';
import { isKept, pourAll } from './pour-all.ts';

export interface OpenedArtifacts {
  readonly artifacts: ArtifactStore;
  close(): Promise<void>;
}
export type OpenArtifacts = () => Promise<OpenedArtifacts>;

export const digestOfBytes = (bytes: Uint8Array): Digest => digest(createHash('sha256').update(bytes).digest('hex'));

/** What every artifact store must do, wherever the bytes lie. */
export function artifactStoreContract(name: string, open: OpenArtifacts): void {
  const withArtifacts = async (test: (artifacts: ArtifactStore) => Promise<void>): Promise<void> => {
    const opened = await open();
    try {
      await test(opened.artifacts);
    } finally {
      await opened.close();
    }
  };
  const bytes = randomBytes(900_000);
  const expected = digestOfBytes(bytes);
  const upload = async (artifacts: ArtifactStore, id = 'upl_1'): Promise<void> => {
    const range = { offset: 0, sizeLimit: bytes.length };
    assert.equal(await artifacts.append(id, Readable.from([bytes]), range), bytes.length);
    assert.deepEqual(await artifacts.finish(id, expected), { found: expected, kept: true });
  };

  describe(`artifact store contract: ${name}`, () => {
    it('takes an upload in pieces and gives the artifact back', () =>
      withArtifacts(async (artifacts) => {
        const sizeLimit = bytes.length;
        assert.equal(await artifacts.uploadedBytes('upl_1'), 0);
        const pieces = Readable.from([bytes.subarray(0, 10), bytes.subarray(10, 100_000)]);
        assert.equal(await artifacts.append('upl_1', pieces, { offset: 0, sizeLimit }), 100_000);
        assert.equal(await artifacts.uploadedBytes('upl_1'), 100_000);
        const rest = Readable.from([bytes.subarray(100_000)]);
        assert.equal(await artifacts.append('upl_1', rest, { offset: 100_000, sizeLimit }), sizeLimit);
        assert.equal(await isKept(artifacts, expected), false);
        assert.deepEqual(await artifacts.finish('upl_1', expected), { found: expected, kept: true });
        assert.equal(await isKept(artifacts, expected), true);
        assert.deepEqual(await pourAll(artifacts, expected), bytes);
      }));

    it('finishes again with the same answer, also after the upload was discarded', () =>
      withArtifacts(async (artifacts) => {
        await upload(artifacts);
        assert.deepEqual(await artifacts.finish('upl_1', expected), { found: expected, kept: true });
        await artifacts.discard('upl_1');
        assert.deepEqual(await artifacts.finish('upl_1', expected), { found: expected, kept: true });
        await upload(artifacts, 'upl_2');
        await artifacts.discard('upl_2');
        assert.deepEqual(await pourAll(artifacts, expected), bytes);
      }));

    it('keeps nothing whose bytes have another digest', () =>
      withArtifacts(async (artifacts) => {
        const other = digestOfBytes(Buffer.from('other'));
        await artifacts.append('upl_1', Readable.from([bytes]), { offset: 0, sizeLimit: bytes.length });
        assert.deepEqual(await artifacts.finish('upl_1', other), { found: expected, kept: false });
        assert.equal(await artifacts.uploadedBytes('upl_1'), 0);
        assert.deepEqual([await isKept(artifacts, other), await isKept(artifacts, expected)], [false, false]);
        await assert.rejects(artifacts.finish('upl_1', other), { code: 'not-found' });
      }));

    it('refuses another offset than the next and names the right one', () =>
      withArtifacts(async (artifacts) => {
        const sizeLimit = bytes.length;
        await artifacts.append('upl_1', Readable.from([bytes.subarray(0, 50)]), { offset: 0, sizeLimit });
        for (const offset of [0, 49, 51]) {
          await assert.rejects(artifacts.append('upl_1', Readable.from([bytes]), { offset, sizeLimit }), {
            code: 'offset-mismatch',
            details: { receivedBytes: 50 },
          });
        }
      }));

    it('stops at the size limit and leaves the stream to its owner', () =>
      withArtifacts(async (artifacts) => {
        const stream = Readable.from([bytes.subarray(0, 80), bytes.subarray(80, 200), bytes]);
        assert.equal(await artifacts.append('upl_1', stream, { offset: 0, sizeLimit: 100 }), 100);
        assert.equal(await artifacts.uploadedBytes('upl_1'), 100);
        assert.equal(stream.destroyed, false);
        stream.destroy();
      }));

    it('keeps what came before the line broke', () =>
      withArtifacts(async (artifacts) => {
        const line = new PassThrough();
        line.write(bytes.subarray(0, 1_000));
        const appended = artifacts.append('upl_1', line, { offset: 0, sizeLimit: bytes.length });
        line.write(bytes.subarray(1_000, 2_000), () => line.destroy(new Error('the line broke')));
        await assert.rejects(appended, /the line broke/);
        const received = await artifacts.uploadedBytes('upl_1');
        const rest = Readable.from([bytes.subarray(received)]);
        await artifacts.append('upl_1', rest, { offset: received, sizeLimit: bytes.length });
        assert.deepEqual(await artifacts.finish('upl_1', expected), { found: expected, kept: true });
      }));

    it('lets a client that comes again take over from its own hanging request', () =>
      withArtifacts(async (artifacts) => {
        const sizeLimit = bytes.length;
        const hanging = new PassThrough();
        hanging.write(bytes.subarray(0, 500));
        const first = artifacts.append('upl_1', hanging, { offset: 0, sizeLimit });
        const refused = assert.rejects(first, { code: 'wrong-state' });
        const again = await artifacts.append('upl_1', Readable.from([bytes]), { offset: 0, sizeLimit }).then(
          (size) => size,
          (error: { details: { receivedBytes: number } }) => error.details.receivedBytes,
        );
        await refused;
        const rest = Readable.from([bytes.subarray(again)]);
        assert.equal(await artifacts.append('upl_1', rest, { offset: again, sizeLimit }), sizeLimit);
        assert.equal((await artifacts.finish('upl_1', expected)).kept, true);
        hanging.destroy();
      }));

    it('uses the memory of a piece again only after it was taken, and stops when nobody takes it', () =>
      withArtifacts(async (artifacts) => {
        await upload(artifacts);
        const seen: Buffer[] = [];
        let open = 0;
        await artifacts.pour(expected, async (piece) => {
          assert.equal(++open, 1);
          await new Promise((resolve) => setImmediate(resolve));
          seen.push(Buffer.from(piece));
          open--;
        });
        assert.deepEqual(Buffer.concat(seen), bytes);
        let taken = 0;
        const enough = async () => {
          if (++taken === 2) throw new Error('enough');
        };
        await assert.rejects(artifacts.pour(expected, enough), /enough/);
        assert.equal(taken, 2);
      }));

    it('reads any range, both ends included, and no other', () =>
      withArtifacts(async (artifacts) => {
        await upload(artifacts);
        const last = bytes.length - 1;
        for (const [start, end] of [
          [0, 0],
          [5, 9],
          [last, last],
          [100_000, last],
          [0, last],
        ] as const) {
          assert.deepEqual(await pourAll(artifacts, expected, { start, end }), bytes.subarray(start, end + 1));
        }
        for (const range of [
          { start: 0, end: last + 1 },
          { start: 5, end: 4 },
          { start: -1, end: 4 },
          { start: 0.5, end: 4 },
        ]) {
          await assert.rejects(pourAll(artifacts, expected, range), { code: 'invalid-input' });
        }
        await assert.rejects(pourAll(artifacts, digestOfBytes(Buffer.from('x'))), { code: 'not-found' });
      }));

    it('takes only names that are names', () =>
      withArtifacts(async (artifacts) => {
        for (const id of ['', '..', '../x', 'a/b', 'a\0', 'x'.repeat(65)]) {
          await assert.rejects(async () => artifacts.uploadedBytes(id), { code: 'invalid-id' });
          await assert.rejects(async () => artifacts.discard(id), { code: 'invalid-id' });
          const range = { offset: 0, sizeLimit: 1 };
          await assert.rejects(async () => artifacts.append(id, Readable.from([]), range), { code: 'invalid-id' });
        }
        for (const name of ['..', `../${expected.slice(3)}`, expected.toUpperCase(), '']) {
          await assert.rejects(async () => pourAll(artifacts, name as Digest), { code: 'invalid-id' });
        }
      }));
  });
}
