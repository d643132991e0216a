import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { deviceId } from '@fettle/model';
import { createSignerClient } from '../../src/signer/client.ts';
import { testTenant } from './signed-repositories.ts';

const of = { tenant: testTenant, repository: 'director', role: 'targets', device: deviceId('SN-1') } as const;

/** Something that listens where a signer should. */
async function pretend(t: TestContext, onLine: (socket: Socket, line: string) => void) {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-signer-client-'));
  const path = join(folder, 's.sock');
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    createInterface({ input: socket }).on('line', (line) => onLine(socket, line));
  });
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await rm(folder, { recursive: true, force: true });
  });
  return { path, listen: () => new Promise<void>((resolve) => server.listen(path, resolve)) };
}

function answer(socket: Socket, line: string, done: unknown): void {
  socket.write(`${JSON.stringify({ id: (JSON.parse(line) as { id: number }).id, done })}\n`);
}

test('a signer that is not there is unavailable, which may pass', async (t) => {
  const { path } = await pretend(t, () => {});
  const client = createSignerClient(path, { timeoutMs: 200 });
  await assert.rejects(client.lastVersion(of), { code: 'signer-unavailable', retryable: true, message: /Start it/ });
});

test('a signer that never answers is unavailable', async (t) => {
  const { path, listen } = await pretend(t, () => {});
  await listen();
  const client = createSignerClient(path, { timeoutMs: 200 });
  t.after(() => client.close());
  await assert.rejects(client.lastVersion(of), { code: 'signer-unavailable', message: /did not answer/ });
});

test('a call waits for a signer that starts late, and is asked again when the connection breaks', async (t) => {
  let asked = 0;
  const { path, listen } = await pretend(t, (socket, line) => {
    asked++;
    if (asked < 3) socket.destroy();
    else answer(socket, line, 7);
  });
  const client = createSignerClient(path);
  t.after(() => client.close());
  const version = client.lastVersion(of);
  await listen();
  assert.equal(await version, 7);
  assert.equal(asked, 3);
});

test('answers go to those who asked, in whatever order they come', async (t) => {
  const waiting: { readonly socket: Socket; readonly line: string }[] = [];
  const { path, listen } = await pretend(t, (socket, line) => {
    waiting.push({ socket, line });
    if (waiting.length < 3) return;
    for (const one of waiting.reverse())
      answer(one.socket, one.line, (JSON.parse(one.line) as { of: { device: string } }).of.device.length);
  });
  await listen();
  const client = createSignerClient(path);
  t.after(() => client.close());
  const asked = ['a', 'bb', 'ccc'].map((device) => client.lastVersion({ ...of, device: deviceId(device) }));
  assert.deepEqual(await Promise.all(asked), [1, 2, 3]);
});

test('evidence goes ahead in parts, in order', async (t) => {
  const seen: string[] = [];
  const { path, listen } = await pretend(t, (socket, line) => {
    const message = JSON.parse(line) as { do: string; files?: { role: string }[] };
    seen.push(message.do === 'learn' ? (message.files ?? []).map(({ role }) => role).join(' ') : message.do);
    answer(socket, line, true);
  });
  await listen();
  const client = createSignerClient(path);
  t.after(() => client.close());
  const file = (role: string, length: number) =>
    ({ repository: 'image', role, version: 1, text: 'x'.repeat(length) }) as const;
  const evidence = [file('a', 10), file('b', 1_500_000), file('c', 1_500_000), file('d', 5_000_000), file('e', 1)];
  await client.sign({ of, payload: Buffer.from('{}'), evidence });
  assert.deepEqual(seen, ['a b', 'c', 'd', 'e', 'sign']);
});

test('a client that is closed asks nothing more', async (t) => {
  const { path, listen } = await pretend(t, () => {});
  await listen();
  const client = createSignerClient(path);
  const open = client.lastVersion(of);
  client.close();
  await assert.rejects(open, { code: 'signer-unavailable' });
  await assert.rejects(client.lastVersion(of), { code: 'signer-unavailable' });
});
