import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openMetadata, type PublicKey, readPublicKey, tufKeyOf } from '@fettle/trust';
import { loadCryptoki } from '../../packages/signers/src/pkcs11/load-cryptoki.ts';
import { secondJudgeAccepts } from '../peers/openssl/second-judge.ts';
import { haveSoftHsm, makeToken, type SoftHsmToken, softhsmModule } from '../peers/softhsm/softhsm-token.ts';
import { until } from './cli-support.ts';

const main = join(import.meta.dirname, '../../packages/cli/src/main.ts');
const inToken = ['ann', 'bob', 'cid', 'team', 'image'];

/** The signature of an image for MCUboot, and what it is over. @source MCUboot design, Image format */
function mcubootSignature(image: Buffer): { readonly message: Buffer; readonly signature: Buffer } {
  assert.equal(image.readUInt32LE(0), 0x96f3b83d);
  const end = image.readUInt16LE(8) + image.readUInt16LE(10) + image.readUInt32LE(12);
  assert.equal(image.readUInt16LE(end), 0x6907);
  for (let at = end + 4; at < end + image.readUInt16LE(end + 2); at += 4 + image.readUInt16LE(at + 2)) {
    const value = image.subarray(at + 4, at + 4 + image.readUInt16LE(at + 2));
    if (image.readUInt16LE(at) === 0x22) return { message: image.subarray(0, end), signature: value };
  }
  throw new Error('There is no ECDSA signature in the image.');
}

/** Which of the keys have signed a metadata file, in the eyes of openssl. */
function signersOf(bytes: Uint8Array, keys: ReadonlyMap<string, PublicKey>): string[] {
  const read = openMetadata(bytes);
  assert.ok(read.ok);
  const { signedBytes, signatures } = read.file;
  return signatures.flatMap(({ keyid, sig }) => {
    const [name, key] = [...keys].find(([, one]) => tufKeyOf(one).keyid === keyid) ?? [];
    assert.ok(name && key, keyid);
    assert.ok(secondJudgeAccepts(key, signedBytes, Buffer.from(sig, 'hex')), `${name}: the signature`);
    const altered = Buffer.concat([signedBytes, Buffer.from(' ')]);
    assert.equal(secondJudgeAccepts(key, altered, Buffer.from(sig, 'hex')), false);
    return [`${name}: ${key.kind}`];
  });
}

/** The token hands out no private value, whoever is logged in. */
async function demandSealed(token: SoftHsmToken, ids: readonly string[]): Promise<void> {
  const [privateKeyClass, classType, valueType, idType] = [3, 0x00, 0x11, 0x102];
  const cryptoki = await loadCryptoki(softhsmModule);
  cryptoki.initialize();
  try {
    const slot = cryptoki.listTokens().find(({ label }) => label === token.label)?.slot;
    assert.ok(slot);
    const session = cryptoki.openSession(slot, 'read');
    cryptoki.login(session, token.pin);
    for (const id of ids) {
      const template = [
        { type: classType, value: privateKeyClass },
        { type: idType, value: Buffer.from(id, 'hex') },
      ];
      const [key] = cryptoki.find(session, template, 1);
      assert.ok(key, id);
      assert.throws(() => cryptoki.attribute(session, key, valueType), /CKR_ATTRIBUTE_SENSITIVE/);
    }
  } finally {
    cryptoki.finalize();
  }
}

test('the demo with root, fleet and image keys in a token, which they cannot leave', {
  skip: !haveSoftHsm('the demo with a token'),
}, async (t) => {
  const token = makeToken();
  const home = mkdtempSync(join(tmpdir(), 'fettle-token-demo-'));
  const pin = join(home, 'pin');
  writeFileSync(pin, token.pin, { mode: 0o600 });
  const { PATH, SOFTHSM2_CONF } = process.env;
  const env = { PATH, SOFTHSM2_CONF, HOME: home, TMPDIR: home };
  const locator = `pkcs11:token=fettle?module-path=${softhsmModule}&pin-source=file:${pin}`;
  const demo = spawn(process.execPath, [main, 'demo', '--keys', locator], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(async () => {
    if (demo.exitCode === null) {
      demo.kill('SIGTERM');
      await once(demo, 'exit');
    }
    rmSync(home, { recursive: true, force: true });
    token.remove();
  });
  let said = '';
  for (const stream of [demo.stdout, demo.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const isUp = () => {
    assert.equal(demo.exitCode, null, said.slice(-4_000));
    return said.includes('Everything is still up');
  };
  await until('the demo to have ended its last scene', isUp, 300_000);
  assert.match(said, /✔ the 3 boards with the real agent among them/);
  assert.match(said, /203 ok, 0 failed/);

  const folder = join(home, readdirSync(home).find((name) => name.startsWith('fettle-demo-')) ?? '');
  const keys = new Map(
    inToken.map((name) => [name, readPublicKey(readFileSync(join(folder, `keys/${name}.key.pub`), 'utf8'))]),
  );
  // Nothing of theirs is a file; those of the director are, they belong to others.
  const files = readdirSync(join(folder, 'keys')).filter((name) => name.endsWith('.key'));
  assert.deepEqual(files.sort(), ['dee.key', 'eve.key', 'fay.key']);
  const listed = token.pkcs11Tool('--list-objects', '--type', 'privkey');
  assert.equal(listed.match(/Access:\s+sensitive, always sensitive, never extractable, local/g)?.length, 5);
  for (const name of inToken) assert.match(listed, new RegExp(`label:\\s+demo-${name}\\n`));
  await demandSealed(token, ['01', '02', '03', '07', '08']);

  const url = /API and its pages: (http:\/\/[^/]+)\//.exec(said)?.[1];
  const get = async (name: string) =>
    new Uint8Array(await (await fetch(`${url}/repository/default/metadata/${name}`)).arrayBuffer());
  assert.deepEqual(signersOf(await get('1.root.json'), keys), ['ann: ecdsa-p256', 'bob: ed25519']);
  assert.deepEqual(signersOf(await get('1.targets.json'), keys), ['ann: ecdsa-p256', 'cid: ecdsa-p256']);
  for (const version of [1, 2, 3]) {
    assert.deepEqual(signersOf(await get(`${version}.hubs.json`), keys), ['team: ecdsa-p256']);
  }
  const imageKey = keys.get('image') ?? assert.fail();
  for (const version of ['7.27.0', '7.28.0', '7.29.0']) {
    const image = readFileSync(join(folder, `images/prime-hub-${version}.bin.signed`));
    const { message, signature } = mcubootSignature(image);
    assert.ok(secondJudgeAccepts(imageKey, message, signature));
  }
  demo.kill('SIGINT');
  const [code] = await once(demo, 'exit');
  assert.equal(code, 0);
});
