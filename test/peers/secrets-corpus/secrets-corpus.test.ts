import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { beginSecrets, secretsFacts } from '@fettle/gates/run';
import type { Finding } from '@fettle/model';
import { need } from '../need.ts';
import { installedFiles } from './installed-files.ts';
import { type Planted, plantSecrets, plantTools } from './plant.ts';
import { whyTrue } from './true-findings.ts';
import { checkFiles, context, walkedFile, walkOf } from './walked.ts';

const folder = mkdtempSync(join(tmpdir(), 'fettle-secrets-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const count = 300;
const mib = 1_048_576;
const borders = 4;

describe('secrets that were planted', { skip: !need('secrets-corpus', plantTools) }, () => {
  const planted = plantSecrets({ seed: 20_261, count, folder });

  test('are found, 98 in 100 of them, by a rule for their kind', async (t) => {
    const { findings } = await checkFiles(planted.map(({ path, bytes }) => walkedFile(path, bytes)));
    const missed = planted.filter((one) => !isFound(one, findings));
    for (const { kind, shape, path } of missed) t.diagnostic(`missed: ${kind} as ${shape} in ${path}`);
    t.diagnostic(`${count - missed.length} of ${count} found, ${new Set(planted.map(({ kind }) => kind)).size} kinds`);
    assert.ok(missed.length <= count * 0.02, `Expected at most 2 % missed, found ${missed.length} of ${count}.`);
  });

  test('are found at every border between windows of a large file', async (t) => {
    const small = planted.filter(({ shape, bytes }) => shape === 'binary' && bytes.length < 16_384);
    const missed: string[] = [];
    for (let first = 0; first < small.length; first += borders) {
      const bytes = Buffer.alloc(34 * mib, 'filler of a large image, line after line\n');
      const four = small.slice(first, first + borders);
      // Each lies across a border, a little further on than the one before.
      for (const [index, one] of four.entries()) bytes.set(one.bytes, (index + 1) * 8 * mib - 8_192 + first * 97);
      const { findings } = await checkFiles([walkedFile('image.bin', bytes, { isLarge: true })]);
      for (const one of four) if (!findings.some(({ rule }) => one.rules.includes(rule))) missed.push(one.kind);
    }
    t.diagnostic(`${small.length - missed.length} of ${small.length} found`);
    assert.deepEqual(missed, []);
  });

  test('never stand in the report', async () => {
    const report = await checkFiles(planted.map(({ path, bytes }) => walkedFile(path, bytes)));
    const text = JSON.stringify(report);
    for (const token of tokensIn(planted))
      assert.ok(!text.includes(token), `Expected no token in the report, found one of ${token.length}.`);
    assert.deepEqual(Object.keys(report.facts).sort(), Object.keys(secretsFacts).sort());
  });
});

describe('what Debian installs', () => {
  test('has at most five false findings in half a gigabyte', async (t) => {
    const collector = beginSecrets(context);
    const { files, bytes } = installedFiles(550_000_000);
    for (const open of files) await collector.file?.(open());
    const { findings, findingsLeftOut } = await collector.end(walkOf(files.length, bytes));
    const unexplained = findings.filter((finding) => {
      const why = whyTrue(finding);
      t.diagnostic(`${finding.rule} in ${finding.place}: ${why ?? 'FALSE'}`);
      return why === undefined;
    });
    t.diagnostic(`${files.length} files, ${bytes} bytes, ${findings.length} findings, ${unexplained.length} false`);
    assert.equal(findingsLeftOut, 0);
    assert.ok(unexplained.length <= 5, `Expected at most 5 false findings, found ${unexplained.length}.`);
  });
});

function isFound(one: Planted, findings: readonly Finding[]): boolean {
  return findings.some(({ place, rule }) => place === one.path && one.rules.includes(rule));
}

function tokensIn(planted: readonly Planted[]): readonly string[] {
  return planted.flatMap(({ bytes, shape }) =>
    shape === 'text'
      ? (bytes.toString('latin1').match(/(?:ghp_|npm_|AKIA|glpat-|sk_live_)[A-Za-z0-9_-]{16,}/g) ?? [])
      : [],
  );
}
