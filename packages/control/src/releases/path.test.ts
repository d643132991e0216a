import assert from 'node:assert/strict';
import test from 'node:test';
import { componentName, type Device, deviceType, type Release } from '@fettle/model';
import fc from 'fast-check';
import { fleet, imageOf, rootfs, sampleContext, sampleDevice, sampleFleet, sampleRelease } from '../../test/samples.ts';
import { fitFindings } from '../rollouts/predicates/fit.ts';
import { type Counters, type ReleasePath, shortestPath } from './path.ts';

const boardA = deviceType('board-a');
const firmware = componentName('modem');
const options = { floor: 0, deviceType: boardA };
const at = (counter: number): Counters => ({ [rootfs]: counter });
const versions = (path: ReleasePath) => (path.ok ? path.steps.map((release) => release.version) : path);

test('without anything in between the way is one install', () => {
  const releases = [1, 2, 3].map((n) => sampleRelease(n));
  assert.deepEqual(versions(shortestPath(at(1), sampleRelease(3), releases, options)), ['3.0.0']);
});

test('a device that runs the release already has nothing to install', () => {
  assert.deepEqual(versions(shortestPath(at(3), sampleRelease(3), [sampleRelease(3)], options)), []);
});

test('releases that must be passed through are stops on the way, whatever was published between', () => {
  const through = { mustPassThrough: true };
  const releases = [1, 2, 3, 4, 5, 6].map((n) => sampleRelease(n, n === 3 || n === 5 ? through : {}));
  const six = releases[5] as Release;
  assert.deepEqual(versions(shortestPath(at(1), six, releases, options)), ['3.0.0', '5.0.0', '6.0.0']);
  assert.deepEqual(versions(shortestPath(at(3), six, releases, options)), ['5.0.0', '6.0.0']);
  assert.deepEqual(versions(shortestPath(at(5), six, releases, options)), ['6.0.0']);
});

test('a requirement is met by the newest release that meets it', () => {
  const releases = [2, 3, 4].map((n) => sampleRelease(n));
  const five = sampleRelease(5, { requires: [{ component: rootfs, counter: 3 }] });
  assert.deepEqual(versions(shortestPath(at(1), five, releases, options)), ['4.0.0', '5.0.0']);
  assert.deepEqual(versions(shortestPath(at(3), five, releases, options)), ['5.0.0']);
});

test('a revoked release is no stop, and no longer has to be one', () => {
  const three = sampleRelease(3, { mustPassThrough: true, status: 'revoked' });
  assert.deepEqual(versions(shortestPath(at(1), sampleRelease(4), [three], options)), ['4.0.0']);
  const path = shortestPath(at(1), three, [three], options);
  assert.equal(!path.ok && path.code, 'release-revoked');
});

test('a stop below the floor blocks the way, and what to do is said', () => {
  const releases = [sampleRelease(3, { mustPassThrough: true }), sampleRelease(6)];
  const path = shortestPath(at(1), releases[1] as Release, releases, { ...options, floor: 5 });
  assert.deepEqual(path, {
    ok: false,
    code: 'must-pass-through',
    why: 'Release 3.0.0 must be passed through first, but: Release 3.0.0 (counter 3) is below the security floor 5. If newer releases no longer need it, revoke it.',
  });
});

test('each thing that makes a release unreachable is named', () => {
  const blocked = (to: Release, from = at(1), floor = 0) => {
    const path = shortestPath(from, to, [to], { ...options, floor });
    return path.ok ? 'ok' : path.code;
  };
  assert.equal(blocked(sampleRelease(2), at(1), 3), 'below-floor');
  assert.equal(blocked(sampleRelease(2, { artifacts: [] })), 'no-release-for-type');
  assert.equal(blocked(sampleRelease(2), { [rootfs]: 1, [firmware]: 1 }), 'no-artifact-for-component');
  assert.equal(blocked(sampleRelease(2), at(3)), 'downgrade-forbidden');
  assert.equal(blocked(sampleRelease(2, { allowDowngrade: true }), at(3)), 'ok');
  const revisionD = sampleRelease(2).artifacts.map((artifact) => ({ ...artifact, hardware: ['D'] }));
  assert.equal(blocked(sampleRelease(2, { artifacts: revisionD })), 'hardware-mismatch');
  assert.equal(blocked(sampleRelease(5, { requires: [{ component: firmware, counter: 1 }] })), 'unmet-depends');
});

test('a device that has said nothing of itself goes straight to the release', () => {
  const releases = [sampleRelease(2, { mustPassThrough: true }), sampleRelease(3)];
  assert.deepEqual(versions(shortestPath({}, releases[1] as Release, releases, options)), ['3.0.0']);
});

/** Up to seven releases with everything that can be in the way, and a device somewhere among them. */
const cases = fc.record({
  floor: fc.integer({ min: 0, max: 4 }),
  from: fc.record({ [rootfs]: fc.integer({ min: 1, max: 7 }), [firmware]: fc.integer({ min: 0, max: 7 }) }),
  hasFirmware: fc.boolean(),
  to: fc.nat(6),
  releases: fc
    .array(
      fc.record({
        mustPassThrough: fc.boolean(),
        allowDowngrade: fc.boolean(),
        status: fc.constantFrom('published', 'published', 'published', 'revoked'),
        brings: fc.constantFrom('rootfs', 'both', 'both', 'other-type'),
        requires: fc.array(
          fc.record({ component: fc.constantFrom(rootfs, firmware), counter: fc.integer({ min: 1, max: 6 }) }),
          { maxLength: 1 },
        ),
      }),
      { minLength: 1, maxLength: 7 },
    )
    .map((drawn) =>
      drawn.map((one, i): Release => {
        const n = i + 1;
        const [image] = sampleRelease(n).artifacts;
        if (!image) throw new Error('a sample without artifact');
        const artifact = { ...image, digest: imageOf(n) };
        const rootfsAlone = [
          one.brings === 'other-type' ? { ...artifact, deviceType: deviceType('board-b') } : artifact,
        ];
        const artifacts = one.brings === 'both' ? [...rootfsAlone, { ...artifact, component: firmware }] : rootfsAlone;
        const { brings: _, ...marks } = one;
        return sampleRelease(n, { ...marks, artifacts });
      }),
    ),
});

const ofTheWay = [
  ...['no-release-for-type', 'no-artifact-for-component', 'unmet-depends', 'must-pass-through'],
  ...['downgrade-forbidden', 'below-floor', 'release-revoked'],
];

/** Whether `decide` would let a device that runs these have the release, as far as the way to it goes. */
function isLet(runs: Counters, release: Release, releases: readonly Release[], floor: number): boolean {
  const current = Object.fromEntries(
    Object.entries(runs).map(([component, counter]) => [component, { version: '', counter, digest: imageOf(counter) }]),
  ) as Device['current'];
  const context = sampleFleet([], {
    fleet: { ...fleet, securityFloor: floor },
    steppingStones: releases.filter((one) => one.mustPassThrough),
  });
  const found = fitFindings(sampleDevice({ current }), sampleContext(release.counter, { release }), context);
  return !found.some(({ code }) => ofTheWay.includes(code));
}

function after(release: Release): Counters {
  const own = release.artifacts.filter((artifact) => artifact.deviceType === boardA);
  return Object.fromEntries(own.map(({ component }) => [component, release.counter])) as Counters;
}

/** Tries every way there is, shortest first. */
function bruteForce(from: Counters, to: Release, releases: readonly Release[], floor: number): number | undefined {
  let states = [{ runs: from, last: 0 }];
  for (let installs = 1; installs <= releases.length; installs++) {
    const next: typeof states = [];
    for (const { runs, last } of states) {
      for (const release of releases) {
        if (release.counter > to.counter || (installs > 1 && release.counter <= last)) continue;
        if (!isLet(runs, release, releases, floor)) continue;
        if (release === to) return installs;
        if (release.counter >= Math.max(...Object.values(runs)))
          next.push({ runs: after(release), last: release.counter });
      }
    }
    states = next;
  }
  return undefined;
}

test('no way is shorter than the one found, and there is none where none is found', () => {
  fc.assert(
    fc.property(cases, ({ from, hasFirmware, to, releases, floor }) => {
      const runs: Counters = hasFirmware ? from : at(from[rootfs] ?? 1);
      const goal = releases[to % releases.length] as Release;
      const isThere = Object.entries(after(goal)).every(([component, counter]) => runs[component as never] === counter);
      fc.pre(!isThere);
      const found = shortestPath(runs, goal, releases.toReversed(), { floor, deviceType: boardA });
      assert.equal(found.ok ? found.steps.length : undefined, bruteForce(runs, goal, releases, floor));
    }),
    { numRuns: 3_000 },
  );
});

test('every step of a way is one that the device would be offered', () => {
  fc.assert(
    fc.property(cases, ({ from, hasFirmware, to, releases, floor }) => {
      let runs: Counters = hasFirmware ? from : at(from[rootfs] ?? 1);
      const goal = releases[to % releases.length] as Release;
      const found = shortestPath(runs, goal, releases, { floor, deviceType: boardA });
      for (const step of found.ok ? found.steps : []) {
        assert.ok(isLet(runs, step, releases, floor), `${step.version} after ${JSON.stringify(runs)}`);
        runs = after(step);
      }
    }),
    { numRuns: 2_000 },
  );
});
