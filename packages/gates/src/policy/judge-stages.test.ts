import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Finding, ReleaseGate, Severity, StagePolicy, Verdict } from '@fettle/model';
import { fingerprintOf } from '../core/findings.ts';
import type { GateReport } from '../core/gate.ts';
import { judgeStages } from './judge-stages.ts';

const nobody = () => false;

function findingOf(gate: ReleaseGate, severity: Severity, rule = 'rule'): Finding {
  const fingerprint = fingerprintOf(gate, rule, [severity]);
  return { gate, rule, severity, place: 'etc/x', message: 'Something was found.', fingerprint };
}

function reportOf(gate: ReleaseGate, verdict: Verdict, about: Partial<GateReport> = {}): GateReport {
  const rest = { findings: [], findingsLeftOut: 0, facts: {}, inputs: [], documents: [] };
  return { gate, verdict, summary: `${gate} says ${verdict}.`, ...rest, ...about };
}

function production(...demands: StagePolicy['demands']): StagePolicy {
  return { stage: 'production', groups: [], demands, approvals: [] };
}
const secretsPass = production({ gate: 'secrets', when: 'pass' });

function verdictOf(stage: StagePolicy, reports: readonly GateReport[], isWaived = nobody as (f: Finding) => boolean) {
  return judgeStages({ stages: [stage] }, reports, isWaived)[0];
}

describe('a stage', () => {
  it('is passed when every demanded gate passes for every artifact', () => {
    const judged = verdictOf(secretsPass, [reportOf('secrets', 'pass'), reportOf('secrets', 'pass')]);
    assert.equal(judged?.verdict, 'pass');
    assert.equal(verdictOf(production(), [])?.verdict, 'pass', 'nothing is demanded');
  });

  it('is not passed when one artifact of several fails', () => {
    const bad = reportOf('secrets', 'fail', { findings: [findingOf('secrets', 'critical')] });
    const judged = verdictOf(secretsPass, [reportOf('secrets', 'pass'), bad]);
    assert.equal(judged?.verdict, 'fail');
    assert.equal(judged?.gates[0]?.open.critical, 1);
  });

  it('is not passed by a gate that did not run or could not see', () => {
    assert.equal(verdictOf(secretsPass, [])?.verdict, 'inconclusive');
    assert.equal(verdictOf(secretsPass, [reportOf('secrets', 'inconclusive')])?.verdict, 'inconclusive');
  });

  it('is passed when waivers cover every serious finding, and these stay visible', () => {
    const bad = reportOf('secrets', 'fail', {
      findings: [findingOf('secrets', 'critical'), findingOf('secrets', 'low')],
    });
    const judged = verdictOf(secretsPass, [bad], ({ severity }) => severity === 'critical');
    assert.equal(judged?.verdict, 'pass');
    assert.deepEqual([judged?.gates[0]?.waived, judged?.gates[0]?.open.low], [1, 1]);
  });

  it('is not passed by a milder finding that the gate fails by, waived ones beside it or not', () => {
    const mild: Finding = { ...findingOf('secrets', 'medium'), blocks: true };
    const both = reportOf('secrets', 'fail', { findings: [findingOf('secrets', 'critical'), mild] });
    const isGrave = ({ severity }: Finding) => severity === 'critical';
    assert.equal(verdictOf(secretsPass, [both], isGrave)?.verdict, 'fail');
    assert.equal(verdictOf(secretsPass, [both], () => true)?.verdict, 'pass');
    const alone = reportOf('secrets', 'fail', { findings: [mild] });
    assert.equal(verdictOf(secretsPass, [alone])?.verdict, 'fail');
    assert.equal(verdictOf(secretsPass, [alone], () => true)?.verdict, 'pass');
  });

  it('cannot be waived through a failure that no finding explains, or when findings were left out', () => {
    const unexplained = reportOf('provenance', 'fail');
    const stage = production({ gate: 'provenance', when: 'pass' });
    assert.equal(verdictOf(stage, [unexplained], () => true)?.verdict, 'fail');
    const many = reportOf('secrets', 'fail', { findings: [findingOf('secrets', 'critical')], findingsLeftOut: 9 });
    assert.equal(verdictOf(secretsPass, [many], () => true)?.verdict, 'fail');
  });

  it('asks an expression about every artifact, and fails where one does not meet it or has no answer', () => {
    const stage = production({ gate: 'vulnerabilities', when: 'facts.maxCvss < 9.0' });
    const of = (maxCvss: number | null) => reportOf('vulnerabilities', 'pass', { facts: { maxCvss } });
    assert.equal(verdictOf(stage, [of(4), of(8.9)])?.verdict, 'pass');
    assert.equal(verdictOf(stage, [of(4), of(9.8)])?.verdict, 'fail');
    assert.equal(verdictOf(stage, [of(4), of(null)])?.verdict, 'inconclusive');
  });

  it('lets vulnerabilities below critical through when a gate has to pass', () => {
    const stage = production({ gate: 'vulnerabilities', when: 'pass' });
    const high = reportOf('vulnerabilities', 'pass', { findings: [findingOf('vulnerabilities', 'high')] });
    assert.equal(verdictOf(stage, [high])?.verdict, 'pass');
  });
});
