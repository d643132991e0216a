import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FettleError } from '@fettle/model';
import { createClient } from './client.ts';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
  readonly headers: Headers;
}

/** A client whose server is a function. */
function clientOver(answer: (seen: Seen) => Response | Promise<Response>) {
  const seen: Seen[] = [];
  const fake = (async (url: string | URL | Request, init?: RequestInit) => {
    const body = typeof init?.body === 'string' ? JSON.parse(init.body) : init?.body;
    const one = { method: init?.method ?? 'GET', url: String(url), body, headers: new Headers(init?.headers) };
    seen.push(one);
    return answer(one);
  }) as typeof fetch;
  const client = createClient({ server: 'http://fettle.test/', token: 'secret', fetch: fake });
  return { client, seen };
}
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

test('input goes to path, query and body, each where the route wants it', async () => {
  const { client, seen } = clientOver(() => json({ items: [], next: null }));
  await client.listDevices({ fleet: 'a b', status: 'accepted', limit: 5 });
  await client.changeFleet({ fleet: 'routers', securityFloor: 3 });
  await client.whoami();
  assert.deepEqual(
    seen.map(({ method, url, body }) => ({ method, url, body })),
    [
      {
        method: 'GET',
        url: 'http://fettle.test/api/v1/fleets/a%20b/devices?limit=5&status=accepted',
        body: undefined,
      },
      { method: 'PATCH', url: 'http://fettle.test/api/v1/fleets/routers', body: { securityFloor: 3 } },
      { method: 'GET', url: 'http://fettle.test/api/v1/whoami', body: undefined },
    ],
  );
  assert.equal(seen[0]?.headers.get('authorization'), 'Bearer secret');
});

test('a problem document becomes a FettleError with its code, detail and request id', async () => {
  const problem = { code: 'wrong-state', detail: 'The rollout is aborted.', instance: 'req-1', details: { a: 1 } };
  const { client } = clientOver(() => json(problem, 409));
  await assert.rejects(client.pauseRollout({ rollout: 'rol_x' }), (error: unknown) => {
    assert.ok(error instanceof FettleError);
    assert.equal(error.code, 'wrong-state');
    assert.equal(error.message, 'The rollout is aborted.');
    assert.deepEqual(error.details, { a: 1, status: 409, requestId: 'req-1' });
    return true;
  });
});

test('a page that is no problem document is told by its status', async () => {
  const { client } = clientOver(() => new Response('<h1>Bad gateway</h1>', { status: 502 }));
  await assert.rejects(client.whoami(), { code: 'overloaded' });
});

test('an unreachable server is a retryable error that names the server', async () => {
  const { client } = clientOver(() => {
    throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
  });
  await assert.rejects(client.whoami(), {
    code: 'overloaded',
    message: /fettle\.test cannot be reached.*ECONNREFUSED/,
  });
});

test('a list is read page after page', async () => {
  const { client, seen } = clientOver(({ url }) =>
    url.includes('after=p2') ? json({ items: [3], next: null }) : json({ items: [1, 2], next: 'p2' }),
  );
  const rows: unknown[] = [];
  for await (const row of client.all('listFleets', { limit: 2 })) rows.push(row);
  assert.deepEqual(rows, [1, 2, 3]);
  assert.equal(seen.length, 2);
});
