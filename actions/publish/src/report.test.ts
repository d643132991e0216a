import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckReportsView, FindingView } from '@fettle/api';
import type { Severity } from '@fettle/model';
import { annotationsOf, countFrom, gateVerdictOf, summaryOf } from './report.ts';

const at = '2026-01-01T00:00:00.000Z';
const finding = (severity: Severity, change: Partial<FindingView> = {}): FindingView => ({
  ...{ gate: 'secrets', rule: 'private-key-pem', severity, place: 'etc/key', message: 'a key', fingerprint: 'f' },
  ...change,
});

function found(findings: readonly FindingView[], open: Partial<Record<Severity, number>>): CheckReportsView {
  const verdict = findings.length > 0 ? 'fail' : 'pass';
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0, ...open };
  const gates = [{ gate: 'secrets' as const, verdict, why: 'a <key> | b', open: counts, waived: 0 } as const];
  const digest = 'ab'.repeat(32);
  return {
    check: {
      ...{ id: 'chk_1', fleet: 'routers', version: '1.0.0', artifacts: [], supplied: [], status: 'done' },
      ...{ statusReason: '', policyDigest: digest, stages: [{ stage: 'production', verdict, gates: [...gates] }] },
      ...{ requestedBy: 'publisher:ci', createdAt: at, startedAt: at, endedAt: at },
    },
    reports: [
      {
        ...{ artifact: digest, gate: 'secrets', verdict, summary: '1 key `x`\n| y', findings: [...findings] },
        ...{ findingsLeftOut: 3, facts: {}, inputs: [] },
      },
      {
        ...{ artifact: digest, gate: 'hardening', verdict: 'pass', summary: '', findings: [] },
        ...{ findingsLeftOut: 0, facts: {}, inputs: [] },
      },
    ],
    records: [],
  } as CheckReportsView;
}

test('findings are told worst first, those that stop the release as errors, and those beyond the bound are counted', () => {
  const many = [...Array.from({ length: 60 }, () => finding('low')), finding('critical')];
  const lines = annotationsOf(found(many, { critical: 1 }))
    .trimEnd()
    .split('\n');
  assert.equal(lines.length, 51);
  assert.match(lines[0] ?? '', /^::error title=secrets%3A private-key-pem \(critical\)::etc\/key: a key$/);
  assert.match(lines[1] ?? '', /^::warning /);
  assert.match(lines.at(-1) ?? '', /^::notice .*14 more/);
});

test('the summary is a table in which no text of an image becomes markup', () => {
  const facts = { fleet: 'routers', version: '1.0.0', digests: ['ab'], reportUrl: '', outcome: ['<b>done</b>'] };
  const page = summaryOf(facts, found([finding('critical')], { critical: 1 }));
  assert.ok(page.includes('| secrets | ❌ fail | 1 critical | 1 key \\`x\\` \\| y |'), page);
  assert.ok(page.includes('| production | ❌ fail | secrets: a &lt;key&gt; \\| b |'), page);
  assert.ok(page.includes('- &lt;b&gt;done&lt;/b&gt;'), page);
});

test('fail-on counts what no waiver covers, and everything of gates that nobody demands', () => {
  const one = found([finding('critical'), finding('low')], { low: 1 });
  assert.equal(countFrom(one, 'high'), 0);
  assert.equal(countFrom(one, 'low'), 1);
  const hardening = one.reports[1];
  hardening?.findings.push(finding('high', { gate: 'hardening' }));
  assert.equal(countFrom(one, 'high'), 1);
});

test('the verdict is that of the best stage, and none where nothing is demanded', () => {
  const { check } = found([finding('critical')], {});
  assert.equal(gateVerdictOf(check), 'fail');
  assert.equal(gateVerdictOf({ ...check, stages: [] }), 'none');
  const stages = [...check.stages, { stage: 'development' as const, verdict: 'pass' as const, gates: [] }];
  assert.equal(gateVerdictOf({ ...check, stages }), 'pass');
});
