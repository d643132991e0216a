import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ImageRuleView } from '@fettle/api';
import { startFakeServer } from './fake-server.ts';
import { fleet } from './samples.ts';
import { openTerminal } from './terminal.ts';

/** A terminal with two keys and an image for MCUboot that the first one signed. */
async function withImage() {
  const terminal = await openTerminal();
  const at = (name: string) => join(terminal.home, name);
  for (const name of ['own', 'other']) {
    await terminal.json(['key', 'create', '--out', at(`${name}.key`)]);
  }
  await writeFile(at('program.bin'), Buffer.alloc(5_000, 'program'));
  const about = ['--format', 'mcuboot', '--version', '1.2.3+4', '--key', at('own.key')];
  const sign = (more: readonly string[]) => terminal.type(['image', 'sign', at('program.bin'), ...about, ...more]);
  const signed = await sign(['--counter', '7', '--load-address', '0x1000', '--out', at('a.img')]);
  return { terminal, at, sign, signed };
}

test('a program is signed, and inspecting it says what is true of it', async () => {
  const { terminal, at, signed } = await withImage();
  try {
    assert.deepEqual([signed.exit, /signed .*a\.img: mcuboot 1\.2\.3\+4, counter 7/.test(signed.out)], [0, true]);
    const shown = await terminal.type(['image', 'inspect', at('a.img'), '--key', at('own.key.pub')]);
    assert.equal(shown.exit, 0, shown.err);
    for (const line of [/format +mcuboot/, /version +1\.2\.3\+4/, /counter +7/, /image +ed25519 +ok +key/, /^pass /m]) {
      assert.match(shown.out, line);
    }
    const plain = await terminal.json(['image', 'inspect', at('a.img')]);
    assert.equal((plain as { signatures: { verdict: string }[] }).signatures[0]?.verdict, 'unknown-key');
  } finally {
    await terminal.leave();
  }
});

test('an image that is not by the key that was named, or is damaged, ends with 8', async () => {
  const { terminal, at } = await withImage();
  try {
    const stranger = await terminal.type(['image', 'inspect', at('a.img'), '--key', at('other.key.pub')]);
    assert.deepEqual([stranger.exit, /none of the known keys/.test(stranger.out)], [8, true]);
    const bytes = await readFile(at('a.img'));
    bytes.writeUInt8(1, 4_000);
    await writeFile(at('damaged.img'), bytes);
    const damaged = await terminal.type(['image', 'inspect', at('damaged.img')]);
    assert.deepEqual([damaged.exit, /wrong/.test(damaged.out)], [8, true]);
    await writeFile(at('text'), 'no image');
    assert.equal((await terminal.type(['image', 'inspect', at('text')])).exit, 0, 'raw is no mistake');
  } finally {
    await terminal.leave();
  }
});

test('what cannot be signed, or must not be overwritten, is refused', async () => {
  const { terminal, at, sign } = await withImage();
  try {
    const before = await readFile(at('a.img'));
    assert.equal((await sign(['--out', at('a.img')])).exit, 2);
    assert.deepEqual(await readFile(at('a.img')), before);
    assert.equal((await sign(['--out', at('b.img'), '--counter', '4294967296'])).exit, 2);
    assert.equal((await sign(['--out', at('b.img'), '--load-address', '0x123456789'])).exit, 2);
    assert.equal((await sign(['--out', at('b.img'), '--format', 'fit'])).exit, 2);
    const about = ['--format', 'mcuboot', '--version', '1.0.0', '--key', at('own.key'), '--out', at('b.img')];
    const twice = await terminal.type(['image', 'sign', at('a.img'), ...about]);
    assert.deepEqual([twice.exit, /found an image for MCUboot/.test(twice.err)], [2, true]);
    await writeFile(at('empty'), '');
    assert.equal((await terminal.type(['image', 'sign', at('empty'), ...about])).exit, 2);
    await assert.rejects(readFile(at('b.img')), { code: 'ENOENT' });
  } finally {
    await terminal.leave();
  }
});

test('the policy is changed rule by rule, with keys that only boot loaders know', async () => {
  let rules: ImageRuleView[] = [];
  const server = await startFakeServer({
    listFleets: () => ({ items: [fleet([])], next: null }),
    getImagePolicy: () => ({ rules }),
    setImagePolicy: (body) => {
      rules = body.rules as ImageRuleView[];
      return { rules };
    },
  });
  const terminal = await openTerminal();
  const policy = (...args: readonly string[]) =>
    terminal.type(['image', 'policy', ...args, '--server', server.url, '--token', 'fake-token']);
  try {
    const pem = join(terminal.home, 'boot.pem');
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    await writeFile(pem, publicKey.export({ type: 'spki', format: 'pem' }));
    assert.match((await policy('show')).out, /nothing is demanded/);
    const both = ['--type', 'hub-a,hub-b', '--component', 'kernel', '--format', 'fit', '--key', pem];
    const set = await policy('set', ...both);
    assert.deepEqual([set.exit, set.out.match(/kernel +fit +required/g)?.length], [0, 2], set.err);
    await policy('set', '--type', 'hub-a', ...both.slice(2), '--optional', '--any-version');
    const said = rules.map(({ deviceType, required, sameVersion }) => [deviceType, required, sameVersion]);
    assert.deepEqual(said, [
      ['hub-b', true, true],
      ['hub-a', false, false],
    ]);
    assert.equal((await policy('clear', '--type', 'hub-c')).exit, 4);
    assert.match((await policy('clear', '--type', 'hub-b')).out, /hub-a +kernel +fit +optional +any/);
    assert.match((await policy('clear')).out, /nothing is demanded/);
    assert.deepEqual(rules, []);
  } finally {
    await terminal.leave();
    await server.close();
  }
});
