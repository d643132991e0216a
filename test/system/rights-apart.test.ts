import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  adminPermissions,
  changePerson,
  createPerson,
  deleteGroup,
  deliverNotices,
  getReleasePolicy,
  listAudit,
  type Permission,
  policyDigest,
  resetPassword,
  type Scope,
  saveGroup,
  setReleasePolicy,
} from '@fettle/control';
import type { AuditEvent } from '@fettle/model';
import { type ApprovalWorld, approvalWorld } from './approvals-support.ts';

const forbidden = { code: 'forbidden' };
const newPassword = { password: 'chosen by the help desk', reason: 'forgot it' };

test('the right to write accounts alone reaches nobody who may do more, by no way', async () => {
  const world = await approvalWorld(101);
  const { brain, admin } = world;
  await world.person('the.boss', [], [...adminPermissions]);
  await world.person('ada.tester', ['qa'], ['fleet.read']);
  await world.person('new.one', [], ['fleet.read']);
  const desk = await world.person('help.desk', [], ['person.write', 'fleet.read']);
  const change = (who: string, changes: object) =>
    changePerson(desk.scope, brain, who, { ...changes, reason: 'because' });
  for (const who of ['the.boss', 'ada.tester']) {
    await assert.rejects(resetPassword(desk.scope, brain, who, newPassword), forbidden, who);
    for (const changes of [
      { status: 'disabled' },
      { permissions: ['fleet.read'] },
      { roles: [] },
      { accounts: [] },
      { fullName: 'Somebody Else' },
      { fleets: [world.fleet] },
    ]) {
      await assert.rejects(change(who, changes), forbidden, `${who} ${JSON.stringify(changes)}`);
    }
  }
  await assert.rejects(resetPassword(desk.scope, brain, 'ada.tester', newPassword), /lacks role\.write/);
  await assert.rejects(change('new.one', { roles: ['qa'] }), forbidden);
  const made = { fullName: 'Sock One', permissions: [], accounts: [], password: 'first words of somebody' };
  await assert.rejects(createPerson(desk.scope, brain, { ...made, name: 'sock', roles: ['qa'] }), forbidden);
  // What the help desk is for still works.
  await createPerson(desk.scope, brain, { ...made, name: 'sock', roles: [] });
  await resetPassword(desk.scope, brain, 'new.one', newPassword);
  await change('new.one', { fullName: 'New Two', permissions: [] });
  // Somebody who is disabled is worth as much as they may do once they are enabled.
  await changePerson(admin, brain, 'the.boss', { status: 'disabled', reason: 'on leave' });
  await assert.rejects(change('the.boss', { status: 'active' }), forbidden);
  await assert.rejects(resetPassword(desk.scope, brain, 'the.boss', newPassword), forbidden);
  await world.close();
});

async function told({ brain, admin, fleet }: ApprovalWorld): Promise<readonly AuditEvent[]> {
  const { items } = await listAudit(admin, brain, { object: `fleet/${fleet}`, limit: 50, oldestFirst: true });
  return items.filter(({ verb }) => verb === 'fleet.policy-weakened');
}

test('a release policy is set and cleared with a right of its own, and whatever weakens it is told to everybody', async () => {
  const world = await approvalWorld(102);
  const { brain, admin, fleet } = world;
  const notices: string[] = [];
  const tell = () => deliverNotices(brain, admin.tenant, async (_, { verb }) => void notices.push(verb));
  await tell();
  const ops = await world.person('an.operator', [], ['fleet.read', 'fleet.write']);
  const officer = await world.person('an.officer', [], ['fleet.read', 'policy.write']);
  const policy = await getReleasePolicy(admin, brain, fleet);
  assert.ok(policy);
  await assert.rejects(setReleasePolicy(ops.scope, brain, fleet, undefined), {
    details: { permission: 'policy.write' },
  });
  await assert.rejects(setReleasePolicy(ops.scope, brain, fleet, policy), forbidden);
  await setReleasePolicy(officer.scope, brain, fleet, policy);
  assert.deepEqual(await told(world), []);
  const [production] = policy.stages;
  assert.ok(production);
  const one = { ...production, approvals: production.approvals.map((asked) => ({ ...asked, count: 1 })) };
  await setReleasePolicy(officer.scope, brain, fleet, { ...policy, stages: [one] });
  await setReleasePolicy(officer.scope, brain, fleet, policy);
  await setReleasePolicy(officer.scope, brain, fleet, undefined);
  const events = await told(world);
  assert.deepEqual(
    events.map(({ actor, before, reason }) => [actor, before, reason]),
    [
      [officer.scope.actor, policyDigest(policy), 'production asks 1 instead of 2 × "tested" by qa'],
      [officer.scope.actor, policyDigest(policy), 'nothing is demanded any more'],
    ],
  );
  await tell();
  assert.equal(notices.filter((verb) => verb === 'fleet.policy-weakened').length, 2);
  await world.close();
});

test('a group that a stage names is a part of the policy; others are of whoever writes the fleet', async () => {
  const world = await approvalWorld(103);
  const { brain, admin, fleet } = world;
  const may: Permission[] = ['fleet.read', 'fleet.write'];
  const ops = await world.person('an.operator', [], may);
  const officer = await world.person('an.officer', [], [...may, 'policy.write']);
  const save = (scope: Scope, name: string, filter: string) => saveGroup(scope, brain, fleet, { name, filter });
  await save(ops.scope, 'lab', 'id == "none"');
  const policy = await getReleasePolicy(admin, brain, fleet);
  assert.ok(policy);
  const lab = { stage: 'development', groups: ['lab'], demands: [], approvals: [] } as const;
  await setReleasePolicy(officer.scope, brain, fleet, { ...policy, stages: [lab, ...policy.stages] });
  const before = (await told(world)).length;
  await assert.rejects(save(ops.scope, 'lab', 'id != ""'), { details: { permission: 'policy.write' } });
  await assert.rejects(deleteGroup(ops.scope, brain, fleet, 'lab'), forbidden);
  await save(ops.scope, 'field', 'id != ""');
  await deleteGroup(ops.scope, brain, fleet, 'field');
  await assert.rejects(save({ ...officer.scope, permissions: new Set(['policy.write']) }, 'lab', 'true'), forbidden);
  await save(officer.scope, 'lab', 'id == "none"');
  assert.equal((await told(world)).length, before, 'the same devices');
  await save(officer.scope, 'lab', 'id != ""');
  assert.match((await told(world)).at(-1)?.reason ?? '', /group lab of development has other devices: id != ""/);
  await deleteGroup(officer.scope, brain, fleet, 'lab');
  await world.close();
});
