import assert from 'node:assert/strict';
import { createHash, createPublicKey } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { seededBytes } from '../../../packages/images/test/random.ts';
import { type Desk, openDesk } from '../../system/cli-support.ts';
import { need } from '../need.ts';
import { haveSoftHsm, makeToken, type SoftHsmToken } from '../softhsm/softhsm-token.ts';
import { run } from '../uboot/fw-tools.ts';
import { opensslVerifies } from './openssl.ts';
import { workFolder } from './work-folder.ts';

const bodyBytes = 30_000;
const headerBytes = 512;
/** Header, program, and the protected tags with the security counter. */
const signedEnd = headerBytes + bodyBytes + 12;

/** The last tag is the signature; each has a kind, a length, and its bytes. */
function signatureIn(image: Buffer): Buffer {
  for (let at = signedEnd + 4; ; ) {
    const end = at + 4 + image.readUInt16LE(at + 2);
    if (end === image.length) return image.subarray(at + 4);
    at = end;
  }
}

const tests = 'MCUboot images signed in a token';
const haveAll = need(tests, ['fwupdtool', 'openssl']) && haveSoftHsm(tests);

describe('images that the command line signs with a key in a token', { skip: !haveAll }, () => {
  const folder = workFolder();
  let desk: Desk;
  let token: SoftHsmToken;
  let program = '';
  const locator = (name: string, id: string) =>
    token.locator(name, id).replace('env:PIN', `file:${join(desk.folder, 'pin')}`);
  const sign = (name: string, id: string, out: string) => {
    const about = ['--format', 'mcuboot', '--version', '1.4.0+7', '--counter', '9', '--header-size', '512'];
    return desk.type('image', 'sign', program, ...about, '--key', locator(name, id), '--out', out);
  };

  before(async () => {
    token = makeToken();
    desk = await openDesk();
    program = join(desk.folder, 'program.bin');
    await writeFile(join(desk.folder, 'pin'), token.pin, { mode: 0o600 });
    await writeFile(program, seededBytes(3, bodyBytes));
  });
  after(async () => {
    await desk.leave();
    token.remove();
  });

  for (const [name, id, algorithm, form] of [
    ['secure-boot-ec', '01', 'p256', 'ecdsa-sha256'],
    ['secure-boot-ed', '02', 'ed25519', 'ed25519'],
  ] as const) {
    it(`${algorithm}: openssl verifies the signature, fwupdtool reads the image, our own reader agrees`, async () => {
      await desk.ask('key', 'create', '--out', locator(name, id), '--algorithm', algorithm);
      const pem = join(desk.folder, `${name}.pub`);
      await desk.ask('key', 'show', locator(name, id), '--out', pem);
      const out = join(desk.folder, `${name}.img`);
      const typed = await sign(name, id, out);
      assert.equal(typed.exit, 0, typed.err);

      const image = await readFile(out);
      const signed = image.subarray(0, signedEnd);
      const message = algorithm === 'ed25519' ? createHash('sha256').update(signed).digest() : signed;
      const key = createPublicKey(await readFile(pem, 'utf8'));
      assert.equal(opensslVerifies(folder, form, { key, message, signature: signatureIn(image) }), true);
      const told = run('fwupdtool', ['firmware-parse', folder.write(name, image), 'nordic-hid-mcuboot']);
      assert.match(told, /<version>1\.4\.0\.7<\/version>/);

      const found = await desk.ask('image', 'inspect', out, '--key', pem);
      const { verdict, counter } = found as { verdict: string; counter: number };
      assert.deepEqual([verdict, counter], ['pass', 9]);
    });
  }

  it('pkcs11-tool shows that the keys never leave the token', () => {
    const listed = token.pkcs11Tool('--list-objects', '--type', 'privkey');
    assert.match(listed, /secure-boot-ec[\s\S]*never extractable/);
  });
});
