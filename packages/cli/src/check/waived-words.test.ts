import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StageVerdictView } from '@fettle/api';
import { waivedWords } from './waived-words.ts';

const stage = (...waived: number[]): StageVerdictView => ({
  stage: 'production',
  verdict: 'pass',
  gates: waived.map((count) => ({ gate: 'secrets', verdict: 'pass', why: '', open: {}, waived: count })),
});

test('a publication says how many findings are waived at the stage that sees most, and nothing where none is', () => {
  assert.deepEqual(
    [waivedWords([]), waivedWords([stage(0, 0)]), waivedWords([stage(1)]), waivedWords([stage(1), stage(1, 2)])],
    ['', '', '1 finding waived', '3 findings waived'],
  );
});
