import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSigner } from './open-signer.ts';
import { secretReader } from './secrets.ts';

const readSecret = secretReader();
const refusals: readonly (readonly [string, string, RegExp])[] = [
  ['release.key', 'invalid-input', /file:PATH/],
  ['gcpkms:projects/x', 'invalid-input', /found "gcpkms:"/],
  ['file:/nowhere/release.key', 'not-found', /found no such file/],
  ['file:/nowhere/release.key?passphrase=x', 'invalid-input', /passphrase-source=file:PATH/],
  ['pkcs11:token=fettle;object=rel', 'invalid-input', /module-path/],
  ['vault:targets?secret-source=env:T', 'invalid-input', /address=https/],
  ['vault:targets?address=http://vault.example:8200', 'invalid-input', /https/],
  ['vault:../../sys/seal?address=https://vault.example', 'invalid-input', /in the key/],
  ['vault:targets?address=https://vault.example&auth=approle', 'invalid-input', /role-id=ID/],
  ['vault:targets?address=https://vault.example&version=latest', 'invalid-input', /whole number/],
  ['awskms:alias/release', 'invalid-input', /region=/],
  ['awskms:alias/release?region=eu-central-1&secret-access-key=x', 'invalid-input', /region, endpoint, secret-source/],
];

for (const [locator, code, message] of refusals) {
  test(`the locator ${locator} is refused with what was expected`, async () => {
    await assert.rejects(openSigner(locator, { readSecret }), { code, message });
  });
}
