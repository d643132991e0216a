import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from '@fettle/api';
import { openVulnerabilityDesk, recordOf, type VulnerabilityDesk } from './affected-support.ts';
import { enrolledDevice, until } from './api-support.ts';

const fleet = 'routers';
const about = { fleet, version: '1.0.0' };
const [first, own] = ['first words of somebody', 'correct horse battery'];

/** A tester who signs with a password, over the API as the command line does. */
async function tester({ server, client }: VulnerabilityDesk, name: string) {
  const permissions = ['release.approve', 'fleet.read'];
  await client.createPerson({ name, fullName: `${name} Miller`, roles: ['qa'], permissions, password: first });
  const at = async (password: string) => {
    const { token } = await client.logIn({ name, password });
    return createClient({ server: server.url, token });
  };
  await (await at(first)).changePassword({ password: first, newPassword: own });
  const self = await at(own);
  return async () => {
    const words = { meaning: 'tested', reason: 'bench 3', method: 'password' as const };
    const { statement } = await self.draftApproval({ ...about, ...words });
    return self.approveRelease({ ...about, statement, password: own });
  };
}

test('with real gates and real data: signed, void by what an import names, told everywhere, signed anew', async () => {
  await using at = await openVulnerabilityDesk();
  const { policy } = await at.client.getReleasePolicy({ fleet });
  assert.ok(policy);
  const approvals = [{ meaning: 'tested', role: 'qa', count: 1 }];
  const stages = policy.stages.map((stage) => ({ ...stage, approvals }));
  await at.client.setReleasePolicy({ fleet, policy: { ...policy, stages } });
  await at.importOsv('osv.dev/Debian', [recordOf('DSA-1', 'bash', '1.0-1')]);
  await at.release('1.0.0', { openssl: '3.0.8-1', bash: '5.2-1' });
  const sign = await tester(at, 'ada');
  await sign();
  const standing = async () => (await at.client.showApprovals(about)).approvals.at(-1);
  assert.deepEqual([(await standing())?.counts, (await standing())?.void], [true, []]);

  await at.importOsv('osv.dev/Debian', [
    recordOf('DSA-1', 'bash', '1.0-1'),
    recordOf('DSA-7', 'openssl', '3.0.9-1', { upstream: ['CVE-2026-7'] }),
  ]);
  const spoiled = await until(
    async () => ((await standing())?.counts === false ? standing() : undefined),
    'it to be void',
  );
  assert.match(spoiled?.void[0]?.why ?? '', /^something new was found: CVE-2026-7 in pkg:deb\/debian\/openssl/);
  const typed = await at.type('release', 'approvals', '1.0.0', '--fleet', fleet);
  assert.match(typed.out, /void for production: tested by ada Miller, something new was found: CVE-2026-7/);
  assert.match(typed.out, /production: tested by 1 × qa \(found 0\)/);
  const { id } = await enrolledDevice(at.server, fleet, 'dev-1');
  await at.type('rollout', 'start', '--version', '1.0.0', '--fleet', fleet);
  const why = await at.type('why', id);
  assert.match(why.out, /something new was found: CVE-2026-7/, why.out + why.err);

  await sign();
  assert.equal((await standing())?.counts, true);
  const shown = await at.type('release', 'approvals', '1.0.0', '--fleet', fleet);
  assert.match(shown.out, /production: signed/);
});
