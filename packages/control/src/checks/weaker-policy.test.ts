import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupName, type ReleasePolicy } from '@fettle/model';
import { isNamedByPolicy, milderStageOf, weakenings } from './weaker-policy.ts';

const [nightly, field, beta] = ['nightly', 'field', 'beta'].map(groupName);
assert.ok(nightly && field && beta);

const before: ReleasePolicy = {
  stages: [
    { stage: 'development', groups: [nightly], demands: [{ gate: 'secrets', when: 'pass' }], approvals: [] },
    {
      stage: 'production',
      groups: [field],
      demands: [
        { gate: 'secrets', when: 'pass' },
        { gate: 'hardening', when: 'open.critical == 0' },
      ],
      approvals: [
        { meaning: 'tested', role: 'qa', count: 2 },
        { meaning: 'released', role: 'manager', count: 1 },
      ],
    },
  ],
  settings: { contents: { slotBytes: { rootfs: 10 } } },
  waivers: { keys: ['a', 'b'], threshold: 2 },
  dataSets: { keys: ['c'], threshold: 1 },
  onNewFindings: 'hold',
};
const [development, production] = before.stages;
assert.ok(development && production);
const withProduction = (changes: Partial<typeof production>): ReleasePolicy => ({
  ...before,
  stages: [development, { ...production, ...changes }],
});
const { dataSets: _, ...withoutDataSets } = before;

const rows: readonly (readonly [string, ReleasePolicy | undefined, readonly RegExp[]])[] = [
  ['the same', before, []],
  ['cleared', undefined, [/nothing is demanded/]],
  ['a stage less', { ...before, stages: [production] }, [/stage development is gone/]],
  ['a demand less', withProduction({ demands: [{ gate: 'secrets', when: 'pass' }] }), [/nothing of hardening/]],
  [
    'another demand',
    withProduction({ demands: production.demands.map((one) => ({ ...one, when: 'true' })) }),
    [/something else of secrets/, /something else of hardening/],
  ],
  [
    'fewer signatures and others',
    withProduction({ approvals: [{ meaning: 'tested', role: 'qa', count: 1 }] }),
    [/1 instead of 2 × "tested" by qa/, /0 instead of 1 × "released" by manager/],
  ],
  [
    'a group in a milder stage',
    {
      ...before,
      stages: [
        { ...development, groups: [nightly, field] },
        { ...production, groups: [] },
      ],
    },
    [/group field is in development instead of production/],
  ],
  [
    'a group that was in the strictest stage without being named',
    { ...before, stages: [{ ...development, groups: [nightly, beta] }, production] },
    [/group beta is in development instead of production/],
  ],
  ['a group in a stricter stage', { ...before, stages: [{ ...development, groups: [] }, production] }, []],
  ['other settings', { ...before, settings: {} }, [/settings of contents/]],
  [
    'waivers by more people and by fewer signatures',
    { ...before, waivers: { keys: ['a', 'b', 'z'], threshold: 1 } },
    [/other keys sign waivers/, /waivers need 1 instead of 2/],
  ],
  ['waivers by fewer people', { ...before, waivers: { keys: ['a'], threshold: 2 } }, []],
  ['data that nobody signed', withoutDataSets, [/vulnerability data count without signatures/]],
  ['findings that are only told', { ...before, onNewFindings: 'alert' }, [/only told/]],
];

test('whatever may let through more is named, and nothing else', () => {
  for (const [name, after, expected] of rows) {
    const found = weakenings(before, after);
    assert.equal(found.length, expected.length, `${name}: ${found.join('; ')}`);
    expected.forEach((pattern, i) => {
      assert.match(found[i] ?? '', pattern, name);
    });
  }
  assert.deepEqual(weakenings(undefined, undefined), []);
  assert.deepEqual(weakenings(undefined, before), []);
});

test('more signatures, more demands and a stage more are no weakening', () => {
  const staging = { ...production, stage: 'staging', groups: [] } as const;
  assert.deepEqual(weakenings(before, { ...before, stages: [development, staging, production] }), []);
  const more = withProduction({
    demands: [...production.demands, { gate: 'sbom', when: 'pass' }],
    approvals: [...production.approvals.map((one) => ({ ...one, count: one.count + 1 }))],
  });
  assert.deepEqual(weakenings(before, more), []);
});

test('a group is part of the policy when a stage names it, and lowers demands in all stages but the strictest', () => {
  assert.deepEqual([isNamedByPolicy(before, nightly), isNamedByPolicy(before, beta)], [true, false]);
  assert.equal(isNamedByPolicy(undefined, nightly), false);
  assert.equal(milderStageOf(before, nightly)?.stage, 'development');
  assert.equal(milderStageOf(before, field), undefined);
  assert.equal(milderStageOf(before, beta), undefined);
  assert.equal(milderStageOf(undefined, nightly), undefined);
});
