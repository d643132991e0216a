import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expireWaivers, getRelease, listAudit } from '@fettle/control';
import type { Release } from '@fettle/model';
import { finding, saying, standardPolicy, voidWorld } from './approvals-void-support.ts';

const [stage] = standardPolicy.stages;
assert.ok(stage);
const day = 86_400_000;

test('data that name something new make signatures void, tell what it is, and they count again when it is gone', async () => {
  const world = await voidWorld(21);
  await world.release();
  const { scope } = await world.person('ada.tester', ['qa']);
  await world.sign(scope);
  assert.equal(await world.why(), '');
  await world.newData(saying('vulnerabilities', 'pass'));
  assert.equal(await world.why(), '', 'data that name nothing');
  world.now += 1_000;
  await world.newData(saying('vulnerabilities', 'fail', [finding('vulnerabilities', 'CVE-2026-7')]));
  assert.equal(await world.why(), 'production: something new was found: CVE-2026-7 in pkg:deb/debian/openssl');
  const { stages, approvals } = await world.standing();
  assert.equal(stages[0]?.missing[0]?.found, 0);
  assert.deepEqual([approvals[0]?.counts, approvals[0]?.void[0]?.since], [false, world.now]);
  // Under `alert` the release itself is not held: what nobody has signed for is.
  const { clearance } = await getRelease(world.admin, world.brain, world.fleet, '2.0.0');
  assert.equal(clearance?.stages[0]?.verdict, 'pass');
  const device = await world.rollOut('dev-1');
  assert.equal(await device.offered(), undefined);
  const [reason] = (await device.reasons()).filter(({ code }) => code === 'awaiting-approval');
  assert.match(String(reason?.evidence.void), /^something new was found: CVE-2026-7/);

  await world.newData(saying('vulnerabilities', 'pass'));
  assert.equal(await world.why(), '');
  assert.equal(await device.offered(), '2.0.0');
  const { items } = await listAudit(world.admin, world.brain, { limit: 100 });
  const told = items.filter(({ verb }) => verb.startsWith('release.approval-')).map(({ verb }) => verb);
  assert.deepEqual(told, ['release.approval-restored', 'release.approval-void']);
  await world.close();
});

test('whoever signs anew is shown what was found, and then it counts', async () => {
  const world = await voidWorld(22);
  await world.release();
  const { scope } = await world.person('ada.tester', ['qa']);
  await world.sign(scope);
  await world.newData(saying('vulnerabilities', 'fail', [finding('vulnerabilities', 'CVE-2026-7')]));
  const { approval } = await world.sign(scope);
  assert.equal(await world.why(), '');
  await assert.rejects(world.sign(scope), { code: 'already-exists' });
  const { stages, approvals } = await world.standing();
  assert.deepEqual([stages[0]?.missing, approvals.map(({ counts }) => counts)], [[], [false, true]]);
  const kept = await world.brain.store.reads(world.admin).evidence(approval.evidence);
  const { predicate } = JSON.parse(Buffer.from(JSON.parse(kept?.text ?? '{}').payload, 'base64').toString());
  assert.equal(predicate.judged.sha256, approval.judged);
  const [shown] = predicate.shown[0].gates.filter((gate: { gate: string }) => gate.gate === 'vulnerabilities');
  assert.equal(shown.open.critical, 2, 'one for each device type');
  await world.newData(
    saying('vulnerabilities', 'fail', [
      finding('vulnerabilities', 'CVE-2026-7'),
      finding('vulnerabilities', 'CVE-2026-8'),
    ]),
  );
  assert.match(await world.why(), /CVE-2026-8/);
  await world.close();
});

test('a rollout that had started goes on under `alert`, and waits under `hold`', async () => {
  const world = await voidWorld(23);
  await world.release();
  const { scope } = await world.person('ada.tester', ['qa']);
  await world.sign(scope);
  const running = await world.rollOut('dev-1');
  world.now += 1_000;
  await world.newData(saying('vulnerabilities', 'fail', [finding('vulnerabilities', 'CVE-2026-7')]));
  assert.equal((await world.standing()).approvals[0]?.void[0]?.sparesStarted, true);
  assert.equal(await running.offered(), '2.0.0');
  await world.setPolicy({ ...standardPolicy, onNewFindings: 'hold' });
  const codes = async () => (await running.reasons()).map(({ code }) => code);
  assert.ok((await codes()).includes('awaiting-approval'));
  await world.close();
});

test('a rollout that waited for another signature was not running: it waits for both', async () => {
  const two = { ...stage, approvals: [{ meaning: 'tested', role: 'qa', count: 2 }] };
  const world = await voidWorld(24, { ...standardPolicy, stages: [two] });
  await world.release();
  await world.sign((await world.person('ada.tester', ['qa'])).scope);
  const waiting = await world.rollOut('dev-1');
  world.now += 1_000;
  await world.newData(saying('vulnerabilities', 'fail', [finding('vulnerabilities', 'CVE-2026-7')]));
  await world.sign((await world.person('bob.tester', ['qa'])).scope);
  assert.equal(await waiting.offered(), undefined);
  const [reason] = (await waiting.reasons()).filter(({ code }) => code === 'awaiting-approval');
  assert.deepEqual([reason?.evidence.found, reason?.evidence.count], [1, 2]);
  await world.close();
});

test('a waiver that nobody was shown, one that is revoked and one that runs out make signatures void', async () => {
  const world = await voidWorld(25);
  world.says.gates = [
    saying('secrets', 'fail', [finding('secrets', 'private-key-pem')]),
    saying('vulnerabilities', 'pass', [finding('vulnerabilities', 'CVE-2026-1')]),
  ];
  const first = await world.waive('secrets', 'private-key-pem');
  await world.release();
  const { scope } = await world.person('ada.tester', ['qa']);
  await world.sign(scope);
  const second = await world.waive('vulnerabilities', 'CVE-2026-1');
  assert.match(await world.why(), /^production: something was waived since: CVE-2026-1/);
  await world.revoke(second);
  assert.equal(await world.why(), '', 'as it was shown');
  const before = world.now;
  world.now += 2 * day;
  await expireWaivers(world.brain, before);
  assert.match(await world.why(), /^production: something new was found: private-key/);
  world.now = before;
  await world.revoke(first);
  assert.match(await world.why(), /private-key/);
  await world.close();
});

test('a policy that demands less or fails makes them void; other stages, groups and presets of settings do not', async () => {
  const world = await voidWorld(26);
  await world.release();
  const { scope } = await world.person('ada.tester', ['qa']);
  await world.sign(scope);
  const staging = { ...stage, stage: 'staging' as const, approvals: [], demands: [] };
  await world.setPolicy({ ...standardPolicy, stages: [staging, stage] });
  assert.equal(await world.why(), '', 'another stage');
  const more = { ...stage, approvals: [...stage.approvals, { meaning: 'released', role: 'manager', count: 1 }] };
  await world.setPolicy({ ...standardPolicy, stages: [more] });
  assert.equal(await world.why(), '', 'another signature beside it');
  assert.deepEqual(
    (await world.standing()).stages[0]?.missing.map(({ meaning }) => meaning),
    ['released'],
  );
  await world.setPolicy({ ...standardPolicy, stages: [{ ...stage, demands: stage.demands.slice(0, 1) }] });
  assert.equal(await world.why(), 'production: the gate vulnerabilities is no longer demanded');
  const strict = { gate: 'secrets' as const, when: 'facts.privateKeys > 0' };
  await world.setPolicy({ ...standardPolicy, stages: [{ ...stage, demands: [strict, ...stage.demands.slice(1)] }] });
  assert.match(await world.why(), /^production: the gate secrets says (fail|inconclusive), it said pass$/);
  await world.setPolicy(standardPolicy);
  assert.equal(await world.why(), '');
  const asked = { ...staging, approvals: stage.approvals };
  await world.setPolicy({ ...standardPolicy, stages: [asked, stage] });
  assert.equal(await world.why(), 'staging: the policy had no stage staging when it was signed');
  await world.close();
});

test('a signature from before what was shown was kept is void only by another check, as then', async () => {
  const world = await voidWorld(27);
  await world.release();
  const { scope } = await world.person('ada.tester', ['qa']);
  await world.sign(scope);
  await world.brain.store.transact(world.admin, async (tx) => {
    const release = await tx.releaseByVersion(world.fleet, '2.0.0');
    assert.ok(release);
    const approvals = release.approvals?.map(({ judged: _, ...old }) => old);
    await tx.updateRelease({ ...release, approvals } as Release);
  });
  await world.newData(saying('vulnerabilities', 'fail', [finding('vulnerabilities', 'CVE-2026-7')]));
  assert.equal(await world.why(), '');
  assert.deepEqual((await world.standing()).stages[0]?.missing, []);
  await world.close();
});

test('a statement of VEX that is over brings its finding back on its day, and with it what follows', async () => {
  const world = await voidWorld(28, { ...standardPolicy, onNewFindings: 'hold' });
  await world.release();
  const { scope } = await world.person('ada.tester', ['qa']);
  const end = world.now + day;
  const closed = { severity: 'info' as const };
  const vex = { open: false, vexStatus: 'not_affected', vexExpiresAt: new Date(end).toISOString() };
  await world.newData(
    saying('vulnerabilities', 'pass', [{ ...finding('vulnerabilities', 'CVE-2026-7', vex), ...closed }]),
  );
  await world.sign(scope);
  const watch = async () => {
    const release = await getRelease(world.admin, world.brain, world.fleet, '2.0.0');
    return world.brain.store.reads(world.admin).releaseWatch(release.id);
  };
  assert.equal((await watch())?.lookAgainAt, end);
  world.says.today = saying('vulnerabilities', 'fail', [finding('vulnerabilities', 'CVE-2026-7')]);
  await world.look();
  assert.equal(await world.why(), '', 'it holds until then');
  world.now = end;
  await world.look();
  assert.match(await world.why(), /something new was found: CVE-2026-7/);
  assert.equal((await watch())?.lookAgainAt, null);
  const { items } = await listAudit(world.admin, world.brain, { limit: 100 });
  assert.ok(items.some(({ verb }) => verb === 'release.vulnerable'));
  await world.close();
});
