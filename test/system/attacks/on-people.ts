import { type Client, createClient } from '@fettle/api';
import { newSigners } from '../../../packages/control/test/ceremony.ts';
import { onlineKeysOf } from '../trust/officers-online.ts';
import { byHand, type HandAttack, refusalOf } from './by-hand.ts';
import { fleet } from './forger.ts';
import { nextVersion } from './on-signer.ts';
import type { Stage } from './stage.ts';

const ciLoot = "a build server's token (fleet.read, release.publish)";
const ciPermissions = ['fleet.read', 'release.publish'];
const operatorLoot = "an operator's token (fleets, releases, rollouts)";
const operatorPermissions = ['fleet.read', 'fleet.write', 'release.publish', 'release.revoke', 'rollout.write'];
const officerLoot = "an administrator's token, and signatures that officers have given";

/** Signatures are for one change; tokens are for what they say, and never stand in for a key. */
export const attacksOnPeople: readonly HandAttack[] = [
  byHand("a replayed approval: an officer's signature of another change", 'signature-invalid', {
    with: officerLoot,
    attempt: async ({ server: { client }, officers }) => {
      const online = await onlineKeysOf(client);
      const given = await officers.imageRoot(online, {}, officers.rootOfficers.slice(0, 1));
      const other = await officers.imageRoot(online, { expiresAt: officers.now() + 100 * 86_400_000 });
      const { id: change } = await staged(client, other);
      const [signature] = given.signatures;
      if (!signature) throw new Error('An officer is needed.');
      const outcome = await refusalOf(client.signTrustChange({ change, ...signature, meaning: 'released' }));
      await client.withdrawTrustChange({ change, reason: 'tried' });
      return outcome;
    },
  }),
  byHand('one approval counted twice', 'signature-invalid', {
    with: officerLoot,
    attempt: async ({ server: { client }, officers }) => {
      const file = await officers.imageRoot(await onlineKeysOf(client), {}, officers.rootOfficers.slice(0, 1));
      const { id: change } = await staged(client, file);
      const [signature] = file.signatures;
      if (!signature) throw new Error('An officer is needed.');
      for (let i = 0; i < 2; i++) await client.signTrustChange({ change, ...signature, meaning: 'released' });
      const outcome = await refusalOf(client.publishTrustChange({ change, force: true, reason: 'tried' }));
      await client.withdrawTrustChange({ change, reason: 'tried' });
      return outcome;
    },
  }),
  byHand('approvals of a change that was withdrawn', 'wrong-state', {
    with: officerLoot,
    attempt: async ({ server: { client }, officers }) => {
      const { id: change } = await staged(client, await officers.imageRoot(await onlineKeysOf(client)));
      await client.withdrawTrustChange({ change, reason: 'changed our minds' });
      return await refusalOf(client.publishTrustChange({ change, force: true, reason: 'tried' }));
    },
  }),
  byHand("a release signed by the build server's own key", 'signature-invalid', {
    with: ciLoot,
    attempt: async (stage) => {
      const client = await holder(stage, ciPermissions);
      const targets = await stage.signRelease(nextVersion(), newSigners(1));
      return await refusalOf(client.publishRelease({ fleet, targets }));
    },
  }),
  byHand('the signed file of an earlier release once more', 'invalid-input', {
    with: `${ciLoot}, and every file that was ever published`,
    attempt: async (stage) => {
      const client = await holder(stage, ciPermissions);
      const version = (await stage.forger().image()).fleet.metadata.version - 1;
      const old = await stage.forger().old(`${version}.${fleet}.json`);
      return await refusalOf(client.publishRelease({ fleet, targets: Buffer.from(old).toString('utf8') }));
    },
  }),
  ...forbidden(ciLoot, ciPermissions, [
    [
      'starts a rollout',
      (client) => client.createRollout({ fleet, version: '1.0.0', group: 'all', plan, start: true }),
    ],
    ['revokes a release', (client) => client.revokeRelease({ fleet, version: '1.0.0', reason: 'tried' })],
    ['makes itself a token that may more', (client) => client.createToken({ name: 'x', permissions: ['token.write'] })],
    ['reads the audit log', (client) => client.listAudit({})],
    [
      'stages a new root',
      (client) => client.requestTrustChange({ repository: 'image', role: 'root', payload: 'e30=', reason: 'tried' }),
    ],
  ]),
  byHand('a stolen token after it was revoked', 'not-authenticated', {
    with: operatorLoot,
    attempt: async (stage) => {
      const { record, token } = await stage.server.client.createToken({ name: 'lost', permissions: ['fleet.read'] });
      const client = createClient({ server: stage.server.url, token });
      await client.listFleets({});
      await stage.server.client.revokeToken({ token: record.id });
      return await refusalOf(client.listFleets({}));
    },
  }),
  byHand('a plainly signed release for a fleet that has a root', 'wrong-state', {
    with: operatorLoot,
    attempt: async (stage) => {
      const client = await holder(stage, operatorPermissions);
      return await refusalOf(client.publishRelease({ fleet, envelope: '{}' }));
    },
  }),
  byHand('a rollout of a release that was revoked', 'wrong-state', {
    with: operatorLoot,
    attempt: async (stage) => {
      const version = nextVersion();
      await stage.release(version);
      await stage.server.client.revokeRelease({ fleet, version, reason: 'a hole in it' });
      const client = await holder(stage, operatorPermissions);
      return await refusalOf(client.createRollout({ fleet, version, group: 'all', plan, start: true }));
    },
  }),
  ...forbidden(operatorLoot, operatorPermissions, [
    [
      'stages a new root',
      (client) => client.requestTrustChange({ repository: 'image', role: 'root', payload: 'e30=', reason: 'tried' }),
    ],
    ['begins a new audit log', (client) => client.restartAuditLog({ reason: 'tried' })],
    ['erases a text of the audit log', (client) => client.eraseAuditTexts({ event: '1', reason: 'tried' })],
  ]),
];

const plan = {
  phases: [
    {
      name: 'all',
      size: { share: 1 },
      maxInFlight: 10,
      failureThreshold: { share: 0.5 },
      successShare: 1,
      minSoakMs: 0,
      promote: 'automatic' as const,
    },
  ],
  onFail: 'pause' as const,
  maxAttempts: 1,
  retryBackoffMs: 0,
};

type Act = (client: Client) => Promise<unknown>;

function forbidden(loot: string, permissions: readonly string[], acts: readonly (readonly [string, Act])[]) {
  return acts.map(([name, act]) => {
    const attempt = async (stage: Stage) => refusalOf(act(await holder(stage, permissions)));
    return byHand(`${loot} ${name}`, 'forbidden', { with: loot, attempt });
  });
}

/** Whoever has stolen a token with these permissions. */
async function holder({ server }: Stage, permissions: readonly string[]): Promise<Client> {
  const { token } = await server.client.createToken({ name: `stolen ${nextVersion()}`, permissions: [...permissions] });
  return createClient({ server: server.url, token });
}

async function staged(client: Client, file: { repository: 'image' | 'director'; role: string; payload: Uint8Array }) {
  const { repository, role } = file;
  const payload = Buffer.from(file.payload).toString('base64');
  return await client.requestTrustChange({ repository, role, payload, reason: 'a ceremony' });
}
