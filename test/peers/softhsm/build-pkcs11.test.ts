import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildNativePart, pkcs11jsFolder } from '../../../packages/signers/src/pkcs11/build-module.ts';
import { haveSoftHsm, makeToken } from './softhsm-token.ts';

const packages = join(import.meta.dirname, '../../../packages');

/** The package as it is after an installation that compiled nothing. */
function installFresh(folder: string): void {
  cpSync(join(packages, 'signers/src'), join(folder, 'signers/src'), { recursive: true });
  writeFileSync(join(folder, 'signers/package.json'), '{"type":"module"}');
  mkdirSync(join(folder, 'node_modules/@fettle'), { recursive: true });
  for (const name of ['model', 'trust']) symlinkSync(join(packages, name), join(folder, 'node_modules/@fettle', name));
  const build = join(pkcs11jsFolder(), 'build');
  const withoutBuild = { recursive: true, filter: (path: string) => !path.startsWith(build) };
  cpSync(pkcs11jsFolder(), join(folder, 'node_modules/pkcs11js'), withoutBuild);
}

function run(folder: string, program: string, locator: string, pin: string) {
  const args = ['--input-type=module', '--eval', program, locator];
  const env = { ...process.env, PIN: pin };
  return spawnSync(process.execPath, args, { cwd: join(folder, 'signers'), encoding: 'utf8', env });
}

test('before its native part is built a token is refused with the command that builds it, and works after that', {
  skip: !haveSoftHsm('building pkcs11js'),
}, () => {
  const token = makeToken();
  const folder = mkdtempSync(join(tmpdir(), 'fettle-fresh-'));
  try {
    installFresh(folder);
    const program = `
      import { openSigner, secretReader } from './src/index.ts';
      const [, locator] = process.argv;
      const readSecret = secretReader({ environment: process.env });
      await openSigner(locator, { readSecret }).then(
        (signer) => console.log(signer.protection),
        (error) => console.log(error.code, error.message),
      );`;
    token.pkcs11Tool('--keypairgen', '--key-type', 'EC:prime256v1', '--id', '01', '--label', 'targets', '--sensitive');
    const locator = token.locator('targets', '01');
    assert.match(run(folder, program, locator, token.pin).stdout, /^wrong-state .*npm run build-pkcs11/);
    const built = spawnSync(process.execPath, ['src/pkcs11/build-module.ts'], { cwd: join(folder, 'signers') });
    assert.equal(built.status, 0, String(built.stderr));
    assert.equal(run(folder, program, locator, token.pin).stdout.trim(), 'token');
  } finally {
    rmSync(folder, { recursive: true });
    token.remove();
  }
});

test('a missing compiler is named', () => {
  assert.throws(() => buildNativePart('no-such-compiler'), /Expected no-such-compiler to compile pkcs11js/);
});
