import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPrivateKey, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { secretReader } from '@fettle/signers';
import { createKeyFile } from '@fettle/signers/file';
import { generateKeyPem, type KeyKind } from '@fettle/trust';
import { sealKey } from '../../packages/signers/src/file/container.ts';
import type { SignerWorld } from './signers/signer-world.ts';
import { signersContract } from './signers/signers.contract.ts';

const passphrase = 'correct horse battery staple';

// The least cost that is read: the suite opens dozens of files.
async function writeCheaply(path: string, kind: KeyKind): Promise<void> {
  const key = createPrivateKey(generateKeyPem(kind).privateKeyPem);
  await writeFile(path, await sealKey(key, passphrase, { n: 16_384, r: 8, p: 1 }), { mode: 0o600 });
}

async function openWorld(): Promise<SignerWorld> {
  const root = await mkdtemp(join(tmpdir(), 'fettle-keys-'));
  const folder = join(root, 'keys');
  const [good, wrong] = [join(root, 'passphrase'), join(root, 'wrong')];
  await mkdir(folder);
  await writeFile(good, `${passphrase}\n`, { mode: 0o600 });
  await writeFile(wrong, 'another passphrase\n', { mode: 0o600 });
  return {
    kinds: ['ed25519', 'ecdsa-p256', 'rsa-pss', 'ml-dsa-44'],
    readSecret: secretReader(),
    secrets: [passphrase, 'another passphrase'],
    newKey: async (kind: KeyKind) => {
      const path = join(folder, `${randomUUID()}.key`);
      await writeCheaply(path, kind);
      return `file:${path}?passphrase-source=file:${good}`;
    },
    replaceKey: async (locator) => {
      const path = locator.slice('file:'.length, locator.indexOf('?'));
      await rm(path);
      await writeCheaply(path, 'ed25519');
    },
    withWrongSecret: (locator) => locator.replace(good, wrong),
    goAway: () => rename(folder, `${folder}-away`),
    comeBack: () => rename(`${folder}-away`, folder),
    close: () => rm(root, { recursive: true }),
  };
}

signersContract('key file', openWorld);

test('another program opens a key file by a passphrase that it inherits on a descriptor', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-keys-'));
  try {
    const path = join(folder, 'release.key');
    const made = await createKeyFile({ path, kind: 'ed25519', passphrase });
    const program = `
      import { openSigner, secretReader } from '@fettle/signers';
      const [, locator] = process.argv;
      console.log((await openSigner(locator, { readSecret: secretReader() })).keyId);`;
    const args = ['--input-type=module', '--eval', program, `file:${path}?passphrase-source=fd:0`];
    const cwd = import.meta.dirname;
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8', input: `${passphrase}\n` });
    assert.equal(stdout.trim(), made.id, stderr);
  } finally {
    await rm(folder, { recursive: true });
  }
});
