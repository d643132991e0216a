import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  approveRelease,
  authenticateOperator,
  changePerson,
  checkIn,
  createFleet,
  createOperatorToken,
  createRollout,
  draftApproval,
  explainDevice,
  listAudit,
  manifestDigest,
  type Permission,
  registerKey,
  type Scope,
  showApprovals,
  tickRollouts,
  withdrawApproval,
} from '@fettle/control';
import { checkId, makeId } from '@fettle/model';
import { generateKeyPem, signEnvelope, signerFromPem, statementPayloadType, verifyEnvelope } from '@fettle/trust';
import { simplePlan } from '../support/memory-brain.ts';

import { approvalWorld, ownPassword, scopeOf, sign, wishOf } from './approvals-support.ts';

test('two testers and a manager sign, then devices are offered the release, and never before', async () => {
  const world = await approvalWorld();
  const { brain, admin, fleet } = world;
  await world.clearAndPublish('2.0.0');
  const device = await world.addDevice('dev-1');
  const ask = () => checkIn(device, brain, { attributes: {}, current: {} });
  await ask();
  const [ada, bob, eve] = [
    await world.person('ada.tester', ['qa']),
    await world.person('bob.tester', ['qa']),
    await world.person('eve.manager', ['manager']),
  ];
  const input = { version: '2.0.0', group: 'all', plan: simplePlan(), start: true, reason: '' };
  await createRollout(admin, brain, fleet, input);
  await tickRollouts(brain);
  const codes = async () => (await explainDevice(admin, brain, device.device)).reasons.map(({ code }) => code);
  const steps: [Scope, string][] = [
    [ada.scope, 'tested'],
    [eve.scope, 'released'],
  ];
  for (const [scope, meaning] of steps) {
    assert.equal((await ask()).offer, undefined);
    assert.ok((await codes()).includes('awaiting-approval'));
    await sign(world, scope, ['2.0.0', meaning]);
  }
  const standing = await showApprovals(admin, brain, fleet, '2.0.0');
  assert.deepEqual(standing.stages, [
    { stage: 'production', missing: [{ meaning: 'tested', role: 'qa', count: 2, found: 1 }] },
  ]);
  assert.equal((await ask()).offer, undefined);
  const { approval } = await sign(world, bob.scope, ['2.0.0', 'tested']);
  assert.deepEqual((await showApprovals(admin, brain, fleet, '2.0.0')).stages[0]?.missing, []);
  assert.equal((await ask()).offer?.version, '2.0.0');

  const kept = await brain.store.reads(admin).evidence(approval.evidence);
  const keys = [world.evidenceKey];
  const verdict = verifyEnvelope(kept?.text ?? '', { payloadType: statementPayloadType, keys, threshold: 1 });
  assert.ok(verdict.ok);
  const { predicate, subject } = JSON.parse(Buffer.from(verdict.payload).toString());
  const release = await brain.store.reads(admin).releaseByVersion(fleet, '2.0.0');
  assert.ok(release);
  assert.equal(subject[0].digest.sha256, manifestDigest(release));
  assert.deepEqual([predicate.person.id, predicate.meaning, predicate.method], [bob.id, 'tested', 'password']);
  const events = await listAudit(admin, brain, { object: `release/${release.id}`, limit: 50 });
  assert.equal(events.items.filter(({ verb }) => verb === 'release.approved').length, 3);
  await world.close();
});

test('who may not sign is refused: machines, wrong roles, the same person twice, words that nobody asked for', async () => {
  const world = await approvalWorld(2);
  const { brain, admin, fleet } = world;
  await world.clearAndPublish('2.0.0');
  const ada = await world.person('ada.tester', ['qa']);
  const draft = (scope: Scope, meaning: string) => draftApproval(scope, brain, fleet, wishOf('2.0.0', meaning));
  await assert.rejects(draft(admin, 'tested'), { code: 'forbidden' }, 'an operator token is nobody');
  await assert.rejects(draft(ada.scope, 'released'), { code: 'forbidden' }, 'she is no manager');
  await assert.rejects(draft(ada.scope, 'blessed'), { code: 'invalid-input' });
  await assert.rejects(draft({ ...ada.scope, permissions: new Set() }, 'tested'), { code: 'forbidden' });
  await sign(world, ada.scope, ['2.0.0', 'tested']);
  await assert.rejects(sign(world, ada.scope, ['2.0.0', 'tested']), { code: 'already-exists' });
  await changePerson(admin, brain, 'ada.tester', { status: 'disabled', reason: 'left' });
  await assert.rejects(draft(ada.scope, 'tested'), { code: 'forbidden' }, 'whoever is disabled signs nothing');
  await world.close();
});

test('nobody approves a release of their own: as publisher, as who had it checked, or by a token that they made', async () => {
  const world = await approvalWorld(3);
  const { brain, fleet } = world;
  const rights: Permission[] = ['release.approve', 'fleet.read', 'release.publish', 'token.write'];
  const ada = await world.person('ada.tester', ['qa'], rights);
  const bob = await world.person('bob.tester', ['qa'], rights);
  await world.clearAndPublish('2.0.0', ada.scope.actor);
  await assert.rejects(sign(world, ada.scope, ['2.0.0', 'tested']), /had it checked/);
  await sign(world, bob.scope, ['2.0.0', 'tested']);

  const { token } = await createOperatorToken(ada.scope, brain, {
    name: 'nightly',
    permissions: ['token.write', 'fleet.read'],
  });
  const nightly = await authenticateOperator(brain, token);
  assert.ok(nightly);
  await createOperatorToken(nightly, brain, { name: 'hidden', permissions: ['fleet.read'] });
  await world.clearAndPublish('2.1.0', 'operator:hidden');
  await assert.rejects(sign(world, ada.scope, ['2.1.0', 'tested']), { code: 'forbidden' });
  await sign(world, bob.scope, ['2.1.0', 'tested']);
  assert.equal((await showApprovals(bob.scope, brain, fleet, '2.1.0')).approvals.length, 1);
  await world.close();
});

test('people of one fleet approve there and nowhere else, and never what a token of theirs did', async () => {
  const world = await approvalWorld(9);
  const { brain, admin, fleet } = world;
  const ada = await world.person('ada.tester', ['qa'], ['release.approve', 'fleet.read', 'token.write']);
  await createOperatorToken(ada.scope, brain, { name: 'nightly', permissions: ['fleet.read'] });
  await world.clearAndPublish('2.0.0', 'operator:nightly');
  const permissions: Permission[] = ['release.approve', 'fleet.read'];
  await changePerson(admin, brain, 'ada.tester', { permissions, fleets: [fleet], reason: 'of one fleet' });
  const bound = await scopeOf(brain, 'ada.tester', ownPassword);
  assert.deepEqual([...(bound.fleets ?? [])], [fleet]);
  await assert.rejects(sign(world, bound, ['2.0.0', 'tested']), /had it checked \(operator:nightly\)/);
  await world.clearAndPublish('2.1.0');
  await sign(world, bound, ['2.1.0', 'tested']);
  assert.equal((await showApprovals(bound, brain, fleet, '2.1.0')).approvals.length, 1);
  await assert.rejects(async () => listAudit(bound, brain, { limit: 10 }), { code: 'forbidden' });
  await createFleet(admin, brain, { id: 'elsewhere', deviceTypes: ['board-a'] });
  await changePerson(admin, brain, 'ada.tester', { fleets: ['elsewhere'], reason: 'moved' });
  const moved = await scopeOf(brain, 'ada.tester', ownPassword);
  await world.clearAndPublish('2.2.0');
  await assert.rejects(sign(world, moved, ['2.2.0', 'tested']), { code: 'not-found' });
  const key = generateKeyPem().publicKeyPem;
  assert.ok((await registerKey(moved, brain, { password: ownPassword, publicKeyPem: key })).key);
  await world.close();
});

test('whoever started the job of CI that had a release checked does not approve it', async () => {
  const world = await approvalWorld(8);
  const { brain, admin } = world;
  const issuer = 'https://token.actions.githubusercontent.com';
  const claims = JSON.stringify({ iss: issuer, actor_id: '583231', sub: 'repo:acme/pump:ref:refs/heads/main' });
  await brain.store.transact({ ...admin, actor: 'publisher:ci' }, (tx) =>
    tx.appendAudit({
      ...{ verb: 'publisher.token-issued', object: 'publisher/ci', fleet: world.fleet, before: null, after: null },
      reason: claims,
    }),
  );
  world.now += 60_000;
  await world.clearAndPublish('2.0.0', 'publisher:ci');
  const [ada, bob] = [await world.person('ada.tester', ['qa']), await world.person('bob.tester', ['qa'])];
  await changePerson(admin, brain, 'ada.tester', { accounts: [`${issuer}#583231`], reason: 'her account' });
  await changePerson(admin, brain, 'bob.tester', { accounts: [`${issuer}#99`], reason: 'his account' });
  await assert.rejects(sign(world, ada.scope, ['2.0.0', 'tested']), /had it checked \(publisher:ci\)/);
  await sign(world, bob.scope, ['2.0.0', 'tested']);
  world.now += 3_600_000;
  await world.clearAndPublish('2.1.0', 'publisher:ci');
  await sign(world, ada.scope, ['2.1.0', 'tested']);
  await world.close();
});

test('who signs is proven anew: a wrong password is refused, five lock the account and the log tells it', async () => {
  const world = await approvalWorld(4);
  const { brain, admin, fleet } = world;
  await world.clearAndPublish('2.0.0');
  const ada = await world.person('ada.tester', ['qa']);
  const statement = await draftApproval(ada.scope, brain, fleet, wishOf('2.0.0', 'tested'));
  const attempt = (password: string) =>
    approveRelease(ada.scope, brain, fleet, { version: '2.0.0', statement, proof: { password } });
  for (let i = 0; i < 5; i++) await assert.rejects(attempt(`wrong ${i}`), { code: 'not-authenticated' });
  await assert.rejects(attempt(ownPassword), { code: 'not-authenticated' }, 'the right one opens nothing while locked');
  const { items } = await listAudit(admin, brain, { object: `person/${ada.id}`, limit: 10 });
  const locked = items.filter(({ verb }) => verb === 'person.locked');
  assert.deepEqual([locked.length, /5 wrong passwords/.test(locked[0]?.reason ?? '')], [1, true]);
  world.now += 15 * 60_000 + 1;
  await assert.rejects(attempt(ownPassword), { code: 'wrong-state' }, 'the words are too old by now');
  await sign(world, ada.scope, ['2.0.0', 'tested']);
  await world.close();
});

test('a key that the person registered signs elsewhere; another key and another statement are refused', async () => {
  const world = await approvalWorld(5);
  const { brain, fleet } = world;
  await world.clearAndPublish('2.0.0');
  const ada = await world.person('ada.tester', ['qa']);
  const [own, other] = [generateKeyPem(), generateKeyPem()];
  await registerKey(ada.scope, brain, { password: ownPassword, publicKeyPem: own.publicKeyPem });
  const statement = await draftApproval(ada.scope, brain, fleet, wishOf('2.0.0', 'tested', 'key'));
  const envelopeOf = async (text: string, pem: string) =>
    JSON.stringify(await signEnvelope(statementPayloadType, Buffer.from(text), [signerFromPem(pem)]));
  const attempt = (envelope: string) =>
    approveRelease(ada.scope, brain, fleet, { version: '2.0.0', statement, proof: { envelope } });
  await assert.rejects(envelopeOf(statement, other.privateKeyPem).then(attempt), { code: 'signature-invalid' });
  const changed = statement.replace('report 17', 'report 18');
  await assert.rejects(envelopeOf(changed, own.privateKeyPem).then(attempt), { code: 'signature-invalid' });
  const byPassword = { version: '2.0.0', statement, proof: { password: ownPassword } };
  await assert.rejects(approveRelease(ada.scope, brain, fleet, byPassword), { code: 'invalid-input' });
  const { approval } = await attempt(await envelopeOf(statement, own.privateKeyPem));
  const kept = await brain.store.reads(ada.scope).evidence(approval.evidence);
  assert.equal(approval.method, 'key');
  const signatures: unknown[] = JSON.parse(kept?.text ?? '{}').signatures;
  assert.equal(signatures.length, 2, 'the person and the installation');
  await world.close();
});

test('a statement about another release, of another person or with other words is refused', async () => {
  const world = await approvalWorld(6);
  const { brain, fleet } = world;
  await world.clearAndPublish('2.0.0');
  await world.clearAndPublish('2.1.0');
  const [ada, bob] = [await world.person('ada.tester', ['qa']), await world.person('bob.tester', ['qa'])];
  const statement = await draftApproval(ada.scope, brain, fleet, wishOf('2.0.0', 'tested'));
  const send = (scope: Scope, version: string, text: string) =>
    approveRelease(scope, brain, fleet, { version, statement: text, proof: { password: ownPassword } });
  await assert.rejects(send(ada.scope, '2.1.0', statement), { code: 'wrong-state' }, 'replayed for another release');
  await assert.rejects(send(bob.scope, '2.0.0', statement), { code: 'wrong-state' }, 'signed by somebody else');
  const grown = statement.replace('"check":', '"urgent":true,"check":');
  await assert.rejects(send(ada.scope, '2.0.0', grown), { code: 'wrong-state' });
  await assert.rejects(send(ada.scope, '2.0.0', 'I approve'), { code: 'invalid-input' });
  await send(ada.scope, '2.0.0', statement);
  await world.close();
});

test('a new check makes signatures void, and each may be taken back until a rollout has started', async () => {
  const world = await approvalWorld(7);
  const { brain, admin, fleet } = world;
  await world.clearAndPublish('2.0.0');
  const [ada, bob] = [await world.person('ada.tester', ['qa']), await world.person('bob.tester', ['qa'])];
  await sign(world, ada.scope, ['2.0.0', 'tested']);
  await brain.store.transact(admin, async (tx) => {
    const release = await tx.releaseByVersion(fleet, '2.0.0');
    assert.ok(release?.clearance);
    const check = checkId(makeId('chk', world.now + 1, brain.random.bytes(10)));
    await tx.updateRelease({ ...release, clearance: { ...release.clearance, check } });
  });
  const standing = await showApprovals(admin, brain, fleet, '2.0.0');
  assert.deepEqual(
    standing.approvals.map(({ counts }) => counts),
    [false],
  );
  assert.equal(standing.stages[0]?.missing[0]?.found, 0);
  await sign(world, ada.scope, ['2.0.0', 'tested']);
  const mine = { version: '2.0.0', meaning: 'tested', reason: 'wrong bench' };
  await assert.rejects(withdrawApproval(bob.scope, brain, fleet, mine), { code: 'not-found' });
  await withdrawApproval(ada.scope, brain, fleet, mine);
  world.now += 1;
  assert.deepEqual((await showApprovals(admin, brain, fleet, '2.0.0')).approvals, []);
  await sign(world, ada.scope, ['2.0.0', 'tested']);
  const input = { version: '2.0.0', group: 'all', plan: simplePlan(), start: true, reason: '' };
  await createRollout(admin, brain, fleet, input);
  await assert.rejects(withdrawApproval(ada.scope, brain, fleet, mine), { code: 'wrong-state' });
  await world.close();
});
