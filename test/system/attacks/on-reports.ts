import { createHash } from 'node:crypto';
import { native } from '@fettle/protocol';
import { allAtOnce, enrolledDevice, makeFleet, publish, TestDevice, until } from '../api-support.ts';
import { byHand, type HandAttack } from './by-hand.ts';
import type { Stage } from './stage.ts';

const loot = "one device's credential";

/** Whoever speaks for one device changes nothing that is over, and nothing of another device. */
export const attacksOnReports: readonly HandAttack[] = [
  byHand('reports of a success, replayed', 'succeeded, 3 reports', {
    with: loot,
    attempt: (stage) =>
      withDeployment(stage, 'replayed', async ({ device, report, outcome }) => {
        const reports = [report(1, 'downloading'), report(2, 'installing'), report(3, 'succeeded')];
        for (let i = 0; i < 3; i++) await device.post(native.nativePaths.reports, { reports });
        return await outcome();
      }),
  }),
  byHand('reports in another order: the end first, then the beginning and a failure', 'succeeded, 3 reports', {
    with: loot,
    attempt: (stage) =>
      withDeployment(stage, 'reordered', async ({ device, report, outcome }) => {
        const later = [report(3, 'succeeded'), report(1, 'downloading'), report(2, 'failed')];
        for (const one of later) await device.post(native.nativePaths.reports, { reports: [one] });
        return await outcome();
      }),
  }),
  byHand("reports for another device's deployment", 'offered, 0 reports', {
    with: loot,
    attempt: (stage) =>
      withDeployment(stage, 'foreign', async ({ thief, report, outcome }) => {
        await thief.post(native.nativePaths.reports, { reports: [report(1, 'failed')] });
        await thief.checkIn({ reports: [report(2, 'succeeded')] });
        return await outcome();
      }),
  }),
  byHand('the credential of a device that was rejected since', '403 device-rejected', {
    with: loot,
    attempt: (stage) =>
      withDeployment(stage, 'rejected', async ({ device, report }) => {
        await stage.server.client.rejectDevice({ device: device.id, reason: 'stolen' });
        const answer = await device.post(native.nativePaths.reports, { reports: [report(1, 'succeeded')] });
        return `${answer.status} ${((await answer.json()) as { code: string }).code}`;
      }),
  }),
  byHand("a device token at another device's door", '401 proof-invalid', {
    with: loot,
    attempt: (stage) =>
      withDeployment(stage, 'impersonated', async ({ device, thief }) => {
        const pretender = new TestDevice(stage.server.url, device.id);
        const asked = await thief.post(native.nativePaths.challenge, { device: thief.id });
        const { challenge } = (await asked.json()) as { challenge: string };
        const proof = Buffer.alloc(64).toString('base64');
        const answer = await pretender.post(native.nativePaths.token, { device: device.id, challenge, proof });
        return `${answer.status} ${((await answer.json()) as { code: string }).code}`;
      }),
  }),
];

interface Victim {
  readonly device: TestDevice;
  readonly thief: TestDevice;
  readonly report: (sequence: number, status: string) => object;
  /** What the server holds to be true of the deployment. */
  readonly outcome: () => Promise<string>;
}

/** A fleet of its own, with one open deployment, and another device whose credential is stolen. */
async function withDeployment(
  { server }: Stage,
  name: string,
  attempt: (victim: Victim) => Promise<string>,
): Promise<string> {
  const { client } = server;
  const fleet = await makeFleet(client, name);
  await publish(client, { ...fleet, version: '1.0.0', bytes: createHash('sha256').update(name).digest() });
  const device = await enrolledDevice(server, name, `${name}-1`);
  const thief = await enrolledDevice(server, name, `${name}-2`);
  await client.createRollout({ fleet: name, version: '1.0.0', group: 'all', plan: allAtOnce, start: true });
  const { deployment } = await until(async () => (await device.checkIn()).offer, 'an offer');
  return await attempt({
    device,
    thief,
    report: (sequence, status) => ({ deployment, sequence, status }),
    async outcome() {
      const [found] = (await client.deviceDeployments({ device: device.id })).items;
      const reports = await client.deploymentReports({ deployment });
      return `${found?.status}, ${reports.items.length} reports`;
    },
  });
}
