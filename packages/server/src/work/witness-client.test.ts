import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { logKeyOf, vkeyOf, witnessKeyOf } from '@fettle/trust';
import { readWitnesses } from './witness-client.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const vkey = vkeyOf(witnessKeyOf(privateKey, 'w.example'));

test('the setting names witnesses by key and place, several with commas', () => {
  assert.deepEqual(readWitnesses(''), []);
  const places = readWitnesses(`${vkey} https://w.example/, ${vkey} http://127.0.0.1:8460`);
  assert.deepEqual(
    places.map(({ key, url }) => `${key.name} ${url}`),
    ['w.example https://w.example', 'w.example http://127.0.0.1:8460'],
  );
});

test('a setting with no URL, another scheme, the key of a log or too much in it is refused', () => {
  const log = vkeyOf(logKeyOf(privateKey, 'log.example'));
  for (const setting of [
    vkey,
    `${vkey} ftp://w`,
    `${vkey} nowhere`,
    `${log} https://w`,
    `${vkey} https://w more`,
    'x y',
  ]) {
    assert.throws(() => readWitnesses(setting), { code: 'invalid-input' }, setting);
  }
});
