import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { askDemand, type DemandSubject, demandProblem, longestDemand } from './demand.ts';

const subject: DemandSubject = {
  verdict: 'fail',
  open: { critical: 0, high: 2, medium: 1, low: 0, info: 3 },
  waived: 1,
  facts: { maxCvss: 8.8, exploited: false, packages: 120, oldestDataDays: null, ecosystems: ['Debian:12', 'Go'] },
};

describe('expressions of a policy', () => {
  const met: readonly string[] = [
    'open.critical == 0',
    'open.critical + open.high <= 2',
    'facts.maxCvss < 9.0',
    'facts.maxCvss < 9',
    'facts.packages > 100.5',
    '!facts.exploited && waived < 2',
    '"Go" in facts.ecosystems',
    'facts.ecosystems.all(e, e.startsWith("Debian") || e == "Go")',
    'verdict != "inconclusive"',
  ];
  for (const expression of met) {
    it(`are met: ${expression}`, () => assert.deepEqual(askDemand(expression, subject), { ok: true, met: true }));
  }

  for (const expression of ['open.high == 0', 'facts.exploited', 'verdict == "pass"']) {
    it(`are not met: ${expression}`, () => assert.deepEqual(askDemand(expression, subject), { ok: true, met: false }));
  }

  for (const expression of ['facts.nobodyTells > 1', 'facts.oldestDataDays < 3', '1 + 1', '(', 'facts.maxCvss < "9"']) {
    it(`without an answer say so: ${expression}`, () => assert.equal(askDemand(expression, subject).ok, false));
  }

  it('are refused with the place of the mistake before they are saved', () => {
    const facts = ['maxCvss', 'exploited'];
    assert.equal(demandProblem('facts.maxCvss < 9.0 && open.critical == 0', facts), undefined);
    assert.equal(demandProblem('verdict == "facts.wrong"', facts), undefined, 'texts name no facts');
    assert.equal(demandProblem('facts.maxCVSS < 9.0', facts)?.position, 6);
    assert.equal(demandProblem('open.serious == 0', facts)?.position, 5);
    assert.match(demandProblem('facts.maxCvss <', facts)?.message ?? '', /not CEL/);
    assert.equal(demandProblem('a'.repeat(longestDemand + 1), facts)?.position, longestDemand);
  });

  it('end with an answer or a refusal, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        assert.equal(typeof askDemand(text, subject).ok, 'boolean');
        demandProblem(text, []);
      }),
      { numRuns: 500 },
    );
  });
});
