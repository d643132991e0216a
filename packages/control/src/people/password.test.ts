import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { hashPassword, isPassword, nobodysPassword, passwordProblem, saltBytes } from './password.ts';

const about = { name: 'ada.tester', fullName: 'Ada Lovelace' };

describe('a password', () => {
  const bad = ['short', 'x'.repeat(11), 'x'.repeat(129), 'aaaaaaaaaaaaaa', 'ada.tester Lovelace', 'Lovelace1234'];
  for (const text of bad) {
    it(`such as ${text.slice(0, 20)} is refused`, () => assert.equal(typeof passwordProblem(text, about), 'string'));
  }
  for (const text of ['correct horse battery', 'ünïcödé pässwörd', '123456789012', `${'long'.repeat(30)} 12`]) {
    it(`such as ${text.slice(0, 24)} is taken`, () => assert.equal(passwordProblem(text, about), undefined));
  }

  it('is known again, however its characters were typed, and no other one is', async () => {
    const kept = await hashPassword('pässwörd of Zoë', randomBytes(saltBytes));
    assert.match(kept, /^scrypt\$15\$8\$1\$/);
    assert.equal(await isPassword('pässwörd of Zoë'.normalize('NFD'), kept), true);
    assert.equal(await isPassword('passwörd of Zoë', kept), false);
    assert.equal(await isPassword('', nobodysPassword), false);
  });

  it('that is kept in an unknown form opens nothing', async () => {
    for (const kept of ['', 'scrypt$99', 'plain$secret', 'scrypt$15$8$1$$']) {
      await assert.rejects(isPassword('secret', kept), { code: 'internal' });
    }
  });

  it('is not looked at when too many are looked at already', async () => {
    const attempts = Array.from({ length: 60 }, () => isPassword('guess', nobodysPassword));
    const settled = await Promise.allSettled(attempts);
    const refused = settled.filter((one) => one.status === 'rejected');
    assert.ok(refused.length > 0 && refused.every(({ reason }) => reason.code === 'overloaded'));
    assert.equal(await isPassword('guess', nobodysPassword), false, 'later ones are looked at again');
  });
});
