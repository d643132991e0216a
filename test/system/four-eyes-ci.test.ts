import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  authenticateOperator,
  changePerson,
  exchangeIdToken,
  type Permission,
  removePublisher,
  type Scope,
  savePublisher,
} from '@fettle/control';
import { type ApprovalWorld, approvalWorld, sign } from './approvals-support.ts';
import { generateIssuer } from './id-tokens.ts';

const approving: Permission[] = ['release.approve', 'fleet.read'];
const trusting: Permission[] = [...approving, 'release.publish', 'publisher.write'];

/** Trusts jobs whose ID tokens one key signs, and starts such a job. */
function ciOf({ brain, fleet, now }: ApprovalWorld) {
  const issuer = generateIssuer('https://ci.example');
  return {
    ...issuer,
    trust: (scope: Scope, name = 'nightly') =>
      savePublisher(scope, brain, {
        ...{ name, provider: 'generic', issuer: issuer.url, audience: 'fettle', fleet, deviceTypes: [] },
        ...{ keys: { kind: 'pinned', jwks: issuer.jwks, pinnedAt: now }, match: { repo: 'x' } },
        ...{ allowEvents: [], requireHosted: false, tokenLifeMs: 900_000 },
      }),
    async start(at: number, claims: Record<string, string> = {}): Promise<string> {
      const token = issuer.mint({ repo: 'x', ...claims }, at);
      const jwksOf = () => Promise.reject(new Error('pinned keys are asked of nobody'));
      const asked = { tenant: 'default' as Scope['tenant'], token, fleet, mayNote: () => true };
      const given = await exchangeIdToken({ ...brain, issuerKeys: { jwksOf } }, asked);
      const job = await authenticateOperator(brain, given.token);
      assert.ok(job);
      return job.actor;
    },
  };
}

test('whoever trusted a publisher does not sign for what its jobs publish, also when it was saved anew by another', async () => {
  const world = await approvalWorld(96);
  const { brain, admin } = world;
  const mal = await world.person('mal.lory', ['qa', 'manager'], trusting);
  const ada = await world.person('ada.tester', ['qa']);
  const ci = ciOf(world);
  await ci.trust(mal.scope);
  await world.clearAndPublish('2.0.0', await ci.start(world.now));
  for (const meaning of ['tested', 'released']) {
    await assert.rejects(sign(world, mal.scope, ['2.0.0', meaning]), /had it checked \(publisher:nightly\)/);
  }
  await sign(world, ada.scope, ['2.0.0', 'tested']);
  await removePublisher(admin, brain, 'nightly');
  await ci.trust(admin);
  await world.clearAndPublish('2.1.0', await ci.start(world.now));
  await assert.rejects(sign(world, mal.scope, ['2.1.0', 'tested']), { code: 'forbidden' });
  await ci.trust(admin, 'another');
  await removePublisher(admin, brain, 'nightly');
  await world.clearAndPublish('2.2.0', await ci.start(world.now));
  await sign(world, mal.scope, ['2.2.0', 'tested']);
  await world.close();
});

test('a job that an account of nobody started is signed for by those of whom it was said who they are there', async () => {
  const world = await approvalWorld(97);
  const { brain, admin } = world;
  const ada = await world.person('ada.tester', ['qa']);
  const bob = await world.person('bob.tester', ['qa']);
  const ci = ciOf(world);
  await ci.trust(admin);
  await world.clearAndPublish('2.0.0', await ci.start(world.now, { actor_id: '583231' }));
  await assert.rejects(sign(world, ada.scope, ['2.0.0', 'tested']), (error: Error) => {
    assert.match(error.message, /started by https:\/\/ci\.example#583231, an account of nobody here/);
    assert.match(error.message, /fettle person change ada\.tester --account https:\/\/ci\.example#ID/);
    return true;
  });
  const say = (name: string, account: string) =>
    changePerson(admin, brain, name, { accounts: [account], reason: 'asked them' });
  await say('ada.tester', 'https://ci.elsewhere#none');
  await assert.rejects(sign(world, ada.scope, ['2.0.0', 'tested']), /account of nobody/, 'of another issuer');
  await say('ada.tester', 'https://ci.example#none');
  await sign(world, ada.scope, ['2.0.0', 'tested']);
  await assert.rejects(sign(world, bob.scope, ['2.0.0', 'tested']), /account of nobody/);
  await say('ada.tester', 'https://ci.example#583231');
  await sign(world, bob.scope, ['2.0.0', 'tested']);
  await world.clearAndPublish('2.1.0', await ci.start(world.now, { actor_id: '583231' }));
  await assert.rejects(sign(world, ada.scope, ['2.1.0', 'tested']), /ada\.tester, who is behind/);
  await world.close();
});

test('a job of an issuer that names nobody is signed for by a colleague, and one that is not told of by known people', async () => {
  const world = await approvalWorld(98);
  const { brain, admin } = world;
  const ada = await world.person('ada.tester', ['qa']);
  const ci = ciOf(world);
  await ci.trust(admin);
  await world.clearAndPublish('2.0.0', await ci.start(world.now));
  await sign(world, ada.scope, ['2.0.0', 'tested']);
  await world.clearAndPublish('2.1.0', 'publisher:gone');
  await assert.rejects(sign(world, ada.scope, ['2.1.0', 'tested']), /somebody of whom the audit log does not tell/);
  await changePerson(admin, brain, 'ada.tester', { accounts: ['https://ci.example#7'], reason: 'asked her' });
  await sign(world, ada.scope, ['2.1.0', 'tested']);
  await world.close();
});
