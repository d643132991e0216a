import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secretsSettingsProblem } from './settings-problem.ts';

test('settings are a severity and a bounded list of passwords, or nothing', () => {
  assert.equal(secretsSettingsProblem({}), undefined);
  assert.equal(secretsSettingsProblem({ failAt: 'high', passwords: ['widgets'] }), undefined);
});

test('everything else is told of', () => {
  const wrong = [{ failAt: 'worst' }, { passwords: 'a' }, { passwords: [1] }, { passwords: [''] }, { fail: 'high' }];
  for (const given of [...wrong, { passwords: new Array(51).fill('a') }, { passwords: ['a'.repeat(101)] }]) {
    assert.match(secretsSettingsProblem(given) ?? '', /^Expected /);
  }
});
