import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import type { Reads } from '@fettle/control';
import { noCounts } from '@fettle/model';
import { type OpenStore, openSqliteStore } from '../../packages/server/src/store/index.ts';
import { openAt, withCluster } from '../contract/postgres-stores.ts';
import {
  acme,
  deploymentIdOf,
  deploymentOf,
  deviceOf,
  eventOf,
  groupOf,
  prepare,
  reportOf,
  rival,
  rolloutIdOf,
  scopeOf,
  thermostats,
} from '../contract/store-fixtures.ts';
import { until } from './crash/until.ts';

const cli = join(import.meta.dirname, '../../packages/cli/src/main.ts');
const page = { limit: 500 };

withCluster('fettle database copy', (cluster) => {
  it('copies every row of every tenant, says what it compared, and the copy goes on where the original stopped', () =>
    withFile(async (file) => {
      const before = await furnish(file, 2_500);
      const url = await cluster().createDatabase();
      const { code, out, err } = await finish(copy(['--from', file, '--to', url, '--json']));
      assert.equal(code, 0, err);
      const told: { tables: { table: string; rows: number; digest: string }[]; rows: number } = JSON.parse(out);
      const devices = told.tables.find(({ table }) => table === 'devices');
      assert.equal(devices?.rows, 2_502);
      assert.match(devices.digest, /^[0-9a-f]{64}$/);
      assert.match(err, /copying devices: 2502 of 2502\n/);
      assert.match(err, /checking devices: 2502 of 2502\n/);
      const store = await openAt(url);
      try {
        assert.deepEqual(await everything(store), before.content);
        assert.deepEqual(await store.secret(), before.secret);
        await store.transact(scopeOf(acme), (tx) => tx.appendAudit(eventOf('fleet/after')));
        const [newest] = (await store.reads(scopeOf(acme)).auditEvents({ limit: 1 })).items;
        assert.equal(newest?.sequence, 2, 'the audit log goes on without a gap');
      } finally {
        await store.close();
      }
    }));

  it('takes the target from the environment, where no password can be read by others', () =>
    withFile(async (file) => {
      await furnish(file, 1);
      const url = await cluster().createDatabase();
      const { code, out, err } = await finish(copy(['--from', file], { FETTLE_DATABASE: url }));
      assert.equal(code, 0, err);
      assert.match(out, /^copied and compared: \d+ tables, \d+ rows$/m);
    }));

  it('refuses a target with anything in it, a source in use, and a file that is no installation', () =>
    withFile(async (file) => {
      await furnish(file, 1);
      const url = await cluster().createDatabase();
      const used = await openAt(url);
      await used.createTenant(acme, 1);
      await used.close();
      const full = await finish(copy(['--from', file, '--to', url]));
      assert.deepEqual([full.code, /found rows in the table tenants/.test(full.err)], [5, true], full.err);

      const empty = await cluster().createDatabase();
      const running = await openSqliteStore({ ...world(), file });
      const busy = await finish(copy(['--from', file, '--to', empty]));
      await running.close();
      assert.deepEqual([busy.code, /Another server process uses/.test(busy.err)], [5, true], busy.err);

      const absent = await finish(copy(['--from', `${file}.absent`, '--to', empty]));
      assert.equal(absent.code, 4);
      const nowhere = await finish(copy(['--from', file, '--to', 'mysql://x']));
      assert.equal(nowhere.code, 2);
    }));

  it('keeps nothing of a copy that was killed, so that it can simply be run again', () =>
    withFile(async (file) => {
      const before = await furnish(file, 20_000);
      const url = await cluster().createDatabase();
      const victim = copy(['--from', file, '--to', url]);
      await until(() => victim.err.includes('copying devices'), {
        deadlineMs: 30_000,
        everyMs: 1,
        tell: () => victim.err,
      });
      victim.child.kill('SIGKILL');
      await finish(victim);
      const { code, err } = await finish(copy(['--from', file, '--to', url]));
      assert.equal(code, 0, err);
      const store = await openAt(url);
      try {
        assert.deepEqual(await everything(store), before.content);
      } finally {
        await store.close();
      }
    }));
});

const world = () => ({
  clock: { now: () => 1_000 },
  random: { bytes: (count: number) => new Uint8Array(count).fill(9) },
});

/** An installation of two tenants with something of most kinds. */
async function furnish(file: string, devices: number) {
  const store = await openSqliteStore({ ...world(), file });
  for (const tenant of [acme, rival]) await prepare(store, tenant);
  await store.transact(scopeOf(acme), async (tx) => {
    await tx.saveGroup(groupOf('beta'));
    await tx.insertDeployment(deploymentOf(1));
    await tx.insertReport(reportOf(1, { detail: 'ünïcode \0 and "quotes" 🚀' }), 1);
    await tx.addCounts(rolloutIdOf(1), 0, { ...noCounts, started: 1, open: 1 });
    await tx.appendAudit(eventOf('fleet/acme'));
    for (let i = 0; i < devices; i++) await tx.insertDevice(deviceOf(`${i % 2 ? 'A' : 'b'}-${i}`));
  });
  const content = await everything(store);
  const secret = await store.secret();
  await store.close();
  return { content, secret };
}

/** What can be read through the ports; the character that PostgreSQL cannot keep is what it is replaced by. */
async function everything(store: OpenStore): Promise<unknown> {
  const read = async (reads: Reads) => ({
    fleets: await reads.fleets(page),
    groups: await reads.groups(thermostats),
    releases: await reads.releases(thermostats, page),
    rollouts: await reads.rollouts(thermostats, page),
    counts: await reads.rolloutCounts(rolloutIdOf(1), 2),
    devices: await reads.devices({ fleet: thermostats, ...page }),
    deviceCounts: await reads.countDevices(thermostats),
    deployments: await reads.deploymentsOfRollout(rolloutIdOf(1), page),
    reports: await reads.reports(deploymentIdOf(1)),
  });
  const found = { acme: await read(store.reads(scopeOf(acme))), rival: await read(store.reads(scopeOf(rival))) };
  return JSON.parse(JSON.stringify(found).replaceAll('\\u0000', '\uFFFD'));
}

interface Run {
  readonly child: ChildProcess;
  out: string;
  err: string;
}

function copy(args: readonly string[], environment: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [cli, 'database', 'copy', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  const run: Run = { child, out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (run.out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (run.err += text));
  return run;
}

async function finish(run: Run): Promise<{ code: number | null; out: string; err: string }> {
  const { child } = run;
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  return { code: child.exitCode, out: run.out, err: run.err };
}

async function withFile(test: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-copy-'));
  try {
    await test(join(folder, 'fettle.db'));
  } finally {
    await rm(folder, { recursive: true });
  }
}
