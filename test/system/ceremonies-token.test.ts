import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { haveSoftHsm, makeToken, type SoftHsmToken } from '../peers/softhsm/softhsm-token.ts';
import { type CeremonyDesk, openCeremonyDesk } from './ceremonies-support.ts';

describe('a ceremony with keys in a token', { skip: !haveSoftHsm('root ceremonies with a token') }, () => {
  let at: CeremonyDesk;
  let token: SoftHsmToken;
  let pinFile = '';
  const locator = (name: string, id: string) => token.locator(name, id).replace('env:PIN', `file:${pinFile}`);

  before(async () => {
    token = makeToken();
    at = await openCeremonyDesk();
    pinFile = join(at.desk.folder, 'pin');
    await writeFile(pinFile, token.pin, { mode: 0o600 });
    await at.ok('fleet create hubs --type hub-a');
  });
  after(async () => {
    await at.desk.leave();
    token.remove();
  });

  it('makes keys in the token, which pkcs11-tool lists and cannot read', async () => {
    for (const [name, id, algorithm] of [
      ['ann', '01', 'p256'],
      ['bob', '02', 'ed25519'],
      ['team', '03', 'p256'],
    ] as const) {
      const made = await at.ask(`key create --out "${locator(name, id)}" --algorithm ${algorithm}`);
      const shown = await at.ask(`key show "${locator(name, id)}" --out $${name}.pub`);
      assert.equal((shown as { keyId: string }).keyId, (made as { keyId: string }).keyId);
      assert.equal((shown as { protection: string }).protection, 'token');
    }
    assert.match(token.pkcs11Tool('--list-objects', '--type', 'privkey'), /sensitive, always sensitive, never extract/);
    await at.refused(2, `key create --out "${locator('old', '09')}" --algorithm rsa3072`);
  });

  it('makes the image repository, delegates, and publishes a release with them', async () => {
    const publish = async (change: { id: string }, keys: readonly (readonly [string, string])[]) => {
      for (const [name, id] of keys) {
        await at.ok(`root sign ${change.id} --key "${locator(name, id)}" --meaning agreed`);
      }
      await at.ok(`root publish ${change.id}`);
    };
    const officers = [
      ['ann', '01'],
      ['bob', '02'],
    ] as const;
    const root = await at.stage('root init --repository image --officer $ann.pub --officer $bob.pub');
    await publish(root, officers);
    await publish(await at.stage(`root delegate hubs --key "${locator('team', '03')}"`), officers);
    const file = await at.firmware('one.bin', 'one');
    const line = `release publish ${file} --type hub-a --component rootfs --version 1.0.0`;
    const done = (await at.ask(`${line} --key "${locator('team', '03')}"`)) as { created: boolean };
    assert.equal(done.created, true);
    const wrong = locator('team', '03').replace(pinFile, join(at.desk.folder, 'no-such-pin'));
    await at.refused(2, `${line.replace('1.0.0', '1.0.1')} --key "${wrong}"`);
  });
});
