import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crackRounds, PasswordTrial } from './known-passwords.ts';

const hashOfAdmin = '$1$fettle12$GWygvd5WEANUHk6GSatTx1';

test('known passwords and those of the vendor are found, others are not', () => {
  const hashOfVendor = '$1$fettle12$FyGd/FxxT0EbnJlnpMmQP0';
  const password = 'a rather long password, longer than one block of any of these hashes, so it is';
  assert.equal(new PasswordTrial([]).isKnown(hashOfAdmin, 'root'), true);
  assert.equal(new PasswordTrial([]).isKnown(hashOfVendor, 'root'), false);
  assert.equal(new PasswordTrial([password]).isKnown(hashOfVendor, 'root'), true);
  assert.equal(new PasswordTrial([]).isKnown(hashOfVendor, password), true);
});

test('what costs more rounds than are left is not tried, and counted', () => {
  const trial = new PasswordTrial([]);
  const dear = `$6$rounds=${crackRounds + 1}$salt$${'a'.repeat(86)}`;
  assert.equal(trial.isKnown(dear, 'root'), false);
  assert.equal(trial.isKnown('$y$j9T$salt$hash', 'root'), false);
  assert.equal(trial.untried, 2);
});
