import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readPublicKey } from '@fettle/trust';
import { startFakeServer } from './fake-server.ts';
import { fleet } from './samples.ts';
import { openTerminal, type Terminal } from './terminal.ts';

let terminal: Terminal;
before(async () => {
  terminal = await openTerminal(undefined, { PASSPHRASE: 'correct horse battery' });
});
after(() => terminal.leave());

const encrypted = ['--encrypt', '--passphrase-source', 'env:PASSPHRASE'];

test('a key of every algorithm is made, and its public half shown with the id that metadata has for it', async () => {
  const wanted = { ed25519: 'ed25519', p256: 'ecdsa-p256', rsa3072: 'rsa-pss', 'ml-dsa-44': 'ml-dsa-44' };
  for (const [algorithm, kind] of Object.entries(wanted)) {
    const out = join(terminal.home, `${algorithm}.key`);
    const made = (await terminal.json(['key', 'create', '--out', out, '--algorithm', algorithm])) as {
      keyId: string;
      tufKeyId: string;
    };
    const shown = (await terminal.json(['key', 'show', out])) as { keyId: string; tufKeyId: string; algorithm: string };
    assert.deepEqual([shown.keyId, shown.tufKeyId, shown.algorithm], [made.keyId, made.tufKeyId, algorithm]);
    assert.equal(readPublicKey(await readFile(`${out}.pub`, 'utf8')).kind, kind);
  }
  assert.equal((await terminal.type(['key', 'create', '--algorithm', 'dsa'])).exit, 2);
});

test('an encrypted key holds nothing readable, and its public half needs no passphrase', async () => {
  const out = join(terminal.home, 'safe.key');
  assert.equal((await terminal.type(['key', 'create', '--out', out, ...encrypted])).exit, 0);
  assert.doesNotMatch(await readFile(out, 'utf8'), /PRIVATE KEY/);
  const copy = join(terminal.home, 'copy.pub');
  assert.equal((await terminal.type(['key', 'show', `file:${out}`, '--out', copy])).exit, 0);
  assert.equal(await readFile(copy, 'utf8'), await readFile(`${out}.pub`, 'utf8'));
  assert.equal((await terminal.type(['key', 'show', out, '--out', copy])).exit, 2, 'nothing is overwritten');
  const other = join(terminal.home, 'other.key');
  assert.equal((await terminal.type(['key', 'create', '--out', other, '--encrypt'])).exit, 2, 'nobody to ask');
});

test('an encrypted key opens by its locator only with its passphrase', async () => {
  const out = join(terminal.home, 'sealed.key');
  await terminal.type(['key', 'create', '--out', out, ...encrypted]);
  const { keyId } = (await terminal.json(['key', 'show', out])) as { keyId: string };
  const server = await startFakeServer({ listFleets: () => ({ items: [fleet([keyId])], next: null }) });
  const image = join(terminal.home, 'fw.bin');
  await writeFile(image, 'firmware');
  try {
    const publish = (source: string) => {
      const place = ['--type', 'hub-a', '--component', 'rootfs', '--version', '1.0.0', '--key'];
      const login = ['--server', server.url, '--token', 'fake-token'];
      return terminal.type([
        'release',
        'publish',
        image,
        ...place,
        `file:${out}?passphrase-source=${source}`,
        ...login,
      ]);
    };
    // This server has no fleet to show: whoever gets that far has opened the key.
    assert.equal((await publish('env:PASSPHRASE')).exit, 4);
    assert.equal((await publish('env:HOME')).exit, 3);
    assert.equal((await publish('env:NOTHING')).exit, 2);
    assert.equal(
      server.calls.some(({ input }) => JSON.stringify(input).includes('battery')),
      false,
    );
  } finally {
    await server.close();
  }
});
