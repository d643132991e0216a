import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileScratch } from './file-scratch.ts';

const folder = mkdtempSync(join(tmpdir(), 'fettle-scratch-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('what was appended is read back, and gone when it is discarded', async () => {
  const file = await fileScratch(folder).create();
  await file.append(Buffer.from('first '));
  await file.append(Buffer.from('second'));
  const { size, read } = file.source();
  assert.equal(Buffer.from(await read(3, size - 3)).toString(), 'st second');
  await file.discard();
  assert.deepEqual(readdirSync(folder), []);
});

test('a disk that is nearly full takes nothing', async () => {
  const file = await fileScratch(folder, Number.MAX_SAFE_INTEGER).create();
  await assert.rejects(file.append(Buffer.alloc(1)), { code: 'check-failed', message: /does not fit: \d+ bytes/ });
  await file.discard();
});
