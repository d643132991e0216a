import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WalkProblem } from '@fettle/images';
import { collect, contextOf, type FakeEntry, type FakeWalk } from '../../test/hardening/fake-tree.ts';
import { makeKey, signedImage, steadyBytes } from '../../test/hardening/signed-images.ts';
import { writeProgram } from '../../test/hardening/write-program.ts';
import type { GateReport } from '../core/gate.ts';
import { beginContents } from './begin-contents.ts';
import { contentsFacts } from './facts.ts';
import type { ContentsSettings } from './settings.ts';

const body = steadyBytes(20_000);
const key = makeKey();
const image = await signedImage(key, '1.2.3');
const files: readonly FakeEntry[] = [
  { path: 'usr/bin/b', mode: 0o755, content: 'two' },
  { path: 'etc', kind: 'folder', mode: 0o755 },
  { path: 'etc/a', mode: null, content: 'one' },
  { path: 'bin', kind: 'link', mode: 0o777, linkTarget: 'usr/bin' },
];

function check(
  artifact: Uint8Array,
  settings: ContentsSettings = {},
  walk: FakeWalk & { readonly entries?: readonly FakeEntry[] } = {},
): Promise<GateReport> {
  return collect(beginContents(contextOf(artifact), settings), walk.entries ?? files, {
    sizeBytes: artifact.length,
    ...walk,
  });
}

const rulesOf = ({ findings }: GateReport) => findings.map(({ rule, severity }) => `${rule} ${severity}`);

test('an image that is what it was declared to be passes, and says what it is', async () => {
  const report = await check(image, { formats: { main: 'mcuboot' }, slotBytes: { main: 65_536 } });
  assert.deepEqual([report.verdict, rulesOf(report)], ['pass', ['hardware-not-stated info']]);
  const { format, statedVersion, counter, files: count, slotBytes } = report.facts;
  assert.deepEqual([format, statedVersion, counter, count, slotBytes], ['mcuboot', '1.2.3', 7, 2, 65_536]);
  assert.deepEqual(Object.keys(report.facts).sort(), Object.keys(contentsFacts).sort());
});

const broken = Buffer.from(image);
broken[100] = (broken[100] ?? 0) ^ 1;
const elf = writeProgram({ machine: 183 });
const other = await signedImage(key, '1.2.4');
const { digest } = contextOf(image).candidate;

const rows: readonly (readonly [string, Uint8Array, ContentsSettings, string, string])[] = [
  ['of another format', image, { formats: { main: 'fit' } }, 'format-mismatch high', 'fail'],
  ['of no known format', body, {}, 'format-unknown info', 'pass'],
  ['that states another version', other, {}, 'version-mismatch high', 'fail'],
  ['whose version may be another', other, { sameVersion: false }, 'version-mismatch info', 'pass'],
  ['that states no version', elf, {}, 'version-not-stated info', 'pass'],
  ['for other hardware', elf, { hardwareIds: { thermostat: ['arm'] } }, 'hardware-mismatch high', 'fail'],
  ['for hardware that nobody named', elf, {}, 'hardware-not-compared info', 'pass'],
  ['that is too large for its slot', image, { slotBytes: { main: 20_000 } }, 'too-large-for-slot high', 'fail'],
  ['whose hash is wrong', broken, {}, 'hash-mismatch high', 'fail'],
  ['that ends early', image.subarray(0, 500), {}, 'malformed high', 'fail'],
  ['that was published', image, { publishedAs: [{ version: '1.0.0', digest }] }, 'published-before high', 'fail'],
];
for (const [what, bytes, settings, rule, verdict] of rows) {
  test(`an image ${what} is found: ${rule}`, async () => {
    const report = await check(bytes, settings);
    assert.ok(rulesOf(report).includes(rule), rulesOf(report).join('; '));
    assert.equal(report.verdict, verdict);
  });
}

test('the same bytes under the same version, and hardware that the fleet named, are fine', async () => {
  const published = await check(image, { publishedAs: [{ version: '1.2.3', digest }] });
  assert.deepEqual([published.verdict, published.facts.publishedAs], ['pass', ['1.2.3']]);
  const known = await check(elf, { hardwareIds: { thermostat: ['arm', 'aarch64'] } });
  assert.deepEqual([known.verdict, rulesOf(known)], ['pass', ['version-not-stated info']]);
});

test('an artifact of another size than declared fails', async () => {
  const context = contextOf(image);
  const candidate = { ...context.candidate, sizeBytes: image.length + 1 };
  const report = await collect(beginContents({ ...context, candidate }), files);
  assert.ok(rulesOf(report).includes('size-mismatch high'));
});

const problemOf = (code: WalkProblem['code'], place: string): WalkProblem => ({ code, place, message: 'So it is.' });
const big: readonly FakeEntry[] = [{ path: 'data.bin', content: Buffer.alloc(10_000) }];
const problemRows: readonly (readonly [WalkProblem, string, string])[] = [
  [problemOf('too-deep', 'data.bin!'), 'walk-too-deep high', 'fail'],
  [problemOf('too-compressed', 'data.bin!'), 'walk-too-compressed high', 'fail'],
  [problemOf('unsupported', 'data.bin!'), 'walk-unsupported low', 'inconclusive'],
  [problemOf('encrypted', 'data.bin'), 'walk-encrypted medium', 'inconclusive'],
  [problemOf('malformed', 'data.bin!x'), 'walk-malformed medium', 'pass'],
  [problemOf('unsupported', 'small'), 'walk-unsupported low', 'pass'],
  [problemOf('malformed', ''), 'walk-malformed high', 'fail'],
  [problemOf('encrypted', ''), 'walk-encrypted medium', 'inconclusive'],
];
for (const [problem, rule, verdict] of problemRows) {
  test(`a part (${problem.place}) that is ${problem.code} makes the verdict ${verdict}`, async () => {
    const report = await check(image, {}, { entries: big, problems: [problem] });
    assert.ok(rulesOf(report).includes(rule));
    assert.equal(report.verdict, verdict);
  });
}

test('more problems than a walk tells of are inconclusive', async () => {
  const problems = Array.from({ length: 200 }, (_, index) => problemOf('malformed', `x${index}`));
  assert.equal((await check(image, {}, { problems })).verdict, 'inconclusive');
});

test('the inventory has a line for everything, sorted by place', async () => {
  const { documents, facts } = await check(image);
  const [inventory] = documents;
  assert.equal(inventory?.kind, 'inventory');
  const lines = Buffer.from(inventory?.bytes ?? [])
    .toString()
    .trimEnd()
    .split('\n');
  const told = lines.map((line): Record<string, unknown> => JSON.parse(line));
  assert.deepEqual(
    told.map(({ place }) => place),
    ['bin', 'etc', 'etc/a', 'usr/bin/b'],
  );
  assert.deepEqual(told[0], { place: 'bin', kind: 'link', mode: '0777', userId: 0, groupId: 0, linkTarget: 'usr/bin' });
  const sha256 = '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed';
  assert.deepEqual(told[2], { place: 'etc/a', kind: 'file', sizeBytes: 3, sha256, userId: 0, groupId: 0 });
  assert.equal(facts.inventoryComplete, true);
});

test('an inventory that would grow without bound is cut off, and says so', async () => {
  const path = 'a'.repeat(4_000);
  const entries = Array.from({ length: 7_000 }, (_, index) => ({ path: `${path}${index}`, kind: 'folder' }) as const);
  const { documents, facts } = await check(image, {}, { entries });
  const size = documents[0]?.bytes.length ?? 0;
  assert.ok(size > 24_000_000 && size < 25_400_000, `${size}`);
  assert.deepEqual([facts.inventoryComplete, facts.entries], [false, 7_000]);
});
