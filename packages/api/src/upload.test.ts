import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createClient } from './client.ts';

const whole = Uint8Array.from({ length: 1_000 }, (_, i) => i % 251);

async function* from(offset: number): AsyncGenerator<Uint8Array> {
  for (let at = offset; at < whole.length; at += 100) yield whole.subarray(at, at + 100);
}

/** An upload door that keeps what arrived and breaks after the given numbers of bytes. */
function flakyServer(breaks: readonly number[]) {
  const state = { kept: [] as number[], began: 0, left: [...breaks] };
  const answer = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
  const fake = (async (_url: string, init?: RequestInit) => {
    if (init?.method === 'POST') {
      state.began++;
      const complete = state.kept.length === whole.length;
      return answer({ id: complete ? null : 'upl_1', receivedBytes: state.kept.length, complete });
    }
    const offset = Number(new Headers(init?.headers).get('upload-offset'));
    if (offset !== state.kept.length) return answer({ code: 'offset-mismatch', detail: '' }, 409);
    let room = state.left.shift() ?? Number.POSITIVE_INFINITY;
    const body = init?.body as unknown as ReadableStream<Uint8Array>;
    for await (const chunk of body) {
      const taken = chunk.subarray(0, room);
      state.kept.push(...taken);
      room -= taken.length;
      if (room <= 0) throw new TypeError('fetch failed');
    }
    return answer({ receivedBytes: state.kept.length, complete: state.kept.length === whole.length });
  }) as unknown as typeof fetch;
  return { state, client: createClient({ server: 'http://fettle.test', fetch: fake }) };
}
const request = { sha256: '0'.repeat(64), sizeBytes: whole.length, open: from, wait: async () => {} };

test('an upload goes on where it stopped, whatever breaks in between, and sends every byte once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 12 }), async (breaks) => {
      const { state, client } = flakyServer(breaks);
      assert.deepEqual(await client.upload(request), { sent: true });
      assert.deepEqual(Uint8Array.from(state.kept), whole);
    }),
  );
});

test('nothing is sent when the server has the artifact', async () => {
  const { state, client } = flakyServer([]);
  state.kept.push(...whole);
  assert.deepEqual(await client.upload(request), { sent: false });
});

test('breaks without progress end in the last error', async () => {
  const { state, client } = flakyServer([]);
  const opened: number[] = [];
  const open = (offset: number): AsyncIterable<Uint8Array> => {
    opened.push(offset);
    state.left = [0];
    return from(offset);
  };
  await assert.rejects(client.upload({ ...request, open, maxBreaks: 3 }), { code: 'overloaded' });
  assert.equal(opened.length, 4);
});

test('a refusal that trying again cannot heal is thrown at once', async () => {
  const refuse = (async () =>
    new Response(JSON.stringify({ code: 'forbidden', detail: 'no' }), { status: 403 })) as typeof fetch;
  const client = createClient({ server: 'http://fettle.test', fetch: refuse });
  await assert.rejects(client.upload(request), { code: 'forbidden' });
});

test('progress tells what has been handed over, from the offset on', async () => {
  const { client } = flakyServer([250]);
  const told: number[] = [];
  await client.upload({ ...request, onProgress: (sent) => told.push(sent) });
  assert.equal(told.at(-1), whole.length);
  assert.ok(told.includes(350), 'goes on from byte 250');
});
