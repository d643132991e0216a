import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { compareVersions } from '@fettle/gates/vulnerabilities';
import { need } from '../need.ts';
import { makeDpkg, makePep440, makeRpm, pairsOf } from './random-versions.ts';

const hasDpkg = need('the order of Debian versions', ['dpkg']);
const hasRpm = need('the order of RPM versions', ['rpm']);
// What Policy allows: digits before a colon, nothing empty after a dash.
const dpkgVersions = {
  make: makeDpkg,
  isVersion: (text: string) => /^(?:\d+:)?\d[^:]*$/.test(text) && !text.endsWith('-'),
};
const rpmVersions = { make: makeRpm, isVersion: (text: string) => /^(?:\d+:)?[^:]+$/.test(text) };
const hasPackaging = need('the order of Python versions', ['/usr/lib/python3/dist-packages/packaging/version.py']);

test('10,000 pairs of Debian versions are ordered as dpkg --compare-versions says', { skip: !hasDpkg }, () => {
  const pairs = pairsOf(10_000, 2, dpkgVersions);
  const loop = `while IFS="$(printf '\\t')" read -r a b; do
    if dpkg --compare-versions "$a" lt "$b" 2>/dev/null; then echo -1
    elif dpkg --compare-versions "$a" eq "$b" 2>/dev/null; then echo 0
    elif dpkg --compare-versions "$a" gt "$b" 2>/dev/null; then echo 1
    else echo "dpkg does not compare $a and $b"; fi
  done`;
  const judged = askAll('sh', ['-c', loop], pairs);
  assert.equal(judged.filter(Number.isNaN).length, 0);
  compareAll('Debian:12', pairs, judged);
  compareAll('Ubuntu:22.04', pairs, judged);
});

test('10,000 pairs of RPM versions are ordered as rpm orders them', { skip: !hasRpm }, () => {
  const pairs = pairsOf(10_000, 3, rpmVersions);
  const lua =
    '%{lua:for line in io.lines() do local a, b = line:match("^([^\\t]*)\\t(.*)$"); print(rpm.vercmp(a, b) .. "\\n") end}';
  compareAll('Rocky Linux:9', pairs, askAll('rpm', ['--eval', lua], pairs));
});

test('10,000 pairs of Python versions are ordered as the library of pip orders them', { skip: !hasPackaging }, () => {
  const pairs = pairsOf(10_000, 5, { make: makePep440, isVersion: () => true });
  const script =
    'import sys\nfrom packaging.version import Version, InvalidVersion\nfor line in sys.stdin:\n a, b = line.rstrip("\\n").split("\\t")\n try:\n  x, y = Version(a), Version(b)\n  print((x > y) - (x < y))\n except InvalidVersion: print("-")\n';
  const judged = askAll('/usr/bin/python3', ['-c', script], pairs);
  assert.ok(judged.filter((order) => !Number.isNaN(order)).length > 5_000);
  compareAll('PyPI', pairs, judged);
});

/** One process judges all pairs: a line in, an order out. NaN where the judge takes one of them for no version. */
function askAll(program: string, args: readonly string[], pairs: readonly [string, string][]): number[] {
  const input = pairs.map(([a, b]) => `${a}\t${b}\n`).join('');
  const { status, stdout, stderr } = spawnSync(program, args, { input, encoding: 'utf8', maxBuffer: 1 << 24 });
  assert.equal(status, 0, stderr.slice(0, 500));
  const judged = stdout
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(Number);
  assert.equal(judged.length, pairs.length);
  return judged;
}

function compareAll(ecosystem: string, pairs: readonly [string, string][], judged: readonly number[]): void {
  const wrong = pairs.flatMap(([a, b], at) => {
    const ours = compareVersions(ecosystem, a, b);
    const back = compareVersions(ecosystem, b, a);
    const expected = judged[at] ?? Number.NaN;
    const agrees = Number.isNaN(expected) || (ours === Math.sign(expected) && back === 0 - ours);
    return agrees ? [] : [`${a} ? ${b}: expected ${expected}, found ${ours}, and ${back} the other way round`];
  });
  assert.deepEqual(wrong.slice(0, 10), []);
}
