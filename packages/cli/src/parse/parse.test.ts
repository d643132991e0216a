import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseArtifactSpecs } from './artifact-spec.ts';
import { parseDuration } from './duration.ts';
import { parsePhases, parseThreshold } from './phases.ts';
import { planFromOptions, readPlan, wholeNumber } from './plan.ts';
import { applyTagChanges } from './tags.ts';

const refused = { name: 'FettleError', code: 'invalid-input' };

test('durations are read in every unit', () => {
  const read = ['0', '250ms', '90s', '10m', '10min', '1.5h', '2d'].map((text) => parseDuration(text, '--soak'));
  assert.deepEqual(read, [0, 250, 90_000, 600_000, 600_000, 5_400_000, 172_800_000]);
});

test('a duration without a unit, negative or endless is refused with the option that it belongs to', () => {
  for (const text of ['10', '-1s', 's', '', '1w', '1e3s', 'NaNs']) {
    assert.throws(() => parseDuration(text, '--soak'), { ...refused, message: /^--soak: expected a duration/ });
  }
  assert.throws(() => parseDuration('400d', '--for'), { ...refused, message: /^--for: a year \(365d\) at most/ });
});

test('phases are shares, counts or all', () => {
  assert.deepEqual(parsePhases('5%, 12.5% ,all'), [{ share: 0.05 }, { share: 0.125 }, { share: 1 }]);
  assert.deepEqual(parsePhases('10,100%'), [{ count: 10 }, { share: 1 }]);
});

test('phases that shrink, are empty or above everything are refused', () => {
  for (const text of ['50%,5%', '5%,5%', '', '0%', '101%', '0', '1.5', '5%,,all', 'half']) {
    assert.throws(() => parsePhases(text), refused, text);
  }
  assert.throws(() => parsePhases(Array.from({ length: 33 }, (_, i) => i + 1).join(',')), /at most 32 phases/);
});

test('a failure threshold is a share or a count, and 0 is a valid one', () => {
  assert.deepEqual(
    [parseThreshold('5%'), parseThreshold('3'), parseThreshold('0')],
    [{ share: 0.05 }, { count: 3 }, { count: 0 }],
  );
  for (const text of ['', '-1', '120%', 'few', '1.5']) assert.throws(() => parseThreshold(text), refused, text);
});

test('options make a plan whose first phase of several is the canary', () => {
  const plan = planFromOptions({
    phases: '5%,50%,100%',
    maxInFlight: '20',
    soak: '1m',
    maxFailures: '2',
    manual: true,
  });
  assert.deepEqual(
    plan.phases.map(({ name }) => name),
    ['canary', 'phase-2', 'all'],
  );
  assert.deepEqual(plan.phases[1], {
    name: 'phase-2',
    size: { share: 0.5 },
    maxInFlight: 20,
    failureThreshold: { count: 2 },
    successShare: 0.9,
    minSoakMs: 60_000,
    promote: 'manual',
  });
  assert.deepEqual([plan.onFail, plan.maxAttempts, plan.retryBackoffMs], ['abort', 3, 300_000]);
});

test('a plan comes from a file or from options, never from both', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-plan-'));
  try {
    const file = join(folder, 'plan.json');
    const plan = planFromOptions({});
    await writeFile(file, JSON.stringify(plan));
    assert.deepEqual(await readPlan({ plan: file }), plan);
    await assert.rejects(readPlan({ plan: file, maxInFlight: '3' }), /found both/);
    await writeFile(file, 'not json');
    await assert.rejects(readPlan({ plan: file }), refused);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('whole numbers are whole, and not below the least', () => {
  assert.equal(wholeNumber('7', '--uses'), 7);
  for (const text of ['0', '-1', '1.5', '', 'x', '1e3'])
    assert.throws(() => wholeNumber(text, '--uses'), refused, text);
  assert.equal(wholeNumber('0', '--security-floor', 0), 0);
});

test('a file goes to every type that was named, or says its own type and component', () => {
  const defaults = { types: ['a', 'b'], component: 'rootfs' };
  const specs = parseArtifactSpecs(['fw.bin', 'boot:v2.bin:a:bootloader'], defaults);
  assert.deepEqual(
    specs.map(({ file, deviceType, component }) => [file, deviceType, component].join(' ')),
    ['fw.bin a rootfs', 'fw.bin b rootfs', 'boot:v2.bin a bootloader'],
  );
});

test('files without a place, and two files for one place, are refused', () => {
  assert.throws(() => parseArtifactSpecs(['fw.bin'], { types: [], component: 'rootfs' }), refused);
  assert.throws(() => parseArtifactSpecs(['fw.bin'], { types: ['a'], component: undefined }), refused);
  assert.throws(() => parseArtifactSpecs(['x', 'y'], { types: ['a'], component: 'rootfs' }), /Two files/);
  assert.throws(() => parseArtifactSpecs(['x:BAD TYPE:rootfs'], { types: [], component: undefined }), {
    code: 'invalid-id',
  });
});

test('tags are set and taken away, and the rest stays', () => {
  const tags = applyTagChanges({ site: 'berlin', line: '4' }, ['site=bonn=west', 'line-', 'new=']);
  assert.deepEqual(tags, { site: 'bonn=west', new: '' });
  assert.throws(() => applyTagChanges({}, ['site']), refused);
});
