import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { SeverityScore } from '../osv/vulnerability.ts';
import { baseScore } from './cvss.ts';
import { rate, severityOf, unknownRating, worse } from './rating.ts';

// The judge's files import each other without an extension, as bundlers allow.
const hooks = registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier.startsWith('./') && context.parentURL?.includes('js-cvss') ? `${specifier}.js` : specifier, context),
});
const judge = await import('@pandatix/js-cvss');
hooks.deregister();

function vectors(prefix: string, metrics: Readonly<Record<string, string>>) {
  const values = Object.entries(metrics).map(([name, signs]) =>
    fc.constantFrom(...signs).map((sign) => `${name}:${sign}`),
  );
  return fc.tuple(...values).map((parts) => prefix + parts.join('/'));
}
const v3 = { AV: 'NALP', AC: 'LH', PR: 'NLH', UI: 'NR', S: 'UC', C: 'HLN', I: 'HLN', A: 'HLN' };
const v4 = {
  AV: 'NALP',
  AC: 'LH',
  AT: 'NP',
  PR: 'NLH',
  UI: 'NPA',
  VC: 'HLN',
  VI: 'HLN',
  VA: 'HLN',
  SC: 'HLN',
  SI: 'HLN',
  SA: 'HLN',
};
const score = (type: SeverityScore['type'], text: string) => baseScore({ type, score: text });

/** The judge forgets the last step for some vectors of version 3.0. @source CVSS v3.1 appendix A */
function roundedUp(value: number): number {
  return Math.ceil(Math.round(value * 100_000) / 10_000) / 10;
}

describe('the base score of a CVSS vector', () => {
  it('is what a second implementation says: version 2', () => {
    const all = vectors('', { AV: 'LAN', AC: 'HML', Au: 'MSN', C: 'NPC', I: 'NPC', A: 'NPC' });
    fc.assert(
      fc.property(all, (text) => assert.equal(score('CVSS_V2', text), new judge.CVSS20(text).BaseScore())),
      { numRuns: 1_000 },
    );
  });

  it('is what a second implementation says: versions 3.0 and 3.1', () => {
    const agree = (version: '3.0' | '3.1', second: (text: string) => number) =>
      fc.assert(
        fc.property(vectors(`CVSS:${version}/`, v3), (text) =>
          assert.equal(score('CVSS_V3', text), roundedUp(second(text))),
        ),
        { numRuns: 1_000 },
      );
    agree('3.0', (text) => new judge.CVSS30(text).BaseScore());
    agree('3.1', (text) => new judge.CVSS31(text).BaseScore());
  });

  it('is what a second implementation says: version 4.0, but for halves that one rounds down by an error of binary fractions', () => {
    let others = 0;
    const runs = 1_500;
    fc.assert(
      fc.property(vectors('CVSS:4.0/', v4), (text) => {
        const difference = (score('CVSS_V4', text) ?? Number.NaN) - new judge.CVSS40(text).Score();
        assert.ok(Math.abs(difference) < 0.05 || Math.abs(difference - 0.1) < 1e-6, `${text}: ${difference}`);
        others += Math.abs(difference) < 0.05 ? 0 : 1;
      }),
      { numRuns: runs },
    );
    assert.ok(others < runs / 20, `${others} of ${runs} differ`);
  });

  it('leaves temporal, threat and environmental metrics out, in any order', () => {
    assert.equal(score('CVSS_V3', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O/MAV:P'), 9.8);
    assert.equal(score('CVSS_V3', 'CVSS:3.1/A:H/I:H/C:H/S:U/UI:N/PR:N/AC:L/AV:N'), 9.8);
    assert.equal(score('CVSS_V4', 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U'), 9.3);
    assert.equal(score('CVSS_V2', 'AV:N/AC:L/Au:N/C:P/I:P/A:P/E:U'), 7.5);
  });

  it('is unknown, never 0, when the vector is not whole', () => {
    const broken: [SeverityScore['type'], string][] = [
      ['CVSS_V3', ''],
      ['CVSS_V3', '9.8'],
      ['CVSS_V3', 'CVSS:3.1/AV:N'],
      ['CVSS_V3', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:Z'],
      ['CVSS_V3', 'CVSS:3.1/AV:N/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'],
      ['CVSS_V3', 'CVSS:3.1/AV:NA/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'],
      ['CVSS_V3', 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N'],
      ['CVSS_V2', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'],
      ['CVSS_V4', 'CVSS:5.0/AV:N'],
      ['word', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'],
    ];
    for (const [type, text] of broken) assert.equal(score(type, text), null, `${type} ${text}`);
    // No impact at all is a score, and it is 0.
    assert.equal(score('CVSS_V3', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N'), 0);
  });

  it('may be asked of anything', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('CVSS_V2', 'CVSS_V3', 'CVSS_V4'),
        fc.string(),
        (type, text) => void score(type, text),
      ),
    );
  });
});

describe('a rating', () => {
  const vector = { type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' } as const;

  it('is by the worst score', () => {
    const lower = { type: 'CVSS_V2', score: 'AV:N/AC:L/Au:N/C:P/I:P/A:P' } as const;
    assert.deepEqual(rate([lower, vector]), { cvss: 9.8, vector: vector.score, severity: 'critical' });
    assert.deepEqual(rate([vector, lower]), rate([lower, vector]));
  });

  it('is by a word where there is no score, and unknown without either', () => {
    assert.deepEqual(rate([{ type: 'word', score: 'moderate' }]), { cvss: null, vector: null, severity: 'medium' });
    assert.deepEqual(
      rate([
        { type: 'word', score: 'low' },
        { type: 'word', score: 'important' },
      ]).severity,
      'high',
    );
    assert.deepEqual(rate([{ type: 'word', score: 'constructor' }]), unknownRating);
    assert.deepEqual(rate([]), unknownRating);
  });

  it('has the borders of the specification', () => {
    const words = [0, 0.1, 3.9, 4, 6.9, 7, 8.9, 9, 10].map(severityOf);
    assert.deepEqual(words, ['info', 'low', 'low', 'medium', 'medium', 'high', 'high', 'critical', 'critical']);
  });

  it('of two is the worse, where known beats unknown', () => {
    const low = rate([{ type: 'word', score: 'low' }]);
    assert.equal(worse(unknownRating, low), low);
    assert.equal(worse(rate([vector]), low).cvss, 9.8);
    assert.equal(worse(rate([{ type: 'word', score: 'critical' }]), rate([vector])).cvss, 9.8);
  });
});
