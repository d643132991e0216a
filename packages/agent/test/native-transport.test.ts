import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { native } from '@fettle/protocol';
import { openIdentity } from '../src/identity.ts';
import { nativeTransport } from '../src/transports/native.ts';
import { type DownloadStream, type NoAnswer, TransferBroken, type Transport } from '../src/transports/transport.ts';
import { FakeRepositories } from './fake-repositories.ts';
import { FakeServer } from './fake-server.ts';
import { FaultyDisk } from './faulty-disk.ts';
import { LoopbackServer, problem } from './loopback-server.ts';
import { seeded } from './seeded.ts';
import { image } from './world.ts';

const { nativePaths } = native;
const checkInLine = `POST ${nativePaths.checkIn}`;
const request: native.CheckInRequest = { attributes: {}, current: {} };

let server: LoopbackServer;
let transport: Transport;
let claimToken: string | null = null;

beforeEach(async () => {
  server = new LoopbackServer(new FakeServer());
  await server.listen();
  transport = await connectTo(server.url);
});
afterEach(() => server.close());

async function connectTo(url: string, downloadIdleMs = 2_000): Promise<Transport> {
  return nativeTransport({
    server: url,
    tenant: 'default',
    fleet: 'thermostat',
    device: 'dev-1',
    deviceType: 'board-a',
    ca: null,
    identity: await openIdentity(new FaultyDisk(seeded(1)).mount(), '/device.key'),
    claimToken: async () => claimToken,
    downloadIdleMs,
    now: () => Date.UTC(1970, 0, 1, 0, 3, 12),
  });
}

const noAnswer = (answer: { ok: boolean }): NoAnswer => {
  assert.equal(answer.ok, false);
  return answer as NoAnswer;
};

describe('native transport: metadata and time', () => {
  const { signal } = new AbortController();
  const root = { repository: 'image', name: '1.root.json', maxBytes: 500_000, signal } as const;
  const timestamp = { repository: 'director', name: 'timestamp.json', maxBytes: 16_384, signal } as const;
  const timestampLine = `GET ${nativePaths.director}/timestamp.json`;
  let repositories: FakeRepositories;

  beforeEach(async () => {
    repositories = new FakeRepositories(Date.UTC(2026, 0, 1));
    await repositories.begin();
    await repositories.assign(new Map(), 'dev-1');
    server.fake.repositories = repositories;
  });

  test('the image repository is public: no token goes there', async () => {
    assert.deepEqual(await transport.fetchMetadata(root), repositories.root('image'));
    assert.deepEqual(server.requests, ['GET /repository/default/metadata/1.root.json']);
    assert.equal(server.headers.at(-1)?.authorization, undefined);
  });

  test('the director is asked with a token, which is renewed once when it is refused', async () => {
    const file = repositories.director.file('timestamp.json');
    assert.deepEqual(await transport.fetchMetadata(timestamp), file);
    server.expireTokens();
    server.requests.length = 0;
    assert.deepEqual(await transport.fetchMetadata(timestamp), file);
    assert.deepEqual(server.requests, [
      timestampLine,
      `POST ${nativePaths.challenge}`,
      `POST ${nativePaths.token}`,
      timestampLine,
    ]);
  });

  test('a device that is refused for good hears it', async () => {
    await transport.checkIn(request);
    server.interruptions.set(timestampLine, [
      (response) => problem(response, 401, 'not-authenticated'),
      (response) => problem(response, 401, 'not-authenticated'),
    ]);
    await assert.rejects(transport.fetchMetadata(timestamp), /refused timestamp\.json/);
  });

  test('what is not there is absent, and a server in trouble is no answer', async () => {
    assert.equal(await transport.fetchMetadata({ ...root, name: '2.root.json' }), 'absent');
    server.interruptions.set(timestampLine, [(response) => problem(response, 503, 'overloaded')]);
    await assert.rejects(transport.fetchMetadata(timestamp), /503/);
  });

  test('of a file without an end one byte more than allowed is read', async () => {
    server.interruptions.set(timestampLine, [
      (response) => {
        const more = () => void response.write(Buffer.alloc(65_536), (error) => error || response.destroyed || more());
        more();
      },
    ]);
    const bytes = await transport.fetchMetadata(timestamp);
    assert.equal(bytes.length, timestamp.maxBytes + 1);
  });

  test('an agent that stops waits for no file', async () => {
    const stop = new AbortController();
    await transport.checkIn(request);
    server.interruptions.set(timestampLine, [() => stop.abort()]);
    await assert.rejects(transport.fetchMetadata({ ...timestamp, signal: stop.signal }), /abort/i);
  });

  test('the signed time comes as it was signed; from a server in trouble none comes', async () => {
    const nonce = 'ab'.repeat(32);
    assert.deepEqual(await transport.askTime(nonce), Buffer.from((await repositories.time(nonce)) ?? []));
    server.interruptions.set(`POST ${nativePaths.time}`, [(response) => problem(response, 503, 'overloaded')]);
    assert.equal(await transport.askTime(nonce), undefined);
  });
});

describe('native transport: identity', () => {
  test('a new device enrols with proof, then gets a token with proof, then checks in', async () => {
    claimToken = 'claim-1';
    const answer = await transport.checkIn(request);
    assert.ok(answer.ok);
    assert.deepEqual(
      server.requests.map((line) => line.split('/').at(-1)),
      ['challenge', 'token', 'enrol', 'challenge', 'token', 'check-in'],
    );
    assert.equal(server.headers.at(-1)?.date, 'Thu, 01 Jan 1970 00:03:12 GMT', 'what the clock of the device shows');
  });

  test('the token is used again, and renewed once when it is refused', async () => {
    await transport.checkIn(request);
    server.requests.length = 0;
    await transport.checkIn(request);
    assert.deepEqual(server.requests, [checkInLine]);
    server.expireTokens();
    server.requests.length = 0;
    assert.ok((await transport.checkIn(request)).ok);
    assert.deepEqual(
      server.requests.map((line) => line.split('/').at(-1)),
      ['check-in', 'challenge', 'token', 'check-in'],
    );
  });

  test('a device that is not accepted yet is told when to ask again', async () => {
    server.enrolment = 'pending';
    const answer = noAnswer(await transport.checkIn(request));
    assert.deepEqual([answer.kind, answer.retryAfterMs], ['pending', 7_000]);
  });

  test('a claim token that is used up: the device enrols without it and waits in line', async () => {
    claimToken = 'claim-1';
    server.enrolment = 'pending';
    const enrolLine = `POST ${nativePaths.enrol}`;
    server.interruptions.set(enrolLine, [(response) => void problem(response, 403, 'forbidden')]);
    assert.equal(noAnswer(await transport.checkIn(request)).kind, 'pending');
    assert.equal(server.requests.filter((line) => line === enrolLine).length, 2);
  });

  test('a rejected device hears so, and asks no further in one go', async () => {
    server.enrolment = 'rejected';
    assert.equal(noAnswer(await transport.checkIn(request)).kind, 'refused');
    assert.ok(server.requests.length <= 3);
  });

  test('a token that is refused at once ends in a refusal, not in a loop', async () => {
    const refuse = (response: Parameters<typeof problem>[0]) => problem(response, 401, 'not-authenticated');
    server.interruptions.set(checkInLine, [refuse, refuse, refuse]);
    assert.equal(noAnswer(await transport.checkIn(request)).kind, 'refused');
    assert.equal(server.requests.filter((line) => line === checkInLine).length, 1);
  });
});

describe('native transport: answers', () => {
  beforeEach(async () => {
    await transport.checkIn(request);
  });

  const cases: readonly [string, number, string, Record<string, string>, NoAnswer['kind'], number | null][] = [
    ['overload with seconds', 503, 'overloaded', { 'retry-after': '12' }, 'busy', 12_000],
    ['too many requests', 429, 'overloaded', {}, 'busy', null],
    ['a broken server', 500, 'internal', {}, 'busy', null],
    ['a message that is wrong', 400, 'invalid-input', {}, 'rejected', null],
    ['a message that is too large', 413, 'too-large', {}, 'rejected', null],
    ['a device not accepted', 403, 'device-pending', {}, 'pending', null],
    ['a device rejected', 403, 'device-rejected', {}, 'refused', null],
    [
      'a Retry-After without end is capped at a day',
      503,
      'overloaded',
      { 'retry-after': '999999999' },
      'busy',
      86_400_000,
    ],
    ['a Retry-After that is nonsense', 503, 'overloaded', { 'retry-after': 'soon' }, 'busy', null],
    [
      'a Retry-After date is read against the answer, not against the device clock',
      503,
      'overloaded',
      { date: 'Mon, 05 Jan 2026 10:00:00 GMT', 'retry-after': 'Mon, 05 Jan 2026 10:01:00 GMT' },
      'busy',
      60_000,
    ],
  ];
  for (const [name, status, code, headers, kind, retryAfterMs] of cases) {
    test(name, async () => {
      server.interruptions.set(checkInLine, [(response) => problem(response, status, code, headers)]);
      const answer = noAnswer(await transport.checkIn(request));
      assert.deepEqual([answer.kind, answer.retryAfterMs], [kind, retryAfterMs]);
    });
  }

  for (const [name, body] of [
    ['no JSON', 'hello'],
    ['the wrong shape', '{"nextCheckInSeconds":"soon"}'],
    ['JSON without bottom', '['.repeat(100_000)],
    ['more than any answer may have', ' '.repeat(3_000_000)],
  ] as const) {
    test(`an answer that is ${name} is no answer`, async () => {
      server.interruptions.set(checkInLine, [(response) => response.end(body)]);
      assert.ok(['busy', 'unreachable'].includes(noAnswer(await transport.checkIn(request)).kind));
    });
  }

  test('a connection that is reset is unreachable', async () => {
    server.interruptions.set(checkInLine, [(response) => response.destroy()]);
    assert.equal(noAnswer(await transport.checkIn(request)).kind, 'unreachable');
  });

  test('reachable means that anybody answers', async () => {
    assert.equal(await transport.isReachable('server', 1_000), true);
    assert.equal(await transport.isReachable(server.url.slice('http://'.length), 1_000), true);
    assert.equal(await transport.isReachable('127.0.0.1:1', 1_000), false);
    const nobody = await connectTo('http://127.0.0.1:1');
    assert.equal(await nobody.isReachable('server', 1_000), false);
  });
});

describe('native transport: downloads', () => {
  const next = image('2.0.0', 2);
  let url = '';
  let line = '';
  beforeEach(async () => {
    url = (await server.fake.offer(next)).offer.artifacts[0]?.url ?? '';
    line = `GET ${url}`;
  });
  const demand = (offsetBytes = 0, etag: string | null = null) => ({
    url,
    offsetBytes,
    etag,
    sizeBytes: next.bytes.length,
    signal: new AbortController().signal,
  });
  const collect = async (stream: DownloadStream): Promise<Buffer> => {
    const parts: Uint8Array[] = [];
    for await (const part of stream.chunks) parts.push(part);
    return Buffer.concat(parts);
  };
  const open = async (offsetBytes = 0, etag: string | null = null): Promise<DownloadStream> => {
    const stream = await transport.download(demand(offsetBytes, etag));
    assert.ok(stream.ok);
    return stream;
  };

  test('the whole artifact, with the token and a strong ETag', async () => {
    const stream = await open();
    assert.ok((await collect(stream)).equals(next.bytes));
    assert.equal(stream.etag, '"v1"');
    assert.match(server.headers.at(-1)?.authorization ?? '', /^Bearer token-/);
  });

  test('the rest by Range and If-Range', async () => {
    const stream = await open(30_000, '"v1"');
    assert.equal(stream.offsetBytes, 30_000);
    assert.ok((await collect(stream)).equals(next.bytes.subarray(30_000)));
    assert.equal(server.headers.at(-1)?.['if-range'], '"v1"');
  });

  test('another ETag: the whole artifact again', async () => {
    const stream = await open(30_000, '"v0"');
    assert.equal(stream.offsetBytes, 0);
    assert.equal((await collect(stream)).length, next.bytes.length);
  });

  test('an expired token is renewed', async () => {
    await collect(await open());
    server.expireTokens();
    assert.ok((await collect(await open())).equals(next.bytes));
  });

  const half = (headers: Record<string, string | number>, status = 206) => {
    server.interruptions.set(line, [
      (response) => {
        response.writeHead(status, headers);
        response.end('part');
      },
    ]);
  };
  for (const [name, status, headers] of [
    ['another range than asked for', 206, { 'content-range': 'bytes 5-8/40000' }],
    ['another length', 206, { 'content-range': 'bytes 30000-39999/50000' }],
    ['no range at all', 206, {}],
    ['an encoded body', 200, { 'content-encoding': 'gzip' }],
    ['not there', 404, {}],
    ['a range beyond the end', 416, {}],
  ] as const) {
    test(`${name} is refused`, async () => {
      half(headers, status);
      assert.equal(noAnswer(await transport.download(demand(30_000))).kind, 'rejected');
    });
  }

  test('busy with Retry-After', async () => {
    half({ 'retry-after': '3' }, 503);
    const answer = noAnswer(await transport.download(demand()));
    assert.deepEqual([answer.kind, answer.retryAfterMs], ['busy', 3_000]);
  });

  test('a transfer that breaks off says so after what came', async () => {
    server.interruptions.set(line, [
      (response) => {
        response.writeHead(200, { 'content-length': 40_000 });
        response.write(next.bytes.subarray(0, 1_000), () => response.destroy());
      },
    ]);
    const stream = await open();
    let length = 0;
    await assert.rejects(async () => {
      for await (const part of stream.chunks) length += part.length;
    }, TransferBroken);
    assert.equal(length, 1_000);
  });

  test('a transfer that stalls is broken off after its idle time', async () => {
    transport = await connectTo(server.url, 150);
    server.interruptions.set(line, [
      (response) => {
        response.writeHead(200, { 'content-length': 40_000 });
        response.write('x');
      },
    ]);
    const stream = await open();
    await assert.rejects(collect(stream), TransferBroken);
  });

  describe('elsewhere', () => {
    let mirror: Server;
    let seen: (string | undefined)[] = [];
    before(async () => {
      mirror = createServer((asked, response) => {
        seen.push(asked.headers.authorization);
        if (asked.url === '/loop') response.writeHead(302, { location: '/loop' }).end();
        else response.end(next.bytes);
      });
      await new Promise<void>((resolve) => mirror.listen(0, '127.0.0.1', resolve));
    });
    after(() => void mirror.close());
    const mirrorUrl = () => `http://127.0.0.1:${(mirror.address() as AddressInfo).port}`;

    test('a redirect is followed, and the token stays at home', async () => {
      seen = [];
      server.interruptions.set(line, [(response) => response.writeHead(302, { location: `${mirrorUrl()}/x` }).end()]);
      assert.ok((await collect(await open())).equals(next.bytes));
      assert.deepEqual(seen, [undefined]);
    });

    test('redirects without end are refused', async () => {
      const answer = await transport.download({ ...demand(), url: `${mirrorUrl()}/loop` });
      assert.equal(noAnswer(answer).kind, 'rejected');
    });
  });

  test('a server that answers in no protocol at all is unreachable', async () => {
    const babbler = createTcpServer((socket) => socket.resume().end('SSH-2.0-nope\r\n'));
    await new Promise<void>((resolve) => babbler.listen(0, '127.0.0.1', resolve));
    const strange = await connectTo(`http://127.0.0.1:${(babbler.address() as AddressInfo).port}`);
    assert.equal(noAnswer(await strange.checkIn(request)).kind, 'unreachable');
    await new Promise((resolve) => babbler.close(resolve));
  });
});
