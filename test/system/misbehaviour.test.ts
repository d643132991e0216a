import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  createFleet,
  type MisbehaviourName,
  misbehaviourNames,
  misbehaviours,
  type PretendFleet,
} from '@fettle/simulator';
import { judge } from './crash/judge.ts';
import { readRecord } from './crash/record.ts';
import { ServerProcess } from './crash/server-process.ts';
import { letTimePass } from './crash/silence.ts';
import { until } from './crash/until.ts';
import { threePhases, Workshop } from './crash/workshop.ts';

const types = ['board-a', 'board-b'];
const devices = 200;
const day = 24 * 3_600_000;

describe('200 devices with every misbehaviour in one rollout of three phases', () => {
  let dir: string;
  let server: ServerProcess;
  let fleet: PretendFleet | undefined;

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'fettle-misbehaviour-'));
    server = new ServerProcess(dir, ['--log-level', 'info', '--load-event-loop-delay-ms', '0']);
    await server.start();
  });

  after(async () => {
    await fleet?.stop();
    await server.remove();
  });

  it('ends every deployment once, as the device really ended it', async () => {
    const workshop = new Workshop(server.url, server.adminToken);
    await workshop.open(types, 30_000);
    fleet = await createFleet({
      server: server.url,
      fleet: 'thermostat',
      devices,
      types,
      claimToken: workshop.claimToken,
      trustKeys: [workshop.publicKeyPem],
      factoryVersion: '0.9.0',
      misbehave: Object.fromEntries(misbehaviourNames.map((name) => [name, 0.04])),
      speed: 100,
      rampMs: 500,
    });
    const running = fleet;
    fleet.start();
    await until(() => running.stats().byState.idle === devices, { deadlineMs: 60_000, tell: () => say(running) });
    await workshop.publish('1.0.0', types);
    // The misbehaving majority must not stop it: this is about the record, not about the gate.
    const { id } = await workshop.rollOut('1.0.0', threePhases({ failureShare: 0.7 }));
    const kinds = new Map(fleet.devices().map((device) => [String(device.id), device.misbehaviour]));
    const done = () => settled(running, kinds);
    await until(async () => done() && (await workshop.rollout(id)).status === 'completed', {
      deadlineMs: 90_000,
      tell: () => say(running),
    });
    await fleet.stop();
    await server.stop();
    await letTimePass(dir, 2 * day);
    await server.start();

    const record = await readRecord(workshop.client);
    assert.deepEqual(judge(record, [fleet], { abortedAt: new Map(), floor: 0 }), []);
    assert.equal(record.devices.size, devices);
    for (const { device, status } of record.deployments.values()) {
      const name = kinds.get(device);
      assert.equal(status, name ? misbehaviours[name].concludes : 'succeeded', `${device} (${name})`);
    }
    assert.equal(new Set([...record.deployments.values()].map(({ device }) => device)).size, devices);
  });
});

/** Everybody had a deployment and ended it as devices of their kind do. */
function settled(fleet: PretendFleet, kinds: ReadonlyMap<string, MisbehaviourName | undefined>): boolean {
  const ledger = fleet.ledger();
  if (new Set(ledger.map(({ device }) => device)).size < devices || fleet.stats().unsettled > 0) return false;
  return ledger.every(({ device, deed }) => {
    const name = kinds.get(device);
    return deed !== null && deed === (name ? misbehaviours[name].deed : 'succeeded');
  });
}

function say(fleet: PretendFleet): string {
  return JSON.stringify({ ...fleet.stats(), violations: fleet.violations().slice(0, 5) });
}
