import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentsSettingsProblem } from '../contents/settings-problem.ts';
import { signatureSettingsProblem } from '../signature/settings-problem.ts';
import { hardeningSettingsProblem } from './settings-problem.ts';

test('settings that can be used have no problem', () => {
  const hardening = { expiringDays: 30, setIdAllowed: ['bin/su'], opaqueShare: 0.2, tolerance: 0, failAt: 'medium' };
  assert.equal(hardeningSettingsProblem(hardening), undefined);
  const hardwareIds = { thermostat: ['esp32-c3'] };
  const contents = { formats: { main: 'fit' }, slotBytes: { main: 1 }, hardwareIds, sameVersion: true, hiddenShare: 0 };
  assert.equal(contentsSettingsProblem(contents), undefined);
  assert.equal(signatureSettingsProblem({}), undefined);
});

const rows: readonly (readonly [string, unknown, RegExp])[] = [
  ['expiringDays', 1.5, /whole number of days/],
  ['expiringDays', -1, /whole number of days/],
  ['setIdAllowed', ['ok', ''], /list of at most 1,000 texts/],
  ['opaqueShare', 1.1, /share from 0 to 1/],
  ['tolerance', Number.NaN, /share from 0 to 1/],
  ['failAt', 'never', /one of critical, high/],
  ['previous', {}, /no setting previous; there are: expiringDays/],
  ['toString', 1, /no setting toString/],
];
for (const [name, value, message] of rows) {
  test(`${name}: ${JSON.stringify(value)} is refused with what was expected`, () => {
    assert.match(hardeningSettingsProblem({ [name]: value }) ?? '', message);
  });
}

test('tables of the contents gate are looked through to their members', () => {
  assert.match(contentsSettingsProblem({ formats: { main: 'exe' } }) ?? '', /each with one of mcuboot/);
  assert.match(contentsSettingsProblem({ slotBytes: { main: 0 } }) ?? '', /bytes above 0/);
  assert.match(contentsSettingsProblem({ slotBytes: [] }) ?? '', /table of names/);
  assert.match(contentsSettingsProblem({ hardwareIds: { x: 'arm' } }) ?? '', /list of/);
  assert.match(signatureSettingsProblem({ rules: [] }) ?? '', /image policy/);
});
