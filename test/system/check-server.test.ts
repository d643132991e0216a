import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type CheckView, type Client, createClient } from '@fettle/api';
import { releaseGates } from '@fettle/model';
import { writeTar } from '../../packages/images/test/write-archives.ts';
import { makeFleet, TestDevice, until } from './api-support.ts';
import { ServerProcess } from './crash/server-process.ts';
import { nestedZip, zstdBomb } from './gates-hostile/bombs.ts';

const mib = 1_048_576;
const limitMs = 300_000;
const place = { deviceType: 'r1', component: 'app' };
/** A check of this takes seconds. */
const long = writeTar(
  Array.from({ length: 16 }, (_, index) => ({ name: `f${index}`, bytes: Buffer.alloc(16 * mib, `work ${index} `) })),
);

let server: ServerProcess;
let client: Client;
before(async () => {
  server = new ServerProcess(await mkdtemp(join(tmpdir(), 'fettle-check-server-')));
  await server.start();
  client = clientOf();
  await makeFleet(client);
});
after(() => server.remove());

const clientOf = () => createClient({ server: server.url, token: server.adminToken });

async function request(version: string, bytes: Uint8Array): Promise<CheckView> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await client.upload({
    sha256,
    sizeBytes: bytes.length,
    open: async function* (offset) {
      yield bytes.subarray(offset);
    },
  });
  const artifacts = [{ ...place, sha256 }];
  return (await client.requestCheck({ fleet: 'routers', version, artifacts, supplied: [] })).check;
}

const statusOf = async ({ id }: CheckView) => client.getCheck({ fleet: 'routers', check: id });

/** Waits until it is over, and meanwhile does something again and again. */
function ended(check: CheckView, meanwhile = async () => {}): Promise<CheckView> {
  const look = async () => {
    await meanwhile();
    const { status, ...rest } = await statusOf(check);
    return status === 'done' || status === 'failed' ? { status, ...rest } : undefined;
  };
  return until(look, `check ${check.id} to end`, limitMs);
}

/** The process that looks at an artifact of this server; undefined when none does. */
function gateProcess(): number | undefined {
  const parentOf = (pid: number) => {
    try {
      return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]);
    } catch {
      return undefined;
    }
  };
  return readdirSync('/proc')
    .map(Number)
    .find((pid) => pid > 0 && parentOf(pid) === server.pid && isChecker(pid));
}

function isChecker(pid: number): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('checker');
}

test('devices go on being answered while hostile images are looked at', async (context) => {
  const { token } = await client.createClaimToken({ fleet: 'routers', name: 'devices', uses: 1 });
  const device = new TestDevice(server.url, 'unit-1');
  assert.ok((await device.enrol('routers', token)).ok);
  await device.authenticate();
  const checks = [await request('1.0.0', zstdBomb()), await request('1.0.1', nestedZip())];
  let [answered, beside] = [0, 0];
  const checkIn = async () => {
    const before = gateProcess();
    await device.checkIn();
    answered++;
    if (before !== undefined && before === gateProcess()) beside++;
  };
  for (const check of checks) {
    const { status, statusReason } = await ended(check, checkIn);
    assert.equal(status, 'done', statusReason);
    const { reports } = await client.getCheckReports({ fleet: 'routers', check: check.id });
    const contents = reports.find(({ gate }) => gate === 'contents');
    assert.equal(contents?.verdict, 'fail');
    assert.ok(contents.findings.some(({ rule }) => rule.startsWith('walk-too-')));
  }
  assert.ok(beside >= 10, `${beside} check-ins were answered while a gate process ran`);
  context.diagnostic(`${answered} check-ins answered, ${beside} of them while a gate process ran`);
});

test('a check whose process is killed has failed, and the next one runs', async () => {
  const doomed = await request('2.0.0', long);
  process.kill(await until(gateProcess, 'the gates to run', limitMs), 'SIGKILL');
  const { status, statusReason } = await ended(doomed);
  assert.equal(status, 'failed');
  assert.match(statusReason, /SIGKILL/);
  const again = await request('2.0.0', long);
  assert.notEqual(again.id, doomed.id);
  assert.equal((await ended(again)).status, 'done');
});

test('a check that is under way when the server is killed is finished after the next start', async () => {
  const check = await request('3.0.0', Buffer.concat([long, Buffer.alloc(512)]));
  const pid = await until(gateProcess, 'the gates to run', limitMs);
  assert.equal((await statusOf(check)).status, 'running');
  await server.kill();
  await until(
    () => (existsSync(`/proc/${pid}`) ? undefined : true),
    'the gate process to end with its server',
    limitMs,
  );
  await server.start();
  client = clientOf();
  assert.equal((await ended(check)).status, 'done');
  const { reports } = await client.getCheckReports({ fleet: 'routers', check: check.id });
  assert.deepEqual(reports.map(({ gate }) => gate).sort(), [...releaseGates].sort());
});

test('a check that is under way when the server stops is finished after the next start', async () => {
  const check = await request('4.0.0', Buffer.concat([long, Buffer.alloc(1_024)]));
  const pid = await until(gateProcess, 'the gates to run', limitMs);
  await server.stop();
  assert.equal(existsSync(`/proc/${pid}`), false);
  await server.start();
  client = clientOf();
  assert.equal((await ended(check)).status, 'done');
});
