import assert from 'node:assert/strict';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { deviceId } from '@fettle/model';
import { ratesFor } from '../../src/signer/signer-rates.ts';
import { longestLine } from '../../src/signer/wire/messages.ts';
import { openTestSigner, type TestSigner } from './open-signer.ts';
import { testTenant } from './signed-repositories.ts';

const device = deviceId('SN-1');
const targets = { tenant: testTenant, repository: 'director', role: 'targets', device } as const;

function open(t: { after(step: () => void): void }, { socket }: TestSigner): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const raw = connect(socket);
    t.after(() => raw.destroy());
    raw.once('error', reject);
    raw.once('connect', () => {
      // Being cut off is what these tests are about.
      raw.on('error', () => {});
      resolve(raw);
    });
  });
}

/** Whether the signer closes the connection, and does well afterwards. */
async function closes(raw: Socket, signer: TestSigner): Promise<void> {
  raw.on('error', () => {});
  raw.resume();
  if (!raw.destroyed) await new Promise((resolve) => raw.once('close', resolve));
  assert.equal(await signer.client.lastVersion(targets), 0);
  assert.deepEqual(signer.failures, []);
}

test('only its own user may connect', async (t) => {
  const signer = await openTestSigner(t);
  assert.equal(statSync(signer.socket).mode & 0o777, 0o600);
  await signer.restart({ groupId: process.getgid?.() ?? 0 });
  assert.equal(statSync(signer.socket).mode & 0o777, 0o660);
});

test('a line that is too long ends its connection', async (t) => {
  const signer = await openTestSigner(t);
  const raw = await open(t, signer);
  raw.write(Buffer.alloc(longestLine + 2, 'a'));
  await closes(raw, signer);
});

test('a line that comes byte by byte ends its connection when its time is over', async (t) => {
  const signer = await openTestSigner(t);
  await signer.restart({ limits: { lineMs: 50 } });
  const raw = await open(t, signer);
  const drip = setInterval(() => raw.write('a'), 5);
  t.after(() => clearInterval(drip));
  await closes(raw, signer);
});

test('half lines on many connections do not fill its memory', async (t) => {
  const signer = await openTestSigner(t);
  await signer.restart({ limits: { pendingBytes: 1_000_000 } });
  const raws = await Promise.all(Array.from({ length: 8 }, () => open(t, signer)));
  let closed = 0;
  for (const raw of raws) raw.on('error', () => {}).once('close', () => closed++);
  for (const raw of raws) raw.write(Buffer.alloc(400_000, 'a'));
  await new Promise((resolve) => {
    for (const raw of raws) raw.resume().once('close', resolve);
  });
  assert.ok(closed < 8, 'those that were within the bound are kept');
  assert.equal(await signer.client.lastVersion(targets), 0);
});

test('an idle connection is closed, and the client opens another', async (t) => {
  const signer = await openTestSigner(t);
  await signer.restart({ limits: { idleMs: 50 } });
  const raw = await open(t, signer);
  await closes(raw, signer);
  assert.equal(await signer.client.lastVersion(targets), 0);
});

test('a thousand connections get no further than its bound, and a client is still answered', async (t) => {
  const signer = await openTestSigner(t);
  assert.equal(await signer.client.lastVersion(targets), 0);
  const raws = Array.from({ length: 1_000 }, () => connect(signer.socket).on('error', () => {}));
  t.after(() => {
    for (const raw of raws) raw.destroy();
  });
  let gone = 0;
  await new Promise<void>((resolve) => {
    for (const raw of raws) {
      raw.resume();
      raw.once('close', () => {
        if (++gone === 1_000 - 63) resolve();
      });
    }
  });
  assert.equal(await signer.client.lastVersion(targets), 0);
});

for (const [what, line] of [
  ['no JSON', 'hello'],
  ['JSON without an id', '{"do":"keys","tenant":"default"}'],
  ['a list', '[1]'],
  ['deep nesting', '['.repeat(100_000)],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00])],
] as const) {
  test(`${what} ends the connection`, async (t) => {
    const signer = await openTestSigner(t);
    const raw = await open(t, signer);
    raw.write(line);
    raw.write('\n');
    await closes(raw, signer);
  });
}

for (const [what, request] of [
  ['an unknown question', { do: 'export-keys', tenant: 'default' }],
  ['a tenant that climbs out of its folder', { do: 'keys', tenant: '../../etc' }],
  [
    'a role that people sign',
    { do: 'sign', of: { tenant: 'default', repository: 'image', role: 'root' }, payload: '' },
  ],
  [
    'the targets of the image repository',
    { do: 'last', of: { tenant: 'default', repository: 'image', role: 'targets' } },
  ],
  ['a device id with a slash', { do: 'last', of: { ...targets, device: 'a/b' } }],
  ['a nonce that is no nonce', { do: 'time', tenant: 'default', nonce: '{}' }],
  ['files that are no files', { do: 'learn', tenant: 'default', files: [1] }],
  ['a payload that is no text', { do: 'sign', of: targets, payload: 5 }],
] as const) {
  test(`${what} is answered with what is wrong`, async (t) => {
    const signer = await openTestSigner(t);
    const raw = await open(t, signer);
    raw.write(`${JSON.stringify({ id: 7, ...request })}\n`);
    const [line] = (await once(createInterface({ input: raw }), 'line')) as [string];
    const answer = JSON.parse(line) as { id: number; problem: { code: string } };
    assert.deepEqual([answer.id, answer.problem.code.startsWith('invalid-')], [7, true], line);
  });
}

test('a client that does not read its answers is not read either, and does not hold up the end', async (t) => {
  const signer = await openTestSigner(t, { rates: ratesFor(1_000_000) });
  const raw = await open(t, signer);
  raw.pause();
  const line = `${JSON.stringify({ id: 1, do: 'keys', tenant: 'default' })}\n`;
  for (let i = 0; i < 200; i++) raw.write(line.repeat(2_000));
  // Others are answered meanwhile; when so many rounds of theirs change nothing, this one is not read any more.
  for (let left = raw.writableLength, same = 0; same < 50; same++) {
    assert.equal(await signer.client.lastVersion(targets), 0);
    if (raw.writableLength !== left) same = 0;
    left = raw.writableLength;
  }
  assert.ok(raw.writableLength > 0, 'it took 400,000 requests and kept the answers');
  await signer.stop();
});

test('what is under way is answered before it ends, what comes after is asked of the next one', async (t) => {
  const signer = await openTestSigner(t);
  const under = Array.from({ length: 50 }, () => signer.client.keys(testTenant));
  await signer.client.lastVersion(targets);
  const restarting = signer.restart();
  const after = signer.client.keys(testTenant);
  await restarting;
  const keys = await after;
  for (const answer of under) assert.deepEqual(await answer, keys);
});
