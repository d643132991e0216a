import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileNameOf, planFileShape } from '@fettle/api';
import { defaultPolicy, defaultSequentialGate, FettleError, presetNames, presetPlan } from '@fettle/model';
import fc from 'fast-check';
import { readPlanFile, readPlanText } from './plan-file.ts';
import { toWire } from './plan-wire.ts';

const fields = Object.entries(planFileShape.properties ?? {}).map(([name, field]) => fileNameOf(name, field));
const read = (text: string, devices?: number) => readPlanText(text, { name: 'plan.yaml', devices });
function refused(text: string): string {
  try {
    read(text);
  } catch (error) {
    assert.ok(error instanceof FettleError && error.code === 'invalid-input', String(error));
    return error.message;
  }
  assert.fail(`it was read: ${text}`);
}

const whole = `
phases:
  - name: canary
    size: 300
    maxInFlight: 50
    minSoak: 1h
  - name: berlin
    size: {group: berlin}
    promote: manual
  - {name: all, size: all, failureThreshold: 2 %, successShare: 80%}
onFail: pause
retryBackoff: 15m
priority: 5
startAt: 2026-12-01 02:00 Europe/Berlin
endAt: 2026-12-24T00:00:00Z
windows:
  - cron: 0 2 * * mon-fri
    duration: 3h
rate: {basePerMinute: 10, factor: 2, everySucceeded: 500, mostPerMinute: 200}
budgets:
  unproven: 400
  bytesPerHour: 20 GB
demands: {minBatteryPercent: 30}
gate:
  observe: 45m
  metrics:
    - {name: crashes}
`;

test('a plan is read as people write it: times with units, shares in percent, sizes of data, local times', () => {
  const plan = read(whole);
  const fixed = { failureThreshold: { share: 0.05 }, successShare: 0.9, promote: 'automatic' };
  assert.deepEqual(plan.phases, [
    { ...fixed, name: 'canary', size: { count: 300 }, maxInFlight: 50, minSoakMs: 3_600_000 },
    { ...fixed, name: 'berlin', size: { group: 'berlin' }, maxInFlight: 100, minSoakMs: 600_000, promote: 'manual' },
    {
      ...fixed,
      name: 'all',
      size: { share: 1 },
      maxInFlight: 100,
      minSoakMs: 600_000,
      failureThreshold: { share: 0.02 },
      successShare: 0.8,
    },
  ]);
  assert.deepEqual([plan.onFail, plan.maxAttempts, plan.retryBackoffMs], ['pause', 3, 900_000]);
  assert.deepEqual(plan.policy, {
    ...defaultPolicy,
    priority: 5,
    startAt: '2026-12-01T01:00:00.000Z',
    endAt: '2026-12-24T00:00:00.000Z',
    windows: [{ cron: '0 2 * * mon-fri', durationMs: 10_800_000, zone: 'site' }],
    rate: { kind: 'exponential', basePerMinute: 10, factor: 2, everySucceeded: 500, mostPerMinute: 200 },
    budgets: { ...defaultPolicy.budgets, unproven: 400, bytesPerHour: 20_000_000_000 },
    demands: { ...defaultPolicy.demands, minBatteryPercent: 30 },
    gate: {
      ...defaultSequentialGate,
      observeMs: 2_700_000,
      metrics: [{ name: 'crashes', kind: 'event', worse: 'higher', dryRun: false }],
    },
  });
});

test('short forms stand for what they say', () => {
  const phases = 'phases: [{name: all, size: 5 %}]\n';
  assert.deepEqual(read(`${phases}rate: 10`).policy?.rate, { kind: 'constant', perMinute: 10 });
  assert.equal(read(`${phases}rate: none`).policy?.rate, null);
  assert.deepEqual(read(`${phases}gate: fixed`).policy?.gate, { kind: 'fixed' });
  assert.deepEqual(read(`${phases}gate: sequential`).policy?.gate, defaultSequentialGate);
  const sizes = ['1', '0.5', '100 %', 'all', '{share: 1}', '{count: 7}'].map(
    (size) => read(`phases: [{name: all, size: ${size}}]`).phases[0]?.size,
  );
  assert.deepEqual(sizes, [{ count: 1 }, { share: 0.5 }, { share: 1 }, { share: 1 }, { share: 1 }, { count: 7 }]);
});

test('what differs from a preset is all that has to be written', () => {
  const plan = read('preset: safe\nwindows: [{cron: "*/30 1 * * *", duration: 30m, zone: UTC}]\nbudgets: {perSite: 2}');
  const safe = toWire(presetPlan('safe'));
  assert.deepEqual(plan.phases, safe.phases);
  assert.deepEqual(plan.policy, {
    ...safe.policy,
    windows: [{ cron: '*/30 1 * * *', durationMs: 1_800_000, zone: 'UTC' }],
    budgets: { ...safe.policy.budgets, perSite: 2 },
  });
  assert.deepEqual(read('preset: safe', 50).phases[0]?.size, { count: 5 });
});

test('a plan that came out of the API is read again, unchanged', () => {
  for (const name of presetNames) {
    const wire = toWire(presetPlan(name));
    assert.deepEqual(read(JSON.stringify(wire)), wire);
  }
});

test('everything that is wrong is told at once, with line and column and what was expected', () => {
  const text = `phases:
  - name: canary
    size: 5 percent
  - nam: all
    size: {group: "not a name!"}
    minSoak: 90
windows:
  - {cron: 0 2 * * *, duration: 1h}
retryBackoff: soon
preset: bold
colour: red
`;
  assert.deepEqual(refused(text).split('\n'), [
    'plan.yaml:3:11: phases[0].size: expected a share such as 5 % or 0.05 or a whole number of 1 or more or an object with group, found "5 percent".',
    'plan.yaml:4:5: phases[1]: expected one of name, size, maxInFlight, failureThreshold, successShare, minSoak, promote, found "nam".',
    'plan.yaml:4:5: phases[1]: expected name (text), found none.',
    'plan.yaml:5:19: phases[1].size.group: expected text (short lower-case name), found "not a name!".',
    'plan.yaml:6:14: phases[1].minSoak: expected a duration such as 90s, 30m, 2h or 1d, at most 365d, found "90".',
    'plan.yaml:9:15: retryBackoff: expected a duration such as 90s, 30m, 2h or 1d, at most 30d, found "soon".',
    'plan.yaml:10:9: preset: expected safe or fast or emergency, found "bold".',
    `plan.yaml:11:1: expected one of ${fields.join(', ')}, found "colour".`,
  ]);
});

test('what is well written but makes no sense is told with its place too', () => {
  const text = `preset: fast
phases:
  - {name: canary, size: 10 %}
  - {name: all, size: 5 %}
windows:
  - cron: 0 25 * * *
    duration: 3h
    zone: Mars/Base
  - {cron: 30 2 31 2 *, duration: 1h}
startAt: 2026-12-02T00:00:00Z
endAt: 2026-12-01T00:00:00Z
`;
  const told = refused(text).split('\n');
  assert.match(
    told[0] ?? '',
    /^plan\.yaml:4:23: phases\[1\]\.size: phases are cumulative: .* further than phase "canary"/,
  );
  assert.match(told[1] ?? '', /^plan\.yaml:6:11: windows\[0\]\.cron: at character 3: hour: expected .* found "25"/);
  assert.match(told[2] ?? '', /^plan\.yaml:8:11: windows\[0\]\.zone: expected `site` or a zone .* found "Mars\/Base"/);
  assert.match(told[3] ?? '', /^plan\.yaml:9:12: windows\[1\]\.cron: at character 6: .*never fire/);
  assert.match(told[4] ?? '', /^plan\.yaml:11:8: endAt: expected a time later than startAt/);
  const long = 'preset: safe\nwindows: [{cron: 0 2 * * 1, duration: 8d}]';
  assert.match(refused(long), /duration: expected a duration .*, 1m or more, at most 7d, found "8d"/);
});

test('what is no YAML, no plan or nothing at all is refused with its place', () => {
  assert.match(refused(''), /^plan\.yaml:1:1: expected a plan/);
  assert.match(refused('- a\n- b'), /expected a plan/);
  assert.match(refused('onFail: pause'), /expected phases, or a preset/);
  assert.match(refused('phases: [{name: a, size: 1}\n'), /^plan\.yaml:2:1: /);
  assert.match(refused('preset: safe\npreset: fast'), /^plan\.yaml:2:1: .*unique/);
  assert.match(refused('preset: safe\nwindows:\n  - {cron: */5 * * * *, duration: 1h}'), /has to stand in quotes/);
  assert.match(refused('phases:\n  - name: a\n   size: 1'), /^plan\.yaml:3/);
});

test('anchors and aliases work, and cannot blow a file up', () => {
  const plan = read(
    'phases:\n  - &a {name: canary, size: 5, failureThreshold: &t {count: 2}}\n  - {name: all, size: all, failureThreshold: *t}',
  );
  assert.deepEqual(plan.phases[1]?.failureThreshold, { count: 2 });
  const bomb = ['a: &a [x, x]', ...Array.from({ length: 20 }, (_, i) => `a${i}: &a${i} [*a, *a, *a, *a]`)].join('\n');
  assert.match(refused(bomb), /found "a"/);
  const loop = 'phases: &p\n  - {name: a, size: 1}\n  - *p';
  assert.match(refused(loop), /^plan\.yaml:2|^plan\.yaml:3/);
  const many = `phases: [${Array.from({ length: 32 }, (_, i) => `{name: p${i}, size: ${i + 1}, failureThreshold: *x}`).join(', ')}]`;
  assert.match(refused(`preset: &x safe\n${many}`), /failureThreshold: expected/);
});

test('a file that is too large or nested too deeply is refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-plan-'));
  try {
    const file = join(folder, 'plan.yaml');
    await writeFile(file, `preset: safe\n${'#'.repeat(70_000)}`);
    await assert.rejects(readPlanFile(file), { code: 'too-large' });
    await writeFile(file, 'preset: fast');
    assert.deepEqual(await readPlanFile(file), toWire(presetPlan('fast')));
  } finally {
    await rm(folder, { recursive: true });
  }
  refused('['.repeat(30_000));
  refused(`phases: ${'{a: '.repeat(10_000)}`);
  refused(`${'- '.repeat(20_000)}x`);
});

test('property: whatever stands in a file, it is a plan or it is refused with a place', () => {
  const pieces = whole.split(/(?<=[\s:{},[\]])/);
  const changed = fc
    .array(
      fc.tuple(
        fc.nat(pieces.length - 1),
        fc.oneof(fc.constantFrom('', '*', '&x ', '- ', ': ', '~', '{', ']', '"', '1e999', 'all'), fc.string()),
      ),
      { maxLength: 4 },
    )
    .map((changes) => {
      const text = [...pieces];
      for (const [index, piece] of changes) text[index] = piece;
      return text.join('');
    });
  fc.assert(
    fc.property(fc.oneof(changed, fc.string({ unit: 'binary' })), (text) => {
      try {
        assert.ok(read(text).phases.length > 0);
      } catch (error) {
        if (!(error instanceof FettleError)) throw error;
        assert.match(error.message, /^plan\.yaml:\d+:\d+: /);
      }
    }),
    { numRuns: 300 },
  );
});
