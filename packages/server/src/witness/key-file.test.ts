import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { emptyRoot, judgeGrowth, leafHash } from '@fettle/trust';
import { openFileLogSigner } from './file-log-signer.ts';
import { openKeyFile } from './key-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'fettle-key-file-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('a key is made once, for its owner alone, and is the same ever after', () => {
  const file = join(folder, 'new', 'audit.key');
  const made = openKeyFile(file);
  assert.ok(openKeyFile(file).equals(made));
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(join(folder, 'new')), ['audit.key']);
});

test('a key that others may read, and one of another kind, is refused', () => {
  const loose = join(folder, 'loose.key');
  openKeyFile(loose);
  chmodSync(loose, 0o644);
  assert.throws(() => openKeyFile(loose), { code: 'invalid-input' });
  const other = join(folder, 'other.key');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(other, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  assert.throws(() => openKeyFile(other), { code: 'invalid-input' });
});

test('a signer remembers what it signed over a restart, and signs no second history', async () => {
  const file = join(folder, 'signer.key');
  const origin = 'fettle.example/audit/acme';
  const root = leafHash(Buffer.from('one'));
  const wish = { oldSize: 0, proof: [], checkpoint: { origin, size: 1, root } };
  const first = openFileLogSigner(file);
  assert.equal(await first.last(origin), undefined);
  assert.equal((await first.sign(wish)).kind, 'signed');
  first.close();
  const second = openFileLogSigner(file);
  try {
    const last = await second.last(origin);
    assert.equal(last?.size, 1);
    const forked = { ...wish, oldSize: 1, checkpoint: { origin, size: 1, root: emptyRoot } };
    assert.equal((await second.sign(wish)).kind, 'conflict');
    assert.equal((await second.sign(forked)).kind, 'inconsistent');
    assert.equal(judgeGrowth(last, { ...wish, oldSize: 1 }).kind, 'grows');
  } finally {
    second.close();
  }
});
