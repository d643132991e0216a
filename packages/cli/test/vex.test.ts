import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSuppliedVex } from '@fettle/gates/vulnerabilities';
import { generateKeyPem } from '@fettle/trust';
import { openTerminal } from './terminal.ts';

const document = {
  '@context': 'https://openvex.dev/ns/v0.2.0',
  author: 'PSIRT',
  timestamp: '2026-01-01T00:00:00Z',
  statements: [
    { vulnerability: { name: 'CVE-2026-1' }, products: [{ '@id': 'pkg:deb/debian/curl' }], status: 'fixed' },
  ],
};

test('vex sign makes a document count, and a second person adds a signature; nothing else is signed', async () => {
  const terminal = await openTerminal();
  try {
    const file = join(terminal.home, 'vex.json');
    await writeFile(file, JSON.stringify(document));
    const keys = [generateKeyPem(), generateKeyPem()];
    const paths = keys.map((_, i) => join(terminal.home, `${i}.key`));
    for (const [i, key] of keys.entries()) await writeFile(paths[i] ?? '', key.privateKeyPem, { mode: 0o600 });
    const sign = (what: string, key = '') => terminal.type(['vex', 'sign', what, '--key', key]);
    assert.equal((await sign(file, paths[0])).exit, 0);
    const again = await sign(file, paths[1]);
    assert.deepEqual([again.exit !== 0, /exists/.test(again.err)], [true, true], 'what is signed is not written over');
    const second = await sign(`${file}.dsse.json`, paths[1]);
    assert.match(second.out, /by 2 in all/);
    const believed = { keys: keys.map(({ publicKeyPem }) => publicKeyPem), threshold: 2 };
    const adoption = { expiresAt: Number.MAX_SAFE_INTEGER, deviceTypes: [] };
    const reading = readSuppliedVex(await readFile(`${file}.dsse.json`), adoption, believed);
    assert.deepEqual(reading.ok && reading.statements.map(({ isUnsigned }) => isUnsigned), [undefined]);
    await writeFile(file, '{"what":"ever"}');
    const other = await sign(file, paths[0]);
    assert.match(other.err, /Expected OpenVEX 0.2.0, CSAF 2.0 or CycloneDX/);
  } finally {
    await terminal.leave();
  }
});
