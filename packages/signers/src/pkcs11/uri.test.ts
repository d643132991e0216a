import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readPkcs11Uri, writePkcs11Uri } from './uri.ts';

const module = 'module-path=/usr/lib/softhsm/libsofthsm2.so';

test('a URI as RFC 7512 writes it is taken apart, its id as bytes', () => {
  const uri = readPkcs11Uri(
    `pkcs11:token=The%20Software%20PKCS%2311;serial=7;object=my;id=%69%95%3e%ff;type=private?${module}&pin-source=file:/etc/pin`,
  );
  assert.deepEqual(uri, {
    tokenName: { token: 'The Software PKCS#11', serial: '7' },
    keyName: { object: 'my', id: '69953eff' },
    modulePath: '/usr/lib/softhsm/libsofthsm2.so',
    pinSource: 'file:/etc/pin',
  });
  assert.equal(readPkcs11Uri(`pkcs11:token=t;id=aB1?${module}`).keyName.id, '614231');
});

test('a URI that was written reads back to the same', () => {
  const text = fc.stringMatching(/^[\x20-\x7e\u00e4]{1,20}$/);
  const id = fc.uint8Array({ minLength: 1, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('hex'));
  fc.assert(
    fc.property(text, text, id, (token, object, keyId) => {
      const uri = {
        tokenName: { token, serial: undefined },
        keyName: { object, id: keyId },
        modulePath: '/lib/module.so',
        pinSource: 'env:PIN',
      };
      assert.deepEqual(readPkcs11Uri(writePkcs11Uri(uri)), uri);
    }),
  );
});

test('a URI with a PIN in it, or without token, key or module, is refused and told what to write', () => {
  const refused = (uri: string, message: RegExp) =>
    assert.throws(() => readPkcs11Uri(uri), { code: 'invalid-input', message });
  refused(`pkcs11:token=t;object=o?${module}&pin-value=1234`, /pin-source=file:PATH/);
  refused(`pkcs11:object=o?${module}`, /token=LABEL/);
  refused(`pkcs11:token=t?${module}`, /object=LABEL/);
  refused('pkcs11:token=t;object=o', /module-path=/);
  refused('pkcs11:token=t;object=o?module-path=lib.so', /absolute path/);
  refused(`pkcs11:token=t;object=o;type=public?${module}`, /type=private/);
  refused(`pkcs11:token=t;id=%zz?${module}`, /id=%01%02/);
  refused(`pkcs11:token=t;id=%01;id=%02?${module}`, /comes twice/);
  refused(`pkcs11:token=t;slot-id=1;object=o?${module}`, /Expected one of token/);
});
