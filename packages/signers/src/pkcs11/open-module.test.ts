import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPublicKey, verifySignature } from '@fettle/trust';
import { FakeCryptoki } from '../../test/fake-cryptoki.ts';
import { cki, type Template } from './cryptoki.ts';
import { LoginNeeded, OpenModule } from './open-module.ts';

const token = { token: 'fettle' };
const key = { object: 'targets', id: '01' };
const wanted = { ...key, kind: 'ed25519' as const };
const message = Buffer.from('release 7');

function openWithKey(fake = new FakeCryptoki()) {
  const module = new OpenModule(fake);
  module.login(token, '1234');
  const publicKey = readPublicKey(module.generate(token, wanted).publicKey);
  return { fake, module, publicKey };
}

function privateTemplate(changed: Partial<Record<number, boolean>>): Template {
  const usual = { [cki.CKA_SENSITIVE]: true, [cki.CKA_EXTRACTABLE]: false, [cki.CKA_SIGN]: true, ...changed };
  const flags = Object.entries(usual).flatMap(([type, value]) =>
    value === undefined ? [] : [{ type: Number(type), value }],
  );
  return [...named, ...flags];
}
const named: Template = [
  { type: cki.CKA_LABEL, value: 'targets' },
  { type: cki.CKA_ID, value: Buffer.from('01', 'hex') },
];
const ed25519: Template = [
  ...named,
  { type: cki.CKA_EC_PARAMS, value: Buffer.from('130c656477617264733235353139', 'hex') },
];

for (const trouble of ['CKR_DEVICE_REMOVED', 'CKR_TOKEN_NOT_PRESENT', 'CKR_SESSION_HANDLE_INVALID']) {
  test(`after ${trouble} everything is forgotten, initialised anew, and signs again`, () => {
    const { fake, module, publicKey } = openWithKey();
    fake.failing = { sign: trouble };
    assert.throws(() => module.sign(token, key, message), LoginNeeded);
    fake.failing = {};
    assert.throws(() => module.sign(token, key, message), LoginNeeded);
    fake.asked.length = 0;
    module.login(token, '1234');
    assert.deepEqual(fake.asked, ['finalize', 'initialize', 'listTokens', 'openSession', 'login']);
    assert.ok(verifySignature(publicKey, message, module.sign(token, key, message)));
  });
}

test('a refusal that says nothing of the session is told, and the session goes on', () => {
  const { fake, module } = openWithKey();
  fake.failing = { sign: 'CKR_FUNCTION_NOT_PERMITTED' };
  assert.throws(() => module.sign(token, key, message), { code: 'key-refused', message: /CKR_FUNCTION_NOT_PERMITTED/ });
  fake.failing = {};
  assert.equal(module.sign(token, key, message).length, 64);
});

test('a wrong PIN is told as such, at the first login and beside an open session', () => {
  const { module } = openWithKey();
  assert.throws(() => module.login(token, '9999'), { code: 'not-authenticated' });
  assert.throws(() => module.login({ serial: '0' }, '9999'), { code: 'not-authenticated' });
  module.login(token, '1234');
  const fresh = new OpenModule(new FakeCryptoki());
  assert.throws(() => fresh.login(token, '9999'), { code: 'not-authenticated', message: /CKR_PIN_INCORRECT/ });
});

test('a token that is not there is named with those that are, and two of one label need a serial number', () => {
  const fake = new FakeCryptoki();
  const module = new OpenModule(fake);
  assert.throws(() => module.login({ token: 'other' }, '1234'), { code: 'not-found', message: /found "fettle"/ });
  fake.labels = ['fettle', 'fettle'];
  assert.throws(() => module.login(token, '1234'), { code: 'key-refused', message: /serial=NUMBER/ });
  module.login({ token: 'fettle', serial: '1' }, '1234');
});

test('another spelling of the curve is tried when the module does not know the first', () => {
  const fake = new FakeCryptoki();
  fake.ed25519Params = '06032b6570';
  const { module, publicKey } = openWithKey(fake);
  assert.equal(fake.asked.filter((name) => name === 'generatePair').length, 2);
  assert.ok(verifySignature(publicKey, message, module.sign(token, key, message)));
});

for (const [title, changed] of [
  ['may leave the token', { [cki.CKA_EXTRACTABLE]: true }],
  ['does not say whether it may leave', { [cki.CKA_EXTRACTABLE]: undefined }],
  ['can be read', { [cki.CKA_SENSITIVE]: false }],
  ['is not for signing', { [cki.CKA_SIGN]: false }],
] as const) {
  test(`a key that ${title} is refused`, () => {
    const fake = new FakeCryptoki();
    const module = new OpenModule(fake);
    module.login(token, '1234');
    fake.add(ed25519, privateTemplate(changed));
    assert.throws(() => module.describe(token, key), { code: 'key-refused' });
  });
}

test('a name that two keys have is refused, and so is a key without its public half', () => {
  const fake = new FakeCryptoki();
  const module = new OpenModule(fake);
  module.login(token, '1234');
  fake.add(ed25519, privateTemplate({}));
  assert.equal(module.describe(token, key).kind, 'ed25519');
  const twice = new FakeCryptoki();
  const second = new OpenModule(twice);
  second.login(token, '1234');
  twice.add(ed25519, privateTemplate({}));
  twice.add(ed25519, privateTemplate({}));
  assert.throws(() => second.describe(token, key), { code: 'key-refused', message: /two/ });
  twice.objects.splice(2);
  twice.objects.splice(0, 1);
  assert.throws(() => second.describe(token, key), { code: 'key-refused', message: /public key object/ });
  assert.throws(() => second.describe(token, { object: 'nobody' }), { code: 'not-found' });
});

test('closing finalises what was initialised, once', () => {
  const { fake, module } = openWithKey();
  module.close();
  module.close();
  assert.equal(fake.asked.filter((name) => name === 'finalize').length, 1);
  assert.throws(() => module.sign(token, key, message), LoginNeeded);
});
