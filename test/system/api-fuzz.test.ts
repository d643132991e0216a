import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { errorCodes } from '@fettle/model';
import { attackKinds, dice, type FuzzCase, type FuzzOperation, makeCase } from './api-fuzz-cases.ts';
import { type RawAnswer, type RawRequest, rawClient } from './api-raw.ts';
import { allAtOnce, enrolledDevice, makeFleet, publish, startTestServer, type TestServer } from './api-support.ts';

const seed = Number(process.env.FETTLE_TEST_SEED ?? 20_260_101);
const roundsPerAttack = 4;

interface Described {
  readonly paths: Record<string, Record<string, DescribedOperation>>;
}
interface DescribedOperation {
  readonly parameters?: { name: string; in: string; schema: unknown }[];
  readonly requestBody?: { content: Record<string, { schema: unknown }> };
}

async function operationsOf(url: string): Promise<FuzzOperation[]> {
  const document = (await (await fetch(`${url}/api/openapi.json`)).json()) as Described;
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters = [], requestBody }]) => {
      const [mediaType, media] = Object.entries(requestBody?.content ?? {})[0] ?? [];
      return { method: method.toUpperCase(), path, parameters, bodySchema: media?.schema, mediaType };
    }),
  );
}

/** Things that exist, so that attacks reach beyond the first look-up. */
async function furnish(server: TestServer): Promise<{ known: string[]; deviceToken: string }> {
  const { client } = server;
  const fleet = await makeFleet(client);
  await publish(client, { ...fleet, version: '1.0.0', bytes: randomBytes(1_000) });
  await enrolledDevice(server, fleet.fleet, 'unit-1');
  // Not among the known: an attack that rejects it would end all others on the device routes.
  const speaker = await enrolledDevice(server, fleet.fleet, 'speaker');
  const rollout = await client.createRollout({
    fleet: 'routers',
    version: '1.0.0',
    group: 'all',
    plan: allAtOnce,
    start: false,
  });
  const claim = await client.createClaimToken({ fleet: 'routers', name: 'c', uses: 1 });
  const upload = await client.beginUpload({ sha256: 'ab'.repeat(32), sizeBytes: 1_000_000 });
  await client.saveGroup({ fleet: 'routers', group: 'some', filter: 'tag.a == "b"', allowUnknown: true });
  const known = ['routers', 'some', '1.0.0', 'unit-1', rollout.id, claim.record.id, upload.id ?? 'x'];
  return { known, deviceToken: speaker.token };
}

/** What is wrong with an answer; undefined when it is as it must be. */
function complaint(answer: RawAnswer, method: string): string | undefined {
  if (answer.status >= 200 && answer.status < 400) return undefined;
  if (answer.status < 400 || answer.status >= 500) return `status ${answer.status}`;
  if (method === 'HEAD') return undefined;
  if (!String(answer.headers['content-type']).startsWith('application/problem+json')) return 'not problem+json';
  const body = JSON.parse(answer.body.toString('utf8')) as { code?: string; status?: number; detail?: string };
  if (body.status !== answer.status) return 'status in the body differs';
  if (!Object.hasOwn(errorCodes, body.code ?? '')) return `unknown code ${body.code}`;
  return body.detail ? undefined : 'no detail';
}

const mayBreak = new Set(['ECONNRESET', 'EPIPE']);

async function attack(
  send: (request: RawRequest) => Promise<RawAnswer>,
  { kind, request, expected }: FuzzCase,
): Promise<string | undefined> {
  try {
    const answer = await send(request);
    const isExpected =
      expected === undefined || expected === answer.status || (expected === 'refused' && answer.status >= 400);
    const found = isExpected ? complaint(answer, request.method) : `expected ${expected}, got ${answer.status}`;
    return found && `${found}: ${answer.body.toString('utf8').slice(0, 300)}`;
  } catch (error) {
    // Who sends megabytes that nobody wants may be cut off while still sending.
    const isCut = kind === 'huge body' && mayBreak.has((error as NodeJS.ErrnoException).code ?? '');
    return isCut ? undefined : `no answer: ${(error as Error).message}`;
  }
}

function heapMegabytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed / 1_048_576;
}

test(`every route answers every attack with a 4xx problem document (seed ${seed})`, { timeout: 240_000 }, async (t) => {
  await using server = await startTestServer();
  const { known, deviceToken } = await furnish(server);
  const operations = await operationsOf(server.url);
  assert.ok(operations.length >= 51, `the document lists all routes, found ${operations.length}`);
  const { send, close } = rawClient(server.url);
  const before = heapMegabytes();
  const failures: string[] = [];
  const statuses = new Map<number, number>();
  const roll = dice(seed);
  const counted = async (request: RawRequest) => {
    const answer = await send(request);
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    return answer;
  };
  for (const operation of operations) {
    const token = operation.path.startsWith('/device/') ? deviceToken : server.token;
    const cases = attackKinds.flatMap((kind) =>
      Array.from({ length: kind === 'huge body' ? 1 : roundsPerAttack }, () =>
        makeCase(kind, { dice: roll, operation, known, token }),
      ),
    );
    const found = await Promise.all(cases.map(async (one) => ({ one, wrong: await attack(counted, one) })));
    for (const { one, wrong } of found) {
      if (!wrong) continue;
      const { method, path, body } = one.request;
      failures.push(`${one.kind}: ${method} ${path.slice(0, 200)} ${String(body ?? '').slice(0, 200)} → ${wrong}`);
    }
  }
  close();
  const total = [...statuses.values()].reduce((sum, count) => sum + count, 0);
  t.diagnostic(`${total} requests, statuses ${JSON.stringify(Object.fromEntries([...statuses].sort()))}`);
  assert.deepEqual(failures.slice(0, 20), [], `${failures.length} failures`);
  assert.ok(total > 3_000, `${total} requests`);
  const grown = heapMegabytes() - before;
  t.diagnostic(`heap grew by ${grown.toFixed(1)} MiB`);
  assert.ok(grown < 64, `the heap grew by ${grown} MiB`);
  assert.equal((await server.client.whoami()).actor, 'operator:admin', 'the server still works');
});
