import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ReleaseGate, Verdict } from '@fettle/model';
import fc from 'fast-check';
import type { JudgedFindings, Judgement } from './judgement.ts';
import { worsened } from './worsened.ts';

const found = (gate: ReleaseGate, open: string[] = [], waived: string[] = []): JudgedFindings => {
  return { gate, open, openCount: open.length, waived };
};

function judgement(verdicts: Partial<Record<ReleaseGate, Verdict>>, findings: JudgedFindings[] = []): Judgement {
  const gates = Object.entries(verdicts).map(([gate, verdict]) => ({ gate: gate as ReleaseGate, verdict }));
  const verdict = gates.some((one) => one.verdict === 'fail') ? 'fail' : 'pass';
  return { stages: [{ stage: 'production', verdict, gates }], findings };
}

const names = new Map([['aa', 'CVE-2026-1 in pkg:deb/debian/openssl']]);
const whys = (shown: Judgement, today: Judgement) =>
  worsened(shown, today, { stage: 'production', names }).map(({ why }) => why);

describe('what is worse than it was shown', () => {
  const shown = judgement({ secrets: 'pass', vulnerabilities: 'pass' }, [
    found('secrets', [], ['11']),
    found('vulnerabilities', ['bb']),
  ]);

  it('is nothing while everything stands, and when it becomes better', () => {
    assert.deepEqual(whys(shown, shown), []);
    const better = judgement({ secrets: 'pass', vulnerabilities: 'pass' }, [
      found('secrets'),
      found('vulnerabilities'),
    ]);
    assert.deepEqual(whys(shown, better), []);
    const failed = judgement({ secrets: 'fail', vulnerabilities: 'pass' }, shown.findings.slice());
    assert.deepEqual(whys(failed, shown), [], 'a verdict that became better');
  });

  it('is a serious finding that was not open then, though there are no more of them', () => {
    const today = judgement({ secrets: 'pass', vulnerabilities: 'pass' }, [
      found('secrets', [], ['11']),
      found('vulnerabilities', ['aa']),
    ]);
    assert.deepEqual(whys(shown, today), ['something new was found: CVE-2026-1 in pkg:deb/debian/openssl']);
    const unseen = judgement({ vulnerabilities: 'pass', secrets: 'pass' }, [
      found('secrets', [], ['11']),
      { ...found('vulnerabilities', ['bb']), openCount: 5 },
    ]);
    assert.deepEqual(whys(shown, unseen), [
      'something new was found: 5 serious findings of vulnerabilities, 1 were shown',
    ]);
  });

  it('is a finding that a waiver covered then, and one that a waiver covers only since', () => {
    const opened = judgement({ secrets: 'fail', vulnerabilities: 'pass' }, [found('secrets', ['11'])]);
    assert.deepEqual(whys(shown, opened), ['something new was found: 11']);
    const waived = judgement({ secrets: 'pass', vulnerabilities: 'pass' }, [
      found('secrets', [], ['11']),
      found('vulnerabilities', [], ['bb']),
    ]);
    assert.deepEqual(whys(shown, waived), ['something was waived since: bb']);
  });

  it('is a worse verdict, a gate that was not demanded and does not pass, and one that is demanded no more', () => {
    const open = shown.findings.slice();
    assert.deepEqual(whys(shown, judgement({ secrets: 'inconclusive', vulnerabilities: 'pass' }, open)), [
      'the gate secrets says inconclusive, it said pass',
    ]);
    assert.deepEqual(whys(shown, judgement({ secrets: 'pass', vulnerabilities: 'pass', sbom: 'fail' }, open)), [
      'the gate sbom says fail, and was not demanded',
    ]);
    assert.deepEqual(whys(shown, judgement({ secrets: 'pass', vulnerabilities: 'pass', sbom: 'pass' }, open)), []);
    assert.deepEqual(whys(shown, judgement({ secrets: 'pass' }, open)), [
      'the gate vulnerabilities is no longer demanded',
    ]);
  });

  it('is of one stage: another does not matter, and one that nobody was shown has no signatures', () => {
    const [stage] = shown.stages;
    assert.ok(stage);
    const staging = { ...stage, stage: 'staging' as const };
    const both: Judgement = { ...shown, stages: [{ ...staging, verdict: 'fail' }, stage] };
    assert.deepEqual(whys(shown, both), []);
    const told = worsened(shown, both, { stage: 'staging', names });
    assert.deepEqual(told, [{ gate: null, why: 'the policy had no stage staging when it was signed' }]);
    assert.deepEqual(worsened(shown, shown, { stage: 'development', names }), []);
  });

  it('is never anything against itself, and always something when a finding is added', () => {
    const prints = fc.uniqueArray(fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), maxLength: 8 }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(prints, prints, fc.constantFrom<Verdict>('pass', 'inconclusive', 'fail'), (open, waived, verdict) => {
        const one = judgement({ secrets: verdict }, [found('secrets', open, waived)]);
        assert.deepEqual(whys(one, one), []);
        const more = judgement({ secrets: verdict }, [found('secrets', [...open, 'new one'], waived)]);
        assert.equal(whys(one, more).length, 1);
        assert.deepEqual(whys(more, one), []);
      }),
      { numRuns: 200 },
    );
  });
});
