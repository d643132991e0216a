import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createBrain,
  createRollout,
  type GateState,
  listRollouts,
  type PlanInput,
  resumeRollout,
} from '@fettle/control';
import {
  defaultSequentialGate,
  type GateMetric,
  type RolloutId,
  type RolloutPlan,
  type SequentialGate,
} from '@fettle/model';
import { addEvent, noRatioEvidence, type RatioEvidence } from '../../packages/control/src/rollouts/gates/ratio.ts';
import { simplePlan } from '../support/memory-brain.ts';
import { type Nature, type PretendDevice, PretendFleet } from './gates/pretend-fleet.ts';

const minute = 60_000;
const hour = 60 * minute;

/** A first phase of 40 %, 20 starts a minute, each watched for 10 minutes. */
function plan(gate: Partial<SequentialGate> = {}, changes: Partial<RolloutPlan> = {}): PlanInput {
  const base = simplePlan([{ size: { share: 0.4 } }, { size: { share: 1 } }]);
  return {
    ...base,
    onFail: 'pause',
    ...changes,
    policy: {
      rate: { kind: 'constant', perMinute: 20 },
      gate: { ...defaultSequentialGate, observeMs: 10 * minute, ...gate },
      ...changes.policy,
    },
  };
}

async function start(fleet: PretendFleet, given: PlanInput) {
  await fleet.publish('2.0.0');
  const { admin, brain, fleet: id } = fleet.world;
  const { rollout } = await createRollout(admin, brain, id, {
    version: '2.0.0',
    group: 'all',
    plan: given,
    start: true,
    reason: '',
  });
  return rollout.id;
}

/** The same devices in every run, about so many of a hundred. */
const unlucky = (share: number) => (device: PretendDevice) => {
  const number = Number(device.id.slice(2));
  return (number * 2_654_435_761) % 2 ** 32 < share * 2 ** 32;
};

test('a sound release passes once enough devices were watched to the end, and says by which numbers', async () => {
  const fleet = await PretendFleet.open(400);
  const id = await start(fleet, plan());
  const { rollout, gate, counts } = await fleet.passUntil(id, ['completed', 'paused', 'aborted'], 3 * hour);
  assert.equal(rollout.status, 'completed', rollout.statusReason);
  assert.ok(gate);
  assert.ok(gate.proven >= 72, `${gate.proven} proven`);
  assert.equal(gate.failed, 0);
  assert.ok((gate.share.high ?? 1) < 0.1);
  assert.ok(gate.e < 20);
  const committed = counts.reduce((sum, one) => sum + one.succeeded, 0);
  assert.ok(counts.reduce((sum, one) => sum + one.proven, 0) <= committed);
  await fleet.world.close();
});

test('a phase is not left before its devices were watched to the end', async () => {
  const fleet = await PretendFleet.open(400);
  const id = await start(fleet, plan());
  for (let i = 0; i < 60; i++) {
    await fleet.pass(minute);
    const { rollout, gate } = await fleet.view(id);
    if (rollout.phases[0]?.status === 'passed') {
      assert.ok((gate?.proven ?? 0) >= 72);
      break;
    }
    assert.equal(rollout.phases[1]?.status, 'waiting');
  }
  await fleet.world.close();
});

test('a release after which devices turn bad is stopped and taken back, with what they came from', async () => {
  const fleet = await PretendFleet.open(400);
  const hit = unlucky(0.5);
  fleet.natureOf = (device) => (hit(device) ? { turnsBadAfterMs: 4 * minute } : {});
  const id = await start(
    fleet,
    plan({}, { policy: { ...plan().policy, rollBackOnFail: true } as RolloutPlan['policy'] }),
  );
  const { rollout, gate, counts } = await fleet.passUntil(id, ['paused', 'completed'], hour);
  assert.equal(rollout.status, 'paused');
  assert.match(rollout.statusReason, /devices that run the release do worse: E is/);
  const failures = gate?.tests.find((one) => one.name === 'failures');
  assert.ok(gate && failures && gate.e >= 20 && failures.seen >= 2);
  assert.ok(failures.effect > 3 && failures.interval.low > 1, JSON.stringify(failures));
  const started = counts.reduce((sum, one) => sum + one.started, 0);
  assert.ok(started < 150, `${started} started`);
  fleet.natureOf = () => ({});
  const { items } = await listRollouts(fleet.world.admin, fleet.world.brain, fleet.world.fleet, { limit: 10 });
  const back = items.find((one) => one.rollout.returns === id);
  assert.ok(back, 'a rollout sends the devices back');
  await fleet.passUntil(back.rollout.id, ['completed'], hour);
  const onNew = fleet.devices.filter((device) => device.current.version === '2.0.0');
  assert.deepEqual(onNew, [], 'everybody is back');
  await fleet.world.close();
});

test('what befalls all devices alike does not stop a release', async () => {
  const fleet = await PretendFleet.open(400);
  const id = await start(fleet, plan());
  await fleet.pass(12 * minute);
  const hit = unlucky(0.2);
  const since = fleet.world.now;
  fleet.before = (device) => {
    if (hit(device) && fleet.world.now - since > (Number(device.id.slice(2)) % 20) * minute) device.health = 'bad';
  };
  await fleet.pass(25 * minute);
  const { rollout, gate } = await fleet.view(id);
  assert.notEqual(rollout.status, 'paused', rollout.statusReason);
  const failures = gate?.tests.find((one) => one.name === 'failures');
  assert.ok(failures && failures.seen > 3, JSON.stringify(gate));
  assert.ok(failures.e < 20);
  await fleet.world.close();
});

test('failing installations stop a release; transient errors with attempts left do not', async () => {
  const transient = { code: 'download-failed', class: 'transient', message: 'no network' } as const;
  const permanent = { code: 'too-big-for-slot', class: 'permanent', message: 'too big' } as const;
  const hit = unlucky(0.3);
  for (const error of [transient, permanent]) {
    const fleet = await PretendFleet.open(300);
    const fails = { status: 'failed', error } as const;
    fleet.natureOf = (device): Nature => (hit(device) ? { fails } : {});
    const id = await start(fleet, { ...plan(), maxAttempts: 50, retryBackoffMs: 5 * minute });
    await fleet.pass(15 * minute);
    const { rollout, gate } = await fleet.view(id);
    const installations = gate?.tests.find((one) => one.name === 'installations');
    if (error.class === 'transient') assert.equal(installations?.seen, 0);
    assert.equal(rollout.status, error.class === 'transient' ? 'running' : 'paused', rollout.statusReason);
    await fleet.world.close();
  }
});

test('devices that go dark while they boot stop a release at once', async () => {
  const fleet = await PretendFleet.open(300);
  let dark = 0;
  fleet.natureOf = () => (dark++ < 3 ? { goesDark: 'rebooting' } : {});
  const id = await start(fleet, plan({ hardStop: 3 }));
  const { rollout } = await fleet.passUntil(id, ['paused'], hour);
  assert.match(rollout.statusReason, /3 devices went dark/);
  await fleet.world.close();
});

test('silence counts on both sides, and a device that fell silent is never proven', async () => {
  const fleet = await PretendFleet.open(400);
  let committed = 0;
  fleet.natureOf = () => (++committed % 2 === 0 ? { goesDark: 'committed' } : {});
  const id = await start(fleet, plan());
  const { rollout, gate } = await fleet.passUntil(id, ['paused'], hour);
  assert.equal(rollout.status, 'paused');
  assert.ok(gate && (gate.tests[0]?.seen ?? 0) >= 3, rollout.statusReason);
  const { brain, admin } = fleet.world;
  const events = await brain.store.reads(admin).gateEvents(id, { after: 0, limit: 500 });
  assert.ok(events.every((event) => event.kind === 'silent' && event.side === 'treated'));
  await fleet.world.close();
});

/** The comparison of failures, computed again from the evidence that was kept piece by piece. */
async function recomputed(fleet: PretendFleet, id: RolloutId, { times }: GateState): Promise<RatioEvidence> {
  const { brain, admin } = fleet.world;
  let ratio = noRatioEvidence;
  for (const event of await brain.store.reads(admin).gateEvents(id, { after: 0, limit: 500 })) {
    const { side, treated, control, at, committedAt } = event;
    if (side === 'treated' && (committedAt === null || at < committedAt + times.settleMs)) continue;
    ratio = addEvent(ratio, side, { treated, control });
  }
  return ratio;
}

test('reports that come twice change nothing, and another process goes on with the same evidence', async () => {
  const hit = unlucky(0.06);
  const logs: unknown[] = [];
  for (const repeats of [1, 3]) {
    const fleet = await PretendFleet.open(200);
    fleet.repeats = repeats;
    fleet.natureOf = (device) => (hit(device) ? { turnsBadAfterMs: 3 * minute } : {});
    const id = await start(fleet, plan({ alpha: 0.0001, margin: 0.5 }));
    await fleet.pass(15 * minute);
    if (repeats === 3) Object.assign(fleet.world, { brain: await createBrain(fleet.world.brain) });
    await fleet.pass(15 * minute);
    const state = await fleet.world.brain.store.reads(fleet.world.admin).gateState(id);
    assert.ok(state && state.ratio.treatedEvents > 2);
    assert.deepEqual(await recomputed(fleet, id, state), state.ratio);
    logs.push([state.ratio, state.outcomes, state.events]);
    await fleet.world.close();
  }
  assert.deepEqual(logs[1], logs[0]);
});

test('a person who resumes after the gate had failed begins a new test; a pause changes nothing', async () => {
  const fleet = await PretendFleet.open(400);
  const hit = unlucky(0.5);
  fleet.natureOf = (device) => (hit(device) ? { turnsBadAfterMs: 4 * minute } : {});
  const id = await start(fleet, plan());
  await fleet.passUntil(id, ['paused'], hour);
  const { admin, brain } = fleet.world;
  const resumed = await resumeRollout(admin, brain, id, 'known, harmless');
  assert.equal(resumed.gate?.e, 1);
  assert.equal(resumed.gate?.failed, 0);
  const again = await fleet.passUntil(id, ['paused'], 2 * hour);
  assert.equal(again.rollout.status, 'paused', 'it fails again by what comes after');
  assert.ok((again.gate?.failed ?? 0) >= 2);
  await fleet.world.close();
});

const slowBoot: GateMetric = { name: 'boot-ms', kind: 'value', worse: 'higher', dryRun: false };
const crashes: GateMetric = { name: 'crashes', kind: 'event', worse: 'higher', dryRun: false };

for (const [name, metric, worse] of [
  ['a duration that grows', slowBoot, 1_500],
  ['crashes', crashes, 1],
] as const) {
  test(`${name} stops a release, and in a dry run is only shown`, async () => {
    for (const dryRun of [false, true]) {
      const fleet = await PretendFleet.open(300);
      fleet.before = (device) => {
        const usual = metric.kind === 'event' ? 0 : 1_000 + (Number(device.id.slice(2)) % 100);
        const isHit = device.current.version === '2.0.0' && Number(device.id.slice(2)) % 3 !== 0;
        device.metrics = { [metric.name]: isHit ? worse : usual };
      };
      const id = await start(fleet, plan({ metrics: [{ ...metric, dryRun }] }));
      const { rollout, gate } = await fleet.passUntil(id, ['paused'], dryRun ? 20 * minute : hour);
      const shown = gate?.tests.find((one) => one.name === metric.name);
      assert.ok(shown && shown.e >= 20, JSON.stringify(gate));
      assert.equal(shown.decides, !dryRun);
      assert.equal(rollout.status, dryRun ? 'running' : 'paused', rollout.statusReason);
      assert.ok(metric.kind === 'event' ? shown.effect > 1 : shown.effect > 0.5);
      await fleet.world.close();
    }
  });
}

test('a device that was proven and goes back by itself later counts as failed, and is proven no more', async () => {
  const fleet = await PretendFleet.open(200);
  const id = await start(fleet, plan({ minDevices: 1_000 }));
  await fleet.pass(40 * minute);
  const before = await fleet.view(id);
  const device = fleet.devices.find((one) => one.current.version === '2.0.0');
  assert.ok(device && before.gate && before.gate.proven > 20 && before.gate.watching === 0);
  device.current = fleet.manifest('1.0.0');
  await fleet.pass(2 * minute);
  const { gate, counts } = await fleet.view(id);
  assert.equal(gate?.proven, before.gate.proven - 1);
  assert.equal(gate?.failed, 1);
  assert.equal(gate?.tests.find((one) => one.name === 'installations')?.seen, 1);
  const all = counts.reduce((sum, one) => sum + one.succeeded - one.proven, 0);
  assert.equal(all, 0, 'nobody takes up the budget of unproven devices any more');
  await fleet.world.close();
});

test('with fixed thresholds whoever has committed is proven, and a budget of unproven devices flows on', async () => {
  const fleet = await PretendFleet.open(60);
  const policy = { budgets: { unproven: 5 } };
  const id = await start(fleet, { ...simplePlan(), policy });
  const { rollout } = await fleet.passUntil(id, ['completed'], hour);
  assert.equal(rollout.status, 'completed');
  await fleet.world.close();
});

test('a phase with too few devices to show anything asks a person, once', async () => {
  const fleet = await PretendFleet.open(30);
  const id = await start(fleet, plan());
  await fleet.pass(40 * minute);
  const { rollout } = await fleet.view(id);
  assert.equal(rollout.status, 'running');
  assert.ok(rollout.phases[0]?.asksSince !== undefined);
  assert.equal(rollout.phases[1]?.status, 'waiting');
  const { brain, admin } = fleet.world;
  const { items } = await brain.store.reads(admin).auditEvents({ object: `rollout/${id}`, limit: 100 });
  const asked = items.filter((event) => event.verb === 'rollout.phase-undecided');
  assert.equal(asked.length, 1);
  assert.match(asked[0]?.reason ?? '', /too few devices.*76 without a failure.*promote or abort/);
  await fleet.world.close();
});
