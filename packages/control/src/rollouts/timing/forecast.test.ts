import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  defaultPolicy,
  defaultSequentialGate,
  type PhasePlan,
  presetPlan,
  type RolloutPlan,
  type RolloutPolicy,
} from '@fettle/model';
import fc from 'fast-check';
import { forecast } from './forecast.ts';
import type { ForecastInput } from './forecast-input.ts';

const minute = 60_000;
const hour = 60 * minute;
const now = Date.parse('2026-11-02T10:00:00Z');
const phase: PhasePlan = {
  name: 'all',
  size: { share: 1 },
  maxInFlight: 1_000_000,
  failureThreshold: { share: 0.05 },
  successShare: 1,
  minSoakMs: 0,
  promote: 'automatic',
};

function planOf(policy: Partial<RolloutPolicy> = {}, phases: readonly Partial<PhasePlan>[] = [{}]): RolloutPlan {
  return {
    phases: phases.map((change) => ({ ...phase, ...change })),
    onFail: 'pause',
    maxAttempts: 3,
    retryBackoffMs: minute,
    policy: { ...defaultPolicy, ...policy },
  };
}

const play = (plan: RolloutPlan, change: Partial<ForecastInput> = {}) =>
  forecast({
    plan,
    now,
    members: [600],
    zones: [{ zone: 'UTC', devices: 1 }],
    freezes: [],
    bytesPerDevice: 1_000,
    checkInIntervalMs: hour,
    installMs: 10 * minute,
    ...change,
  });
const at = (instant: number | null) => (instant === null ? 'never' : new Date(instant).toISOString().slice(5, 16));

test('without limits everybody starts within one check-in interval', () => {
  const { phases, endsAt, devices, bytes, mostInFlight } = play(planOf());
  assert.deepEqual(
    [at(phases[0]?.opensAt ?? null), at(phases[0]?.lastStartAt ?? null)],
    ['11-02T10:00', '11-02T11:00'],
  );
  assert.deepEqual([at(endsAt), devices, bytes, mostInFlight], ['11-02T11:09', 600, 600_000, 100]);
  assert.equal(phases[0]?.slowedBy, 'check-ins');
});

test('a rate holds devices back, and so do deployments under way', () => {
  const rate = play(planOf({ rate: { kind: 'constant', perMinute: 2 } }));
  assert.deepEqual([at(rate.endsAt), rate.phases[0]?.slowedBy, rate.mostInFlight], ['11-02T15:09', 'rate', 20]);
  const few = play(planOf({}, [{ maxInFlight: 10 }]));
  assert.deepEqual([few.phases[0]?.slowedBy, few.mostInFlight], ['max-in-flight', 10]);
});

test('devices that are not proven yet count as at risk, and a budget of them slows the plan down', () => {
  const gate = { ...defaultSequentialGate, observeMs: 30 * minute };
  const free = play(planOf({ gate, rate: { kind: 'constant', perMinute: 5 } }));
  assert.equal(free.mostAtRisk, 200);
  const tight = play(planOf({ gate, budgets: { ...defaultPolicy.budgets, unproven: 40 } }));
  assert.deepEqual([tight.mostAtRisk, tight.phases[0]?.slowedBy], [40, 'unproven']);
  // Forty at a time, each for forty minutes.
  assert.ok((tight.endsAt ?? 0) - now >= (600 / 40) * 40 * minute - 2 * minute);
});

test('bytes of an hour are kept to', () => {
  const plan = planOf({ budgets: { ...defaultPolicy.budgets, bytesPerHour: 200_000 } });
  const { endsAt, phases } = play(plan, { checkInIntervalMs: 10 * minute });
  assert.ok((endsAt ?? 0) - now > 2 * hour && (endsAt ?? 0) - now < 3 * hour);
  assert.equal(phases[0]?.slowedBy, 'bytes-per-hour');
});

test('an exponential rate grows while devices commit', () => {
  const rate = { kind: 'exponential', basePerMinute: 1, factor: 2, everySucceeded: 50, mostPerMinute: 100 } as const;
  const growing = play(planOf({ rate }), { checkInIntervalMs: minute });
  const steady = play(planOf({ rate: { kind: 'constant', perMinute: 1 } }), { checkInIntervalMs: minute });
  assert.ok((growing.endsAt ?? 0) - now < ((steady.endsAt ?? 0) - now) / 4);
});

test('windows, freezes and the schedule are waited for', () => {
  const windows = [{ cron: '0 2 * * *', durationMs: 2 * hour, zone: 'site' }];
  const night = play(planOf({ windows }), { zones: [{ zone: 'Europe/Berlin', devices: 1 }] });
  assert.deepEqual([at(night.phases[0]?.lastStartAt ?? null), night.phases[0]?.slowedBy], ['11-03T02:00', 'windows']);
  const far = play(planOf({ windows }), {
    zones: ['Europe/Berlin', 'America/New_York'].map((zone) => ({ zone, devices: 1 })),
  });
  assert.equal(at(far.phases[0]?.lastStartAt ?? null), '11-03T08:00');
  const freezes = [{ name: 'f', from: now - hour, until: now + 24 * hour, reason: 'r' }];
  assert.equal(at(play(planOf(), { freezes }).phases[0]?.lastStartAt ?? null), '11-03T11:00');
  assert.equal(at(play(planOf({ ignoreFreezes: true }), { freezes }).phases[0]?.lastStartAt ?? null), '11-02T11:00');
  assert.equal(at(play(planOf({ startAt: now + 5 * hour })).phases[0]?.lastStartAt ?? null), '11-02T16:00');
});

test('a plan whose time ends before it is through says so', () => {
  const { endsAt, phases } = play(planOf({ endAt: now + 30 * minute }, [{ name: 'first', size: { share: 0.5 } }, {}]), {
    members: [300, 600],
  });
  assert.deepEqual([endsAt, phases[0]?.passesAt, phases[1]?.opensAt], [null, null, null]);
});

test('a phase opens when the one before has soaked, and says when a person is asked', () => {
  const phases = [
    { name: 'canary', size: { count: 10 }, minSoakMs: hour, promote: 'manual' as const },
    { name: 'all' },
  ];
  const played = play(planOf({}, phases), { members: [10, 600], checkInIntervalMs: minute });
  const [canary, all] = played.phases;
  assert.deepEqual([at(canary?.opensAt ?? null), at(canary?.passesAt ?? null)], ['11-02T10:00', '11-02T11:10']);
  assert.deepEqual([at(all?.opensAt ?? null), canary?.asksPerson, all?.asksPerson], ['11-02T11:10', true, false]);
  assert.deepEqual([canary?.devices, all?.devices], [10, 590]);
  const small = play(planOf({ gate: defaultSequentialGate }, [{ name: 'canary' }, {}]), { members: [10, 600] });
  assert.equal(small.phases[0]?.asksPerson, true, 'ten devices prove nothing');
});

test('phases without any device are passed over', () => {
  const played = play(planOf({}, [{ name: 'none' }, {}]), { members: [0, 600] });
  assert.deepEqual([played.phases[0]?.opensAt, played.phases[0]?.devices], [null, 0]);
  assert.equal(at(played.phases[1]?.opensAt ?? null), '11-02T10:00');
  assert.equal(play(planOf(), { members: [0] }).endsAt, null);
});

test('the preset `safe` risks few devices first and reaches a hundred thousand within days', () => {
  const plan = presetPlan('safe', 100_000);
  const played = play(plan, { members: [300, 2_000, 10_000, 50_000, 100_000], checkInIntervalMs: 30 * minute });
  const [canary] = played.phases;
  assert.equal(canary?.devices, 300);
  const days = ((played.endsAt ?? Number.POSITIVE_INFINITY) - now) / (24 * hour);
  assert.ok(days > 0.5 && days < 3, `${days} days`);
  assert.ok(played.mostAtRisk <= 5_000);
});

test('property: a forecast ends, keeps its order, and never exceeds what the plan allows', () => {
  const policy = fc.record({
    perMinute: fc.option(fc.integer({ min: 1, max: 500 }), { nil: null }),
    unproven: fc.option(fc.integer({ min: 1, max: 200 }), { nil: null }),
    maxInFlight: fc.integer({ min: 1, max: 300 }),
    sizes: fc.uniqueArray(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 4 }),
    soak: fc.integer({ min: 0, max: 600 }),
    window: fc.boolean(),
  });
  fc.assert(
    fc.property(policy, ({ perMinute, unproven, maxInFlight, sizes, soak, window }) => {
      const members = sizes.toSorted((a, b) => a - b);
      const plan = planOf(
        {
          rate: perMinute === null ? null : { kind: 'constant', perMinute },
          budgets: { ...defaultPolicy.budgets, unproven },
          windows: window ? [{ cron: '0 1 * * *', durationMs: 5 * hour, zone: 'site' }] : [],
        },
        members.map((count, index) => ({ name: `p${index}`, size: { count }, maxInFlight, minSoakMs: soak * minute })),
      );
      const played = play(plan, {
        members,
        zones: [
          { zone: 'Asia/Tokyo', devices: 2 },
          { zone: 'UTC', devices: 1 },
        ],
      });
      assert.ok(played.endsAt !== null);
      assert.ok(played.mostInFlight <= maxInFlight);
      assert.ok(unproven === null || played.mostAtRisk <= unproven);
      assert.equal(played.devices, members.at(-1));
      let before = now;
      for (const { opensAt, lastStartAt, passesAt } of played.phases) {
        assert.ok(opensAt !== null && passesAt !== null && lastStartAt !== null);
        assert.ok(opensAt >= before && passesAt >= opensAt + soak * minute);
        before = opensAt;
      }
    }),
    { numRuns: 60 },
  );
});
