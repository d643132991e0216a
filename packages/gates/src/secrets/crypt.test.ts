import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isPasswordOf, readCrypt } from './crypt.ts';

const long = 'a rather long password, longer than one block of any of these hashes, so it is';
// By `openssl passwd` and by glibc's crypt(3).
const vectors: readonly (readonly [string, string])[] = [
  ['admin', '$1$fettle12$GWygvd5WEANUHk6GSatTx1'],
  [long, '$1$fettle12$FyGd/FxxT0EbnJlnpMmQP0'],
  ['admin', '$apr1$fettle12$eeRXtcNRE9ps2XXiLVeN5/'],
  ['admin', '$5$fettle$6tCHIjN.hg3sFZtB7LuVbA1wJbGLDqVDq.aKz5bNeM.'],
  [long, '$5$fettle$6uK4m0MzOqu3ZWPqAcm14FmvAmIgmlAgTYdUT9BXfU0'],
  ['', '$5$rounds=2000$x$bYS1oPT58MZWgzljkoZKK1s1zpylIZ6ZeWbRrgSkjJ3'],
  [
    'admin',
    '$6$fettle1234567890$VOAYi0ofOCZvbCNlDlHUQvm6RSOV/4mHnXUHDVtRWTP78kVTZCzJStxHlHJNWaqzKMzrKKuc8Miqdo/g/fH9F.',
  ],
  [long, '$6$fettle1234567890$OD.bhyonuw5NFdQq/SMXNSfeHDy83CLvlAua0hzu/upsNzPwWnEt2cgPdAZowqHNT673ZtMd5H3LnvF8mLHeX0'],
  [
    'admin',
    '$6$rounds=1400$anotherlongsalt$jf6fkiUpXALR9ANZuCyX14hu5R0kezrXfrEqZODSRaIpq37F8Radpn1H61QFqUuSySZhzthaAesB9AdEFseS9/',
  ],
];

describe('a hash of crypt(3)', () => {
  for (const [password, hash] of vectors) {
    test(`${hash.slice(0, 22)} is made by its password, and by no other`, () => {
      const crypt = readCrypt(hash);
      assert.ok(crypt !== undefined);
      assert.equal(isPasswordOf(password, crypt), true);
      assert.equal(isPasswordOf(`${password}.`, crypt), false);
    });
  }

  test('of another scheme or shape is not read', () => {
    for (const hash of [
      '$y$j9T$a$b',
      '$2b$10$abc',
      '*',
      '',
      '$6$salt$short',
      '$1$saltissolong$GWygvd5WEANUHk6GSatTx1',
    ]) {
      assert.equal(readCrypt(hash), undefined);
    }
  });

  test('costs the rounds that it names, at least a thousand', () => {
    const [, body] = vectors[5] ?? [];
    assert.equal(readCrypt(String(body))?.rounds, 2_000);
    assert.equal(readCrypt(String(body).replace('2000', '7'))?.rounds, 1_000);
  });
});
