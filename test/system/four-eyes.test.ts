import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  authenticateOperator,
  changePassword,
  changePerson,
  createOperatorToken,
  createPerson,
  type Permission,
  resetPassword,
  type Scope,
} from '@fettle/control';
import { type ApprovalWorld, approvalWorld, ownPassword, scopeOf, sign } from './approvals-support.ts';

const first = 'first words of somebody';
const approving: Permission[] = ['release.approve', 'fleet.read'];
const administering: Permission[] = [...approving, 'person.write', 'role.write', 'release.publish', 'token.write'];

/** An account that somebody makes, whose password "its owner" has changed. */
async function account(
  { brain }: ApprovalWorld,
  maker: Scope,
  input: { name: string; roles?: string[]; permissions?: Permission[]; fleets?: string[] },
) {
  const { name, roles = [], permissions = approving, fleets = [] } = input;
  const rights = { roles, permissions, fleets, accounts: [] };
  const { id } = await createPerson(maker, brain, { name, fullName: `${name} Miller`, ...rights, password: first });
  const given = await scopeOf(brain, name, first);
  await changePassword(given, brain, { password: first, newPassword: ownPassword });
  return { id, name, scope: await scopeOf(brain, name, ownPassword) };
}

/** Another administrator answers for an account: a new password, and the role taken and given anew. */
async function vouch({ brain }: ApprovalWorld, by: Scope, name: string, role: string): Promise<Scope> {
  await resetPassword(by, brain, name, { password: first, reason: 'met in person' });
  await changePerson(by, brain, name, { roles: [], reason: 'to be given anew' });
  await changePerson(by, brain, name, { roles: [role], reason: 'met in person' });
  await changePassword(await scopeOf(brain, name, first), brain, { password: first, newPassword: ownPassword });
  return scopeOf(brain, name, ownPassword);
}

test('an account that the author of a release made does not sign for it, by however many steps it was made', async () => {
  const world = await approvalWorld(91);
  const mal = await world.person('mal.lory', [], administering);
  const eve = await world.person('eve.admin', [], administering);
  await world.clearAndPublish('2.0.0', mal.scope.actor);
  const sock = await account(world, mal.scope, { name: 'sock.one', roles: ['qa'] });
  await assert.rejects(
    sign(world, sock.scope, ['2.0.0', 'tested']),
    /password or role was given by mal\.lory or goes back to them, who is behind whoever had it checked/,
  );
  const middle = await account(world, mal.scope, { name: 'middle.man', permissions: administering });
  const second = await account(world, middle.scope, { name: 'sock.two', roles: ['qa'] });
  await assert.rejects(sign(world, second.scope, ['2.0.0', 'tested']), { code: 'forbidden' });
  const vouched = await vouch(world, eve.scope, 'sock.one', 'qa');
  await sign(world, vouched, ['2.0.0', 'tested']);
  await world.clearAndPublish('2.1.0', eve.scope.actor);
  await assert.rejects(sign(world, vouched, ['2.1.0', 'tested']), /eve\.admin/, 'now it is another who answers');
  await world.close();
});

test('who chose the password last or gave the role counts, whatever its owner did since', async () => {
  const world = await approvalWorld(92);
  const { brain } = world;
  const mal = await world.person('mal.lory', [], administering);
  const [ada, bob] = [await world.person('ada.tester', ['qa']), await world.person('bob.tester', [])];
  await world.clearAndPublish('2.0.0', mal.scope.actor);
  await resetPassword(mal.scope, brain, 'ada.tester', { password: first, reason: 'forgot it' });
  await changePassword(await scopeOf(brain, 'ada.tester', first), brain, { password: first, newPassword: ownPassword });
  const taken = await scopeOf(brain, 'ada.tester', ownPassword);
  await assert.rejects(sign(world, taken, ['2.0.0', 'tested']), { code: 'forbidden' });
  await changePassword(taken, brain, { password: ownPassword, newPassword: `${ownPassword} again` });
  const again = await scopeOf(brain, 'ada.tester', `${ownPassword} again`);
  await changePassword(again, brain, { password: `${ownPassword} again`, newPassword: ownPassword });
  const still = await scopeOf(brain, 'ada.tester', ownPassword);
  await assert.rejects(
    sign(world, still, ['2.0.0', 'tested']),
    { code: 'forbidden' },
    'the same hand may have done it',
  );
  assert.equal(ada.id, (await brain.store.reads(world.admin).personByName('ada.tester'))?.id);

  await changePerson(mal.scope, brain, 'bob.tester', { roles: ['qa'], reason: 'new here' });
  await assert.rejects(sign(world, bob.scope, ['2.0.0', 'tested']), /mal\.lory/);
  await changePerson(world.admin, brain, 'bob.tester', { roles: ['manager'], reason: 'also that' });
  await sign(world, bob.scope, ['2.0.0', 'released']);
  await world.close();
});

test('whoever made the account of the author does not sign; one administrator of both lets them work together', async () => {
  const world = await approvalWorld(93);
  const rights = [...administering];
  const carol = await world.person('carol.admin', ['qa'], rights);
  const dev = await account(world, carol.scope, { name: 'dev.one', permissions: ['release.publish', 'fleet.read'] });
  const qa = await account(world, carol.scope, { name: 'qa.one', roles: ['qa'] });
  await world.clearAndPublish('2.0.0', dev.scope.actor);
  await assert.rejects(sign(world, carol.scope, ['2.0.0', 'tested']), /carol\.admin, who is behind whoever/);
  await sign(world, qa.scope, ['2.0.0', 'tested']);
  await world.close();
});

test('the first token is nobody; a token that it made is one hand, on whichever side it acts', async () => {
  const world = await approvalWorld(94);
  const { brain, admin } = world;
  const { token } = await createOperatorToken(admin, brain, { name: 'provision', permissions: administering });
  const provision = await authenticateOperator(brain, token);
  assert.ok(provision);
  const sock = await account(world, provision, { name: 'sock.one', roles: ['qa'] });
  await world.clearAndPublish('2.0.0', provision.actor);
  await assert.rejects(sign(world, sock.scope, ['2.0.0', 'tested']), /operator:provision/);
  await world.clearAndPublish('2.1.0');
  await sign(world, sock.scope, ['2.1.0', 'tested']);
  const ada = await world.person('ada.tester', ['qa']);
  await sign(world, ada.scope, ['2.0.0', 'tested']);
  await world.close();
});

test('an approver of one fleet is looked behind like any other', async () => {
  const world = await approvalWorld(95);
  const mal = await world.person('mal.lory', [], administering);
  const sock = await account(world, mal.scope, { name: 'sock.one', roles: ['qa'], fleets: [world.fleet] });
  assert.ok(sock.scope.fleets?.has(world.fleet));
  await world.clearAndPublish('2.0.0', mal.scope.actor);
  await assert.rejects(sign(world, sock.scope, ['2.0.0', 'tested']), /mal\.lory|given by person:/);
  await world.clearAndPublish('2.1.0');
  await sign(world, sock.scope, ['2.1.0', 'tested']);
  await world.close();
});
