import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict } from './check.ts';
import { checkId, clearedFor, clearedStages, isCleared, isClearedFor } from './release-check.ts';

const judged = (development: Verdict, production: Verdict) => ({
  check: checkId(`chk_${'0'.repeat(26)}`),
  policyDigest: '',
  stages: [
    { stage: 'development', verdict: development, gates: [] },
    { stage: 'production', verdict: production, gates: [] },
  ] as const,
  at: 0,
});

test('a release is cleared for the stages whose every gate passed, and for none it was not judged for', () => {
  const early = judged('pass', 'inconclusive');
  assert.deepEqual(clearedStages(early), ['development']);
  assert.deepEqual(
    [isCleared(early), isCleared(judged('fail', 'inconclusive')), isCleared({ stages: [] })],
    [true, false, false],
  );
  assert.deepEqual(
    (['development', 'staging', 'production'] as const).map((stage) => isClearedFor(early, stage)),
    [true, false, false],
  );
  assert.equal(isClearedFor(undefined, 'development'), false);
});

test('the verdict for a stage is what was judged of it', () => {
  assert.equal(clearedFor(judged('pass', 'fail'), 'production')?.verdict, 'fail');
  assert.equal(clearedFor(judged('pass', 'fail'), 'staging'), undefined);
  assert.equal(clearedFor(undefined, 'production'), undefined);
});
