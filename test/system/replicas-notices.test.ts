import assert from 'node:assert/strict';
import { it } from 'node:test';
import { native } from '@fettle/protocol';
import { withCluster } from '../contract/postgres-stores.ts';
import {
  allAtOnce,
  enrolledDevice,
  makeFleet,
  publish,
  startTestServer,
  type TestDevice,
  type TestServer,
  until,
} from './api-support.ts';

const message = { attributes: { site: 'berlin' }, current: {} };

withCluster('what one server process remembers and another changes', (cluster) => {
  it('is forgotten: a device hears of a rollout, an abort and its rejection at whatever process it asks', async () => {
    const database = await cluster().createDatabase();
    await using near = await startTestServer({ database });
    await using far = await startTestServer({ database });
    const fleet = await makeFleet(near.client);
    const device = await enrolledDevice({ ...far, client: near.client }, 'routers', 'd-1');
    const quiet = await enrolledDevice({ ...far, client: near.client }, 'routers', 'd-2');
    await remembered(far, [device, quiet]);

    await publish(near.client, { ...fleet, version: '1.0.0', bytes: Buffer.from('one') });
    const { id } = await near.client.createRollout({
      fleet: 'routers',
      version: '1.0.0',
      group: 'all',
      plan: allAtOnce,
      start: true,
      reason: 'test',
    });
    const offer = await until(async () => (await device.checkIn(message)).offer, 'the offer at the other process');
    assert.equal(offer.version, '1.0.0');

    await near.client.abortRollout({ rollout: id, reason: 'test' });
    assert.equal((await device.checkIn(message)).abort, offer.deployment, 'told of the abort at once');
    assert.equal((await quiet.checkIn(message)).offer, undefined, 'no offer after the abort was answered');

    await remembered(far, [quiet]);
    await near.client.rejectDevice({ device: 'd-2', reason: 'stolen' });
    const refused = async () => {
      const { status } = await quiet.post(native.nativePaths.checkIn, message);
      return status === 403 || undefined;
    };
    await until(refused, 'the rejected device to be refused');
  });
});

/** Checks devices in until the server answers them from memory. */
async function remembered(server: TestServer, devices: readonly TestDevice[]): Promise<void> {
  const answered = async (): Promise<number> => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    return Number(/^fettle_checkins_quiet_total (\d+)$/m.exec(text)?.[1] ?? 0);
  };
  const before = await answered();
  await until(async () => {
    for (const device of devices) await device.checkIn(message);
    return (await answered()) >= before + devices.length || undefined;
  }, 'the devices to be remembered');
}
