import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  componentName,
  type Device,
  type DeviceAttempt,
  deploymentStatuses,
  deviceStatuses,
  deviceType,
  noCounts,
  phaseStatuses,
  type ReasonCode,
  rolloutStatuses,
} from '@fettle/model';
import fc from 'fast-check';
import {
  deploymentNumber,
  fleet,
  imageOf,
  releaseNumber,
  rolloutNumber,
  running,
  sampleContext,
  sampleDevice,
  sampleFleet,
  sampleGroup,
  samplePhase,
  sampleRelease,
  sampleRollout,
} from '../../test/samples.ts';
import { bucketOf } from './bucket.ts';
import type { RolloutContext } from './context.ts';
import { decide } from './decide.ts';

const now = 1_000_000_000;

function codes(device: Device, ...rollouts: RolloutContext[]): ReasonCode[] {
  return decide(device, sampleFleet(rollouts), now).reasons.map((reason) => reason.code);
}

function attempt(changes: Partial<DeviceAttempt> = {}): DeviceAttempt {
  return {
    rollout: rolloutNumber(2),
    release: releaseNumber(2),
    deployment: deploymentNumber(1),
    count: 1,
    lastStatus: 'failed',
    permanent: false,
    lastChangedAt: now - 1_000,
    counterBefore: 1,
    ...changes,
  };
}

test('a fitting device in an open phase is offered the release with its artifacts', () => {
  const decision = decide(sampleDevice(), sampleFleet([sampleContext(2)]), now);
  assert.equal(decision.kind, 'offer');
  if (decision.kind !== 'offer') return;
  assert.equal(decision.context.release.version, '2.0.0');
  assert.equal(decision.attempt, 1);
  assert.deepEqual(
    decision.artifacts.map((a) => a.component),
    ['rootfs'],
  );
});

const rows: [string, ReasonCode[], () => [Device, ...RolloutContext[]]][] = [
  ['nothing is planned', ['no-rollout'], () => [sampleDevice()]],
  ['it runs the release', ['up-to-date'], () => [sampleDevice({ current: running(2) }), sampleContext(2)]],
  ['it waits for acceptance', ['device-pending'], () => [sampleDevice({ status: 'pending' }), sampleContext(2)]],
  ['it was rejected', ['device-rejected'], () => [sampleDevice({ status: 'rejected' }), sampleContext(2)]],
  [
    'something is under way',
    ['deployment-open'],
    () => [sampleDevice({ openDeployment: deploymentNumber(1) }), sampleContext(2)],
  ],
  [
    'it is of a type without artifact',
    ['no-release-for-type'],
    () => [sampleDevice({ type: deviceType('board-b') }), sampleContext(2)],
  ],
  [
    'it runs a component that the release lacks',
    ['no-artifact-for-component'],
    () => {
      const current = { ...running(1), [componentName('modem')]: { version: '1', counter: 1, digest: imageOf(7) } };
      return [sampleDevice({ current }), sampleContext(2)];
    },
  ],
  [
    'it is outside the group',
    ['not-in-group'],
    () => [sampleDevice(), sampleContext(2, { group: sampleGroup('tag.ring == "early"') })],
  ],
  ['the group is gone', ['not-in-group'], () => [sampleDevice(), sampleContext(2, { group: undefined })]],
  ['it runs something newer', ['downgrade-forbidden'], () => [sampleDevice({ current: running(3) }), sampleContext(2)]],
  [
    'the release was revoked',
    ['release-revoked'],
    () => [sampleDevice(), sampleContext(2, { release: sampleRelease(2, { status: 'revoked' }) })],
  ],
  [
    'it failed for good before',
    ['already-failed-here'],
    () => [sampleDevice({ attempts: [attempt({ permanent: true })] }), sampleContext(2)],
  ],
  ['it failed a moment ago', ['backing-off'], () => [sampleDevice({ attempts: [attempt()] }), sampleContext(2)]],
  [
    'it has tried too often',
    ['attempts-exhausted'],
    () => [sampleDevice({ attempts: [attempt({ count: 3 })] }), sampleContext(2)],
  ],
  ...(['draft', 'paused', 'aborted'] as const).map(
    (status): [string, ReasonCode[], () => [Device, ...RolloutContext[]]] => [
      `the rollout is ${status}`,
      [({ draft: 'rollout-not-started', paused: 'rollout-paused', aborted: 'rollout-aborted' } as const)[status]],
      () => [sampleDevice(), sampleContext(2, { rollout: sampleRollout(2, { status }) })],
    ],
  ),
  [
    'its phase is not open',
    ['phase-not-open'],
    () => [
      sampleDevice(),
      sampleContext(2, { rollout: sampleRollout(2, { phases: [samplePhase({ status: 'waiting' })] }) }),
    ],
  ],
  [
    'no phase reaches it',
    ['not-in-phase'],
    () => {
      const phases = [samplePhase({ size: { share: 1e-9 }, bucketLimit: 1e-9 })];
      return [sampleDevice(), sampleContext(2, { rollout: sampleRollout(2, { phases }) })];
    },
  ],
  [
    'the counted phase is full',
    ['budget-spent'],
    () => {
      const rollout = sampleRollout(2, { phases: [samplePhase({ size: { count: 5 } })] });
      return [sampleDevice(), sampleContext(2, { rollout, counts: [{ ...noCounts, started: 5, succeeded: 5 }] })];
    },
  ],
  [
    'too many are under way',
    ['too-many-in-flight'],
    () => {
      const rollout = sampleRollout(2, { phases: [samplePhase({ maxInFlight: 2 })] });
      return [sampleDevice(), sampleContext(2, { rollout, counts: [{ ...noCounts, started: 2, open: 2 }] })];
    },
  ],
  [
    'several things hold at once',
    ['device-rejected', 'downgrade-forbidden', 'not-in-group', 'rollout-paused'],
    () => [
      sampleDevice({ status: 'rejected', current: running(3) }),
      sampleContext(2, { group: undefined, rollout: sampleRollout(2, { status: 'paused' }) }),
    ],
  ],
];

for (const [why, expected, make] of rows) {
  test(`a device is held with exactly these reasons when ${why}`, () => {
    const [device, ...rollouts] = make();
    assert.deepEqual(codes(device, ...rollouts), expected);
  });
}

test('a release below the security floor is held back', () => {
  const decision = decide(
    sampleDevice(),
    sampleFleet([sampleContext(2)], { fleet: { ...fleet, securityFloor: 3 } }),
    now,
  );
  assert.deepEqual(
    decision.reasons.map((reason) => reason.code),
    ['below-floor'],
  );
});

test('the newest rollout makes the offer and the older one says so', () => {
  const decision = decide(sampleDevice(), sampleFleet([sampleContext(3), sampleContext(2)]), now);
  assert.equal(decision.kind === 'offer' && decision.context.release.version, '3.0.0');
  assert.deepEqual(
    decision.reasons.map((reason) => reason.code),
    ['superseded-by-rollout'],
  );
});

test('a device that the newer rollout does not reach yet is served by the older one', () => {
  const waiting = sampleRollout(3, { phases: [samplePhase({ status: 'waiting' })] });
  const decision = decide(sampleDevice(), sampleFleet([sampleContext(3, { rollout: waiting }), sampleContext(2)]), now);
  assert.equal(decision.kind === 'offer' && decision.context.release.version, '2.0.0');
});

test('a completed rollout still serves a device that comes late', () => {
  const rollout = sampleRollout(2, { status: 'completed', phases: [samplePhase({ status: 'passed' })] });
  assert.equal(decide(sampleDevice(), sampleFleet([sampleContext(2, { rollout })]), now).kind, 'offer');
});

test('backing off says until when, and doubles', () => {
  const until = (count: number) => {
    const [reason] = decide(
      sampleDevice({ attempts: [attempt({ count })] }),
      sampleFleet([sampleContext(2)]),
      now,
    ).reasons;
    return reason?.earliestChangeAt;
  };
  assert.equal(until(1), now - 1_000 + 60_000);
  assert.equal(until(2), now - 1_000 + 120_000);
});

test('buckets are spread evenly and do not depend on anything but salt and id', () => {
  const buckets = Array.from({ length: 20_000 }, (_, i) =>
    bucketOf('salt', sampleDevice().id.replace('1', String(i)) as Device['id']),
  );
  for (const share of [0.01, 0.05, 0.5, 0.9]) {
    const found = buckets.filter((bucket) => bucket < share).length / buckets.length;
    assert.ok(Math.abs(found - share) < 4 * Math.sqrt((share * (1 - share)) / buckets.length), `${share}: ${found}`);
  }
  assert.ok(buckets.every((bucket) => bucket >= 0 && bucket < 1));
});

const anyDevice = fc
  .record({
    status: fc.constantFrom(...deviceStatuses),
    type: fc.constantFrom(deviceType('board-a'), deviceType('board-b')),
    runs: fc.nat(4),
    open: fc.boolean(),
    attempts: fc.array(
      fc.record({
        n: fc.integer({ min: 1, max: 4 }),
        count: fc.integer({ min: 1, max: 4 }),
        lastStatus: fc.constantFrom(...deploymentStatuses),
        permanent: fc.boolean(),
        ago: fc.nat(10_000_000),
      }),
      { maxLength: 3 },
    ),
    tags: fc.constantFrom<Device['tags']>({}, { ring: 'early' }),
  })
  .map((one) =>
    sampleDevice({
      status: one.status,
      type: one.type,
      current: running(one.runs),
      openDeployment: one.open ? deploymentNumber(9) : null,
      tags: one.tags,
      attempts: one.attempts.map(({ n, count, lastStatus, permanent, ago }) =>
        attempt({
          rollout: rolloutNumber(n),
          release: releaseNumber(n),
          count,
          lastStatus,
          permanent,
          lastChangedAt: now - ago,
        }),
      ),
    }),
  );
const anyContext = (n: number) =>
  fc
    .record({
      status: fc.constantFrom(...rolloutStatuses),
      phase: fc.constantFrom(...phaseStatuses),
      share: fc.constantFrom(0.3, 1),
      open: fc.nat(3),
      revoked: fc.boolean(),
      allowDowngrade: fc.boolean(),
      filter: fc.constantFrom('', 'tag.ring == "early"'),
    })
    .map((one) => {
      const phases = [
        samplePhase({ status: one.phase, size: { share: one.share }, bucketLimit: one.share, maxInFlight: 2 }),
        samplePhase({ status: 'waiting' }),
      ];
      return sampleContext(n, {
        rollout: sampleRollout(n, { status: one.status, phases }),
        release: sampleRelease(n, {
          status: one.revoked ? 'revoked' : 'published',
          allowDowngrade: one.allowDowngrade,
        }),
        group: sampleGroup(one.filter),
        counts: [{ ...noCounts, open: one.open }, noCounts],
      });
    });
const anyContexts = fc
  .tuple(anyContext(4), anyContext(3), anyContext(2), anyContext(1))
  .chain((all) => fc.subarray(all));

test('a device is offered a release if and only if some rollout gives no reason against it', () => {
  fc.assert(
    fc.property(anyDevice, anyContexts, fc.nat(4), (device, rollouts, securityFloor) => {
      const decision = decide(device, sampleFleet(rollouts, { fleet: { ...fleet, securityFloor } }), now);
      const about = (context: RolloutContext | null) =>
        decision.reasons.filter((reason) => reason.rollout === (context?.rollout.id ?? null));
      const isFree = (context: RolloutContext) => about(context).length === 0 && about(null).length === 0;
      const offered = decision.kind === 'offer' ? decision.context : undefined;
      assert.equal(offered !== undefined, rollouts.some(isFree));
      if (offered) assert.ok(isFree(offered));
      else assert.ok(decision.reasons.length > 0);
    }),
    { numRuns: 5_000 },
  );
});

test('an offer never breaks an invariant, whatever the state', () => {
  fc.assert(
    fc.property(anyDevice, anyContexts, fc.nat(4), (device, rollouts, securityFloor) => {
      const decision = decide(device, sampleFleet(rollouts, { fleet: { ...fleet, securityFloor } }), now);
      if (decision.kind === 'hold') return;
      const { rollout, release, counts } = decision.context;
      assert.ok(rollout.status === 'running' || rollout.status === 'completed');
      assert.equal(release.status, 'published');
      assert.ok(release.counter >= securityFloor);
      assert.ok(decision.artifacts.length > 0 && decision.artifacts.every((a) => a.deviceType === device.type));
      assert.equal(device.status, 'accepted');
      assert.equal(device.openDeployment, null);
      assert.ok(counts.reduce((sum, one) => sum + one.open, 0) < 2);
      assert.ok(['open', 'passed', 'failed'].includes(rollout.phases[decision.phase]?.status ?? ''));
    }),
    { numRuns: 5_000 },
  );
});
