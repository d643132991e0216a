import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { test } from 'node:test';
import { startTestServer, type TestServer, until } from './api-support.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function patch(
  server: TestServer,
  upload: string,
  offset: string,
  body: Uint8Array,
  type = 'application/offset+octet-stream',
) {
  const headers = { authorization: `Bearer ${server.token}`, 'content-type': type, 'upload-offset': offset };
  return fetch(`${server.url}/api/v1/uploads/${upload}`, { method: 'PATCH', headers, body });
}

test('an upload in pieces: offsets are told, a wrong one is refused with the right one', async () => {
  await using server = await startTestServer();
  const bytes = randomBytes(100_000);
  const begun = await server.client.beginUpload({ sha256: sha256(bytes), sizeBytes: bytes.length });
  const id = begun.id ?? '';
  const first = await patch(server, id, '0', bytes.subarray(0, 60_000));
  assert.deepEqual(await first.json(), { receivedBytes: 60_000, complete: false });
  assert.equal(first.headers.get('upload-offset'), '60000');
  const wrong = await patch(server, id, '0', bytes);
  assert.equal(wrong.status, 409);
  assert.equal(wrong.headers.get('upload-offset'), '60000');
  assert.equal(((await wrong.json()) as { code: string }).code, 'offset-mismatch');
  const head = await fetch(`${server.url}/api/v1/uploads/${id}`, {
    method: 'HEAD',
    headers: { authorization: `Bearer ${server.token}` },
  });
  assert.deepEqual([head.status, head.headers.get('upload-offset')], [200, '60000']);
  assert.equal((await server.client.getUpload({ upload: id })).receivedBytes, 60_000);
  const last = await patch(server, id, '60000', bytes.subarray(60_000));
  assert.deepEqual(await last.json(), { receivedBytes: 100_000, complete: true });
  const again = await server.client.beginUpload({ sha256: sha256(bytes), sizeBytes: bytes.length });
  assert.deepEqual([again.id, again.complete], [null, true]);
});

test('bytes that are not what was announced are refused and forgotten', async () => {
  await using server = await startTestServer();
  const bytes = randomBytes(1_000);
  const begun = await server.client.beginUpload({ sha256: sha256(bytes), sizeBytes: bytes.length });
  const id = begun.id ?? '';
  const other = await patch(server, id, '0', randomBytes(1_000));
  assert.equal(other.status, 422);
  assert.equal(((await other.json()) as { code: string }).code, 'digest-mismatch');
  await assert.rejects(server.client.getUpload({ upload: id }), { code: 'not-found' });
});

test('uploads want their own media type, an offset, an open upload and a permission', async () => {
  await using server = await startTestServer();
  const { id } = await server.client.beginUpload({ sha256: 'ab'.repeat(32), sizeBytes: 100 });
  const body = randomBytes(10);
  assert.equal((await patch(server, id ?? '', '0', body, 'application/octet-stream')).status, 415);
  assert.equal((await patch(server, id ?? '', 'x', body)).status, 400);
  assert.equal((await patch(server, 'upl_none', '0', body)).status, 404);
  const { token } = await server.client.createToken({ name: 'reader', permissions: ['fleet.read'] });
  assert.equal((await patch({ ...server, token } as TestServer, id ?? '', '0', body)).status, 403);
});

test('a broken connection keeps what arrived, and the client goes on from there', async () => {
  await using server = await startTestServer();
  const bytes = randomBytes(3_000_000);
  const begun = await server.client.beginUpload({ sha256: sha256(bytes), sizeBytes: bytes.length });
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write(
    `PATCH /api/v1/uploads/${begun.id} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.token}\r\n` +
      `Content-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\nContent-Length: ${bytes.length}\r\n\r\n`,
  );
  await new Promise<void>((resolve) => socket.write(bytes.subarray(0, 1_000_000), () => resolve()));
  socket.destroy();
  const kept = await until(async () => {
    const { receivedBytes } = await server.client.getUpload({ upload: begun.id ?? '' });
    return receivedBytes > 0 ? receivedBytes : undefined;
  }, 'bytes to be kept');
  assert.ok(kept <= 1_000_000);
  const offsets: number[] = [];
  await server.client.upload({
    sha256: sha256(bytes),
    sizeBytes: bytes.length,
    open: async function* (offset) {
      offsets.push(offset);
      yield bytes.subarray(offset);
    },
  });
  // While the broken request still hangs, the server may first tell an older offset; it then refuses it.
  assert.ok((offsets.at(-1) ?? 0) > 0, 'nothing that was kept is sent again');
  assert.equal((await server.client.beginUpload({ sha256: sha256(bytes), sizeBytes: bytes.length })).complete, true);
});

test('a big artifact streams through: memory does not grow with it', async () => {
  await using server = await startTestServer();
  const chunk = randomBytes(1_048_576);
  const chunks = 256;
  const hash = createHash('sha256');
  for (let i = 0; i < chunks; i++) hash.update(chunk);
  let peakBytes = 0;
  const before = process.memoryUsage().rss;
  await server.client.upload({
    sha256: hash.digest('hex'),
    sizeBytes: chunk.length * chunks,
    open: async function* (offset) {
      for (let i = offset / chunk.length; i < chunks; i++) {
        peakBytes = Math.max(peakBytes, process.memoryUsage().rss);
        yield chunk;
      }
    },
  });
  const grownMegabytes = (peakBytes - before) / 1_048_576;
  assert.ok(grownMegabytes < 160, `rss grew by ${grownMegabytes.toFixed(0)} MiB for 256 MiB sent and received`);
});
