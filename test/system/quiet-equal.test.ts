import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  abortRollout,
  acceptDevice,
  changeFleet,
  createHold,
  createRollout,
  type DeviceScope,
  deleteFreeze,
  liftHold,
  pauseRollout,
  promoteRollout,
  quarantineDevice,
  rejectDevice,
  removeDevice,
  resumeRollout,
  revokeRelease,
  saveFreeze,
  saveGroup,
  setDeviceTags,
  startRollout,
  takeReports,
  tickRollouts,
} from '@fettle/control';
import {
  defaultPolicy,
  deviceId,
  FettleError,
  groupName,
  type HoldId,
  type RolloutId,
  type RolloutPlan,
} from '@fettle/model';
import type { native } from '@fettle/protocol';
import fc from 'fast-check';
import { createWorld, simplePlan, type World } from '../support/memory-brain.ts';
import { knock, tokenFor } from '../support/quiet-door.ts';

const devices = 4;
const versions = ['1.0.0', '2.0.0', '3.0.0'];
const minuteMs = 60_000;

const device = fc.nat(devices - 1);
const rollout = fc.nat(3);
const act = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('round' as const), times: fc.integer({ min: 1, max: 3 }) }) },
  {
    weight: 12,
    arbitrary: fc.record({ kind: fc.constant('check-in' as const), device, site: fc.constantFrom('a', 'a', 'a', 'b') }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('report' as const),
      device,
      status: fc.constantFrom('downloading', 'succeeded', 'failed', 'skipped'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(1_000, 30_000, minuteMs, 40 * minuteMs, 25 * 60 * minuteMs),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('tick' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('roll' as const),
      version: fc.constantFrom(...versions),
      group: fc.constantFrom('all', 'ring'),
      plan: fc.nat(6),
      start: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('start', 'pause', 'resume', 'abort', 'promote'), rollout }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tag' as const), device, ring: fc.constantFrom('0', '1') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('group' as const),
      filter: fc.constantFrom('tag.ring == "0"', 'attribute.site == "b"', 'id != "dev-1"', 'age > duration("20m")'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('accept', 'reject', 'quarantine', 'remove'), device }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('revoke' as const), version: fc.constantFrom(...versions) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('interval' as const), ms: fc.constantFrom(minuteMs, 30 * minuteMs) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('freeze' as const), minutes: fc.nat(90) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hold' as const), minutes: fc.integer({ min: 1, max: 90 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lift' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('thaw' as const) }) },
);
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never;

/** Plans that hold devices back by time, by phases, by others, by what they say. */
function planOf(index: number, now: number): RolloutPlan {
  const rate = { kind: 'constant', perMinute: 1 } as const;
  const windows = [{ cron: '0 3 * * *', durationMs: 2 * 60 * minuteMs, zone: 'Europe/Berlin' }];
  const plans: readonly RolloutPlan[] = [
    simplePlan(),
    simplePlan([{ maxInFlight: 1 }]),
    simplePlan([{ size: { share: 0.3 } }, { promote: 'manual' }]),
    simplePlan([{ size: { group: groupName('ring') } }]),
    { ...simplePlan(), policy: { ...defaultPolicy, rate } },
    { ...simplePlan(), policy: { ...defaultPolicy, windows } },
    { ...simplePlan(), policy: { ...defaultPolicy, startAt: now + 20 * minuteMs, endAt: now + 300 * minuteMs } },
  ];
  return plans[index] as RolloutPlan;
}

/** One brain and what the test plays on it. */
class Side {
  readonly world: World;
  readonly #scopes: DeviceScope[] = [];
  readonly #tokens: string[] = [];
  readonly #rollouts: RolloutId[] = [];
  readonly #offers = new Map<number, native.OfferMessage>();
  readonly #current = new Map<number, native.CheckInRequest['current']>();
  #sequence = 0;
  #hold: HoldId | undefined;
  quick = 0;

  constructor(world: World) {
    this.world = world;
  }

  static async open(remembers: boolean): Promise<Side> {
    const side = new Side(await createWorld());
    const { world } = side;
    if (!remembers) world.brain.quiet.setEnabled(false);
    for (const version of versions) await world.publish(version);
    await saveGroup(world.admin, world.brain, world.fleet, {
      name: 'ring',
      filter: 'tag.ring == "0"',
      allowUnknown: true,
    });
    for (let i = 0; i < devices; i++) {
      const scope = await world.addDevice(`dev-${i}`);
      side.#scopes.push(scope);
      side.#tokens.push(tokenFor(world.brain, scope, 26 * 60 * minuteMs));
    }
    return side;
  }

  /** What came of an act, comparable between two brains whose keys differ. */
  async play(one: Act): Promise<unknown> {
    try {
      return await this.#do(one);
    } catch (error) {
      if (error instanceof FettleError) return error.code;
      throw error;
    }
  }

  async #do(one: Act): Promise<unknown> {
    const { world } = this;
    const { admin, brain, fleet } = world;
    switch (one.kind) {
      case 'check-in':
        return this.#checkIn(one.device, one.site);
      case 'round':
        return this.#round(one.times);
      case 'report':
        return this.#report(one.device, one.status as 'succeeded');
      case 'wait':
        world.now += one.ms;
        return world.now;
      case 'tick':
        return tickRollouts(brain);
      case 'roll': {
        const { version, group, start } = one;
        const input = { version, group, start, plan: planOf(one.plan, world.now), reason: 'test' };
        this.#rollouts.push((await createRollout(admin, brain, fleet, input)).rollout.id);
        return tickRollouts(brain);
      }
      case 'tag':
        await setDeviceTags(admin, brain, deviceId(`dev-${one.device}`), { ring: one.ring });
        return undefined;
      case 'group':
        await saveGroup(admin, brain, fleet, { name: 'ring', filter: one.filter, allowUnknown: true });
        return undefined;
      case 'revoke':
        await revokeRelease(admin, brain, fleet, { version: one.version, reason: 'bad' });
        return undefined;
      case 'interval':
        return (await changeFleet(admin, brain, fleet, { checkInIntervalMs: one.ms })).checkInIntervalMs;
      case 'freeze': {
        const until = world.now + one.minutes * minuteMs + 1;
        await saveFreeze(admin, brain, fleet, { name: 'f', from: world.now, until, reason: 'test' });
        return undefined;
      }
      case 'hold': {
        const until = world.now + one.minutes * minuteMs;
        const hold = { rollout: null, expression: 'id != "dev-0"', reason: 'test', until };
        this.#hold = (await createHold(admin, brain, fleet, hold)).id;
        return this.#hold;
      }
      case 'lift':
        if (this.#hold) await liftHold(admin, brain, fleet, { hold: this.#hold, reason: 'test' });
        return undefined;
      case 'thaw':
        await deleteFreeze(admin, brain, fleet, 'f');
        return undefined;
      default:
        return this.#operate(one);
    }
  }

  async #operate(one: Extract<Act, { kind: string }>): Promise<unknown> {
    const { admin, brain } = this.world;
    if ('rollout' in one) {
      const id = this.#rollouts[one.rollout];
      if (id === undefined) return undefined;
      const calls = {
        start: startRollout,
        pause: pauseRollout,
        resume: resumeRollout,
        abort: abortRollout,
        promote: promoteRollout,
      };
      const view = await calls[one.kind as keyof typeof calls](admin, brain, id, 'test');
      return view.rollout.status;
    }
    if (!('device' in one)) return undefined;
    const calls = { accept: acceptDevice, reject: rejectDevice, quarantine: quarantineDevice, remove: removeDevice };
    await calls[one.kind as keyof typeof calls](admin, brain, deviceId(`dev-${one.device}`), 'test');
    return undefined;
  }

  /** Everybody checks in, some times over, and says the same as ever. */
  async #round(times: number): Promise<unknown> {
    const answers: unknown[] = [];
    for (let i = 0; i < times * devices; i++)
      answers.push(await this.play({ kind: 'check-in', device: i % devices, site: 'a' }));
    return answers;
  }

  async #checkIn(index: number, site: string): Promise<unknown> {
    const message = { attributes: { site }, current: this.#current.get(index) ?? {} };
    const { answer, quick } = await knock(this.world.brain, this.#tokens[index] ?? '', message);
    if (quick) this.quick++;
    if (answer.offer) this.#offers.set(index, answer.offer);
    // The envelope is signed by keys that no two worlds share.
    return { ...answer, offer: answer.offer && { ...answer.offer, envelope: '' } };
  }

  async #report(index: number, status: native.ReportMessage['status']): Promise<unknown> {
    const offer = this.#offers.get(index);
    const scope = this.#scopes[index];
    if (!offer || !scope) return undefined;
    const error = { code: 'e', class: 'transient', message: 'm' } as const;
    const report = {
      deployment: offer.deployment,
      sequence: ++this.#sequence,
      status,
      ...(status === 'failed' ? { error } : {}),
    };
    const answer = await takeReports(scope, this.world.brain, { reports: [report] });
    if (status === 'succeeded') {
      const counter = versions.indexOf(offer.version) + 1;
      const sha256 = offer.artifacts[0]?.sha256 ?? '';
      this.#current.set(index, { rootfs: { version: offer.version, counter, sha256 } });
    }
    return answer;
  }
}

test('a brain that remembers quiet check-ins and one that does not give the same answers', {
  timeout: 240_000,
}, async (t) => {
  let quick = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 20, maxLength: 80, size: 'max' }), async (acts) => {
      const [one, other] = [await Side.open(true), await Side.open(false)];
      try {
        for (const [i, next] of acts.entries()) {
          const [found, expected] = [await one.play(next), await other.play(next)];
          assert.deepEqual(found, expected, `act ${i}, ${JSON.stringify(next)}`);
        }
        assert.equal(other.quick, 0);
        quick += one.quick;
      } finally {
        await one.world.close();
        await other.world.close();
      }
    }),
    { numRuns: 200, seed: Number(process.env.FETTLE_TEST_SEED ?? 12) },
  );
  t.diagnostic(`${quick} check-ins were answered out of memory`);
  assert.ok(quick > 2_000, `only ${quick} check-ins were answered out of memory`);
});
