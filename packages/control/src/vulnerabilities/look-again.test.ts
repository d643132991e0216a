import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { GateReport } from '@fettle/gates';
import type { Digest, Finding } from '@fettle/model';
import { lookAgainAt } from './look-again.ts';

const finding = (details: Finding['details']): Finding => {
  const about = { gate: 'vulnerabilities', rule: 'CVE-2026-1', severity: 'info', place: '', message: '' } as const;
  return { ...about, fingerprint: 'f'.repeat(32), ...(details ? { details } : {}) };
};

function kept(findings: readonly Finding[], findingsLeftOut = 0) {
  const rest = { verdict: 'pass', summary: '', facts: {}, inputs: [], documents: [] } as const;
  const report: GateReport = { gate: 'vulnerabilities', findings, findingsLeftOut, ...rest };
  return [{ artifact: 'a'.repeat(64) as Digest, reports: [report] }];
}

it('a release is looked at again when the first statement that closes a finding is over', () => {
  const ends = (text: string) => finding({ vexExpiresAt: text });
  const now = Date.parse('2026-11-01T00:00:00Z');
  const two = kept([ends('2027-03-01T00:00:00.000Z'), finding({ open: true }), ends('2026-12-01T00:00:00.000Z')]);
  assert.equal(lookAgainAt(two, now), Date.parse('2026-12-01T00:00:00Z'));
  assert.equal(lookAgainAt(kept([finding({ open: true }), finding(undefined)]), now), null);
  assert.equal(lookAgainAt([], now), null);
  assert.equal(lookAgainAt(kept([ends('2026-10-01T00:00:00.000Z')]), now), null, 'one that is over closes nothing');
  assert.equal(lookAgainAt(kept([], 3), now), now + 86_400_000, 'nobody kept what was left out: once a day');
});
