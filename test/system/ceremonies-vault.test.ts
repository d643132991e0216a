import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { SignerWorld } from '../contract/signers/signer-world.ts';
import { doorOfDouble, openVaultWorld } from '../contract/signers/vault-world.ts';
import { type CeremonyDesk, openCeremonyDesk } from './ceremonies-support.ts';

// A team whose key is in Vault (a double of it, docs/signers.md), and officers with key files.
let at: CeremonyDesk;
let vault: SignerWorld;
let locator = '';
const opened = { protection: '', locator: '' };

before(async () => {
  vault = await openVaultWorld(doorOfDouble);
  at = await openCeremonyDesk();
  const token = join(at.desk.folder, 'vault.token');
  await writeFile(token, vault.secrets[0] ?? '', { mode: 0o600 });
  locator = (await vault.newKey('ecdsa-p256')).replace('env:GOOD', `file:${token}`);
  await at.ok('fleet create hubs --type hub-a');
  for (const name of ['ann', 'bob']) await at.key(name);
  const root = await at.stage('root init --repository image --officer $ann.pub --officer $bob.pub');
  await at.finish(root, ['ann', 'bob']);
});
after(async () => {
  await at.desk.leave();
  await vault.close();
});

test('a key in Vault is shown with its public half, and signs releases of its fleet', async () => {
  Object.assign(opened, await at.ask(`key show "${locator}" --out $team.pub`));
  assert.equal(opened.protection, 'service');
  await at.finish(await at.stage('root delegate hubs --key $team.pub'), ['ann', 'bob']);
  const file = await at.firmware('one.bin', 'one');
  await at.ok(`release publish ${file} --type hub-a --component rootfs --version 1.0.0 --key "${locator}"`);
});

test('after a rotation in Vault the new version is another key, which nobody has delegated to', async () => {
  await vault.replaceKey(locator);
  const file = await at.firmware('two.bin', 'two');
  const line = `release publish ${file} --type hub-a --component rootfs --version 2.0.0 --key`;
  await at.refused(6, `${line} "${locator}"`);
  assert.match(opened.locator, /version=1/, 'what key show tells opens the same key for ever');
  await at.ok(`${line} "${opened.locator}"`);
});
