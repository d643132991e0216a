import assert from 'node:assert/strict';
import { it } from 'node:test';
import { checkId, type Fleet, groupName, type Release, type Rollout, type StageVerdict } from '@fettle/model';
import type { Page } from '../ports.ts';
import { demandCleared, demandOnlyOne, holdsOf } from './start-demands.ts';

const [all, beta] = [groupName('all'), groupName('beta')];
const stages = [
  { stage: 'development', groups: [beta], demands: [], approvals: [] },
  {
    stage: 'production',
    groups: [],
    demands: [{ gate: 'secrets', when: 'pass' }],
    approvals: [{ meaning: 'tested', role: 'qa', count: 1 }],
  },
] as const;
const fleet = { id: 'hubs', releasePolicy: { stages } } as unknown as Fleet;
const check = checkId(`chk_${'a'.repeat(26)}`);
const judged = (verdict: StageVerdict['verdict']): StageVerdict => ({
  stage: 'production',
  verdict,
  gates: [{ gate: 'secrets', verdict, why: '1 high is open', open: {} as never, waived: 0 }],
});
const release = (verdict?: StageVerdict['verdict']): Release => {
  const clearance = verdict && { check, policyDigest: 'd', stages: [judged(verdict)], at: 1 };
  return { id: 'rel_1', version: '1.0.0', ...(clearance ? { clearance } : {}) } as unknown as Release;
};
const rollout = (change: Partial<Rollout> = {}): Rollout =>
  ({
    id: 'rol_1',
    fleet: 'hubs',
    release: 'rel_1',
    group: all,
    status: 'running',
    returns: null,
    startedAt: null,
    ...change,
  }) as Rollout;

it('a release that the gates do not clear for the stage of the group starts nothing, and says why', () => {
  assert.throws(() => demandCleared(fleet, release('fail'), rollout()), {
    code: 'gate-failed',
    message:
      'The gates do not clear release 1.0.0 for stage production, in which group all lives: secrets: 1 high is open.',
    details: { version: '1.0.0', stage: 'production', checked: true, next: 'fettle release report 1.0.0' },
  });
  assert.throws(() => demandCleared(fleet, release(), rollout()), { code: 'gate-failed', message: /not looked at it/ });
  demandCleared(fleet, release('pass'), rollout());
  demandCleared(fleet, release('fail'), rollout({ group: beta }));
  demandCleared(fleet, release('fail'), rollout({ returns: 'rol_0' as Rollout['id'] }));
});

it('a rollout that is open says for whom and for what all its devices wait; one that is over waits for nothing', () => {
  const waits = (verdict: StageVerdict['verdict'], change?: Partial<Rollout>) =>
    holdsOf(fleet, release(verdict), rollout(change)).map(({ waitsFor }) => waitsFor);
  assert.deepEqual(waits('pass'), ['tested by qa']);
  assert.deepEqual(waits('fail'), ['the gates of stage production (secrets fail)', 'tested by qa']);
  assert.deepEqual(waits('fail', { status: 'aborted' }), []);
  assert.deepEqual(waits('fail', { group: beta }), []);
});

it('a release has one open rollout to a group; drafts, other groups and what is over do not count', async () => {
  const among = (...items: Rollout[]) => {
    const reads = { rollouts: async (): Promise<Page<Rollout>> => ({ items, next: null }) };
    return demandOnlyOne(reads, rollout(), '1.0.0');
  };
  for (const status of ['running', 'paused'] as const) {
    await assert.rejects(among(rollout({ status })), { code: 'already-exists', message: /rol_1/ });
  }
  const others: Partial<Rollout>[] = [
    { status: 'draft' },
    { status: 'aborted' },
    { status: 'completed' },
    { group: beta },
    { release: 'rel_2' as Rollout['release'] },
    { returns: 'rol_0' as Rollout['id'] },
  ];
  await among(...others.map(rollout));
});
