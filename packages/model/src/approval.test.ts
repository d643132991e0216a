import assert from 'node:assert/strict';
import { it } from 'node:test';
import { missingApprovals, type ReleaseApproval, whyVoid } from './approval.ts';
import { checkId } from './release-check.ts';

const check = checkId(`chk_${'a'.repeat(26)}`);
const other = checkId(`chk_${'b'.repeat(26)}`);
const digest = 'c'.repeat(64) as ReleaseApproval['evidence'];

function approval(person: string, changes: Partial<ReleaseApproval> = {}): ReleaseApproval {
  const who = { meaning: 'tested', role: 'qa', person, fullName: person, reason: 'report 17' };
  return { ...who, at: 5, method: 'password', manifest: digest, check, evidence: digest, judged: digest, ...changes };
}

const found = (sparesStarted: boolean) => [
  { stage: 'production' as const, at: 50, why: 'something new', sparesStarted },
];

it('a signature counts for the check and the stage that it was given for, each person once', () => {
  const stage = { stage: 'production', approvals: [{ meaning: 'tested', role: 'qa', count: 2 }] } as const;
  const clearance = { check, policyDigest: digest, stages: [], at: 1 };
  const missing = (...approvals: ReleaseApproval[]) =>
    missingApprovals(stage, { approvals, clearance }, null).map((one) => one.found);
  assert.deepEqual(missing(approval('ada'), approval('bob')), []);
  assert.deepEqual(missing(approval('ada'), approval('ada')), [1]);
  assert.deepEqual(missing(approval('ada'), approval('bob', { check: other })), [1]);
  assert.deepEqual(missing(approval('ada'), approval('bob', { role: 'manager' })), [1]);
  assert.deepEqual(missing(approval('ada', { void: found(true) }), approval('bob')), [1]);
  assert.deepEqual(missing(), [0]);
});

it('a void signature counts on for rollouts that had started before, only where that is said', () => {
  const of = (stage: 'staging' | 'production', startedAt: number | null) => ({ stage, check, startedAt });
  const spared = approval('ada', { void: found(true) });
  assert.equal(whyVoid(spared, of('staging', null)), null, 'another stage');
  assert.equal(whyVoid(spared, of('production', null)), 'something new');
  assert.equal(whyVoid(spared, of('production', 49)), null);
  assert.equal(whyVoid(spared, of('production', 50)), 'something new', 'at the same instant: not before');
  assert.equal(whyVoid(approval('ada', { void: found(false) }), of('production', 1)), 'something new');
  assert.match(whyVoid(approval('ada', { check: other }), of('production', null)) ?? '', /checked anew/);
});
