import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { writeMcuboot } from '@fettle/images';
import { type Digest, digest } from '@fettle/model';
import { generateKeyPem, signerFromPem } from '@fettle/trust';
import { artifactPath } from './artifact-path.ts';
import { InspectWorker } from './inspect-worker.ts';

const pair = generateKeyPem();

describe('images that are looked into on a thread of their own', () => {
  let folder = '';
  const keep = async (bytes: Uint8Array): Promise<Digest> => {
    const found = digest(createHash('sha256').update(bytes).digest('hex'));
    const path = artifactPath(folder, found);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
    return found;
  };
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fettle-inspect-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('are told with what is true of them, several in their order', async () => {
    const worker = new InspectWorker(folder);
    const input = { body: Buffer.alloc(300_000, 7), version: '1.2.3', counter: 4 };
    const image = await keep(await writeMcuboot(input, signerFromPem(pair.privateKeyPem)));
    const raw = await keep(Buffer.from('no image at all'));
    const [signed, stranger, plain] = await Promise.all([
      worker.inspect({ digest: image, keys: [pair.publicKeyPem] }),
      worker.inspect({ digest: image, keys: [] }),
      worker.inspect({ digest: raw, keys: [] }),
    ]);
    assert.deepEqual([signed.format, signed.version, signed.counter], ['mcuboot', '1.2.3', 4]);
    assert.deepEqual([signed.signatures[0]?.verdict, stranger.signatures[0]?.verdict], ['ok', 'unknown-key']);
    assert.equal(plain.format, 'raw');
    await worker.close();
  });

  it('that are not there, and keys that are none, are refused as they are', async () => {
    const worker = new InspectWorker(folder);
    await assert.rejects(worker.inspect({ digest: digest('0'.repeat(64)), keys: [] }), { code: 'not-found' });
    const raw = await keep(Buffer.from('some bytes'));
    await assert.rejects(worker.inspect({ digest: raw, keys: ['no key'] }), { code: 'invalid-input' });
    assert.equal((await worker.inspect({ digest: raw, keys: [] })).format, 'raw', 'the thread goes on');
    await worker.close();
  });

  it('are given up when they take too long, and the next ones get another thread', async () => {
    const worker = new InspectWorker(folder, { timeMs: 1 });
    const raw = await keep(Buffer.from('bytes for a slow disk'));
    const ends = await Promise.allSettled([1, 2].map(() => worker.inspect({ digest: raw, keys: [] })));
    const codes = ends.map((end) => (end.status === 'rejected' ? end.reason.code : 'told'));
    assert.deepEqual(codes, ['image-refused', 'image-refused']);
    await worker.close();
  });

  it('are bounded in number, and given up when the server stops', async () => {
    const worker = new InspectWorker(folder);
    const raw = await keep(Buffer.from('many times the same'));
    const ends = Array.from({ length: 70 }, () =>
      worker.inspect({ digest: raw, keys: [] }).catch((error: { code: string }) => error.code),
    );
    // One is under way and 64 wait.
    assert.deepEqual(await Promise.all(ends.slice(65)), Array(5).fill('overloaded'));
    await worker.close();
    assert.deepEqual(await Promise.all(ends), Array(70).fill('overloaded'));
    await assert.rejects(worker.inspect({ digest: raw, keys: [] }), { code: 'overloaded' });
  });
});
