import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSigner } from '@fettle/signers';
import { generateTokenKey } from '@fettle/signers/pkcs11';
import type { SignerWorld } from '../../contract/signers/signer-world.ts';
import { signersContract } from '../../contract/signers/signers.contract.ts';
import { haveSoftHsm, makeToken } from './softhsm-token.ts';
import { buildUnsteadyModule } from './unsteady-module.ts';

async function openWorld(): Promise<SignerWorld> {
  const token = makeToken();
  const { readSecret } = token;
  const module = buildUnsteadyModule(token.folder);
  const start = (trouble: string) => writeFileSync(join(token.folder, trouble), '');
  const stop = (trouble: string) => rmSync(join(token.folder, trouble));
  let made = 0;
  return {
    kinds: ['ecdsa-p256', 'ed25519'],
    readSecret,
    secrets: [token.pin, '271828-pin'],
    newKey: async (kind) => {
      const id = (++made).toString(16).padStart(2, '0');
      const locator = token.locator(`key-${id}`, id, module);
      await generateTokenKey(locator, kind === 'ed25519' ? kind : 'ecdsa-p256', { readSecret });
      return locator;
    },
    replaceKey: async (locator) => {
      const id = /id=%(..)/.exec(locator)?.[1] ?? '';
      for (const type of ['privkey', 'pubkey']) token.pkcs11Tool('--delete-object', '--type', type, '--id', id);
      const named = ['--id', id, '--label', `key-${id}`];
      token.pkcs11Tool('--keypairgen', '--key-type', 'EC:prime256v1', ...named);
    },
    withWrongSecret: (locator) => locator.replace('env:PIN', 'env:WRONG_PIN'),
    goAway: async () => start('removed'),
    comeBack: async () => stop('removed'),
    stall: { stopAnswering: async () => start('waiting'), answerAgain: async () => stop('waiting') },
    close: async () => token.remove(),
  };
}

const found = haveSoftHsm('signers in SoftHSM');
if (found) signersContract('PKCS#11 (SoftHSM)', openWorld);

test('an open key in a token does not keep a program alive that is through', { skip: !found }, async () => {
  const token = makeToken();
  try {
    const program = `
      import { openSigner, secretReader } from '@fettle/signers';
      import { generateTokenKey } from '@fettle/signers/pkcs11';
      const [, locator] = process.argv;
      const readSecret = secretReader({ environment: process.env });
      await generateTokenKey(locator, 'ed25519', { readSecret });
      const signer = await openSigner(locator, { readSecret });
      console.log((await signer.sign(Buffer.from('release 7'))).length);`;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', program, token.locator('targets', '01')],
      { cwd: import.meta.dirname, encoding: 'utf8', timeout: 60_000, env: { ...process.env, PIN: token.pin } },
    );
    assert.deepEqual([status, stdout.trim()], [0, '64'], stderr);
  } finally {
    token.remove();
  }
});

test('a library that hangs does not hold up whoever closes its key', { skip: !found }, async () => {
  const token = makeToken();
  const waiting = join(token.folder, 'waiting');
  try {
    const locator = token.locator('targets', '01', buildUnsteadyModule(token.folder));
    const { readSecret } = token;
    await generateTokenKey(locator, 'ed25519', { readSecret });
    const signer = await openSigner(locator, { readSecret });
    writeFileSync(waiting, '');
    const signature = signer.sign(Buffer.from('release 7'), { signal: AbortSignal.timeout(100) });
    await assert.rejects(signature, { code: 'signer-unavailable' });
    await signer.close();
    await assert.rejects(signer.sign(Buffer.from('release 7')), { code: 'wrong-state' });
  } finally {
    rmSync(waiting, { force: true });
    token.remove();
  }
});
