import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KeyDemand, Verdict } from '@fettle/model';
import { generateKeyPem, readPublicKey } from '@fettle/trust';
import type { GateInput, GateReport } from '../core/gate.ts';
import { judgeStages } from './judge-stages.ts';
import { policyProblem } from './policy-problem.ts';

const [ada, ben] = [generateKeyPem().publicKeyPem, generateKeyPem().publicKeyPem];
const idOf = (pem: string) => readPublicKey(pem).id as string;
const rules: GateInput = { name: 'vulnerability rules', version: '1', publishedAt: null };
const osv = (...signedBy: readonly string[]): GateInput => ({
  name: 'osv: osv.dev/Debian',
  version: 'a'.repeat(64),
  publishedAt: 5,
  ...(signedBy.length > 0 ? { signedBy: signedBy.map(idOf) } : {}),
});

function verdictOf(dataSets: KeyDemand | undefined, inputs: readonly GateInput[], when = 'pass') {
  const rest = { findings: [], findingsLeftOut: 0, facts: {}, documents: [] };
  const reports: GateReport[] = [
    { gate: 'vulnerabilities', verdict: 'pass', summary: 'Nothing known.', inputs: [rules, ...inputs], ...rest },
    { gate: 'secrets', verdict: 'pass', summary: 'No secrets.', inputs: [], ...rest },
  ];
  const demands = [{ gate: 'vulnerabilities', when } as const, { gate: 'secrets', when: 'pass' } as const];
  const policy = {
    stages: [{ stage: 'production', groups: [], demands, approvals: [] } as const],
    ...(dataSets ? { dataSets } : {}),
  };
  return judgeStages(policy, reports, () => false)[0];
}

describe('a stage under a policy that says whose data count', () => {
  const cases: readonly (readonly [string, KeyDemand | undefined, readonly GateInput[], Verdict])[] = [
    ['is judged on any data where it does not', undefined, [osv()], 'pass'],
    ['is passed on data that were signed by enough', { keys: [ada, ben], threshold: 2 }, [osv(ada, ben)], 'pass'],
    ['is left open on unsigned data', { keys: [ada], threshold: 1 }, [osv()], 'inconclusive'],
    ['is left open on data that a stranger signed', { keys: [ada], threshold: 1 }, [osv(ben)], 'inconclusive'],
    ['is left open on data that too few signed', { keys: [ada, ben], threshold: 2 }, [osv(ada)], 'inconclusive'],
    ['counts a key once', { keys: [ada, ben], threshold: 2 }, [osv(ada, ada)], 'inconclusive'],
    ['is left open when one set of two is unsigned', { keys: [ada], threshold: 1 }, [osv(ada), osv()], 'inconclusive'],
    ['is left open without data', { keys: [ada], threshold: 1 }, [], 'inconclusive'],
  ];
  for (const [what, demand, inputs, verdict] of cases) {
    it(what, () => {
      const judged = verdictOf(demand, inputs);
      assert.deepEqual(
        [judged?.verdict, judged?.gates[0]?.verdict, judged?.gates[1]?.verdict],
        [verdict, verdict, 'pass'],
      );
    });
  }

  it('is left open whatever an expression would make of nothing', () => {
    assert.equal(verdictOf({ keys: [ada], threshold: 1 }, [], 'open.critical == 0')?.verdict, 'inconclusive');
    assert.equal(verdictOf({ keys: [ada], threshold: 1 }, [osv()], 'verdict == "pass"')?.verdict, 'inconclusive');
    assert.equal(verdictOf({ keys: [ada], threshold: 1 }, [osv(ada)], 'open.critical == 0')?.verdict, 'pass');
  });

  it('says which data it is about', () => {
    const why = verdictOf({ keys: [ada], threshold: 1 }, [osv()])?.gates[0]?.why ?? '';
    assert.match(why, /fewer than 1 of the keys .* osv: osv\.dev\/Debian \(aaaaaaaaaaaa\).* Nothing known\./);
  });
});

describe('whose data count', () => {
  const problemOf = (dataSets: unknown) =>
    policyProblem({
      stages: [{ stage: 'production', groups: [], demands: [], approvals: [] }],
      settings: {},
      waivers: { keys: [], threshold: 1 },
      dataSets: dataSets as KeyDemand,
      onNewFindings: 'alert',
    });

  it('is said by keys and how many of them, or not at all', () => {
    assert.equal(problemOf(undefined), undefined);
    assert.equal(problemOf({ keys: [ada, ben], threshold: 2 }), undefined);
    assert.equal(problemOf({ keys: [], threshold: 1 })?.place, 'dataSets.keys');
    assert.equal(problemOf({ keys: [ada], threshold: 2 })?.place, 'dataSets.threshold');
    assert.equal(problemOf({ keys: [ada], threshold: 0 })?.place, 'dataSets.threshold');
    assert.equal(problemOf({ keys: Array.from({ length: 99 }, () => ada), threshold: 1 })?.place, 'dataSets.keys');
  });
});
