import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findArtifacts, findFiles } from './find-files.ts';

test('globs find files only, sorted; a name that is there is taken as it is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-globs-'));
  await mkdir(join(folder, 'out/c.bin'), { recursive: true });
  for (const name of ['out/b.bin', 'out/a.bin', 'out/[x].bin']) await writeFile(join(folder, name), 'x');
  assert.deepEqual(await findFiles('out/?.bin', folder), [join(folder, 'out/a.bin'), join(folder, 'out/b.bin')]);
  assert.deepEqual(await findFiles('out/[x].bin', folder), [join(folder, 'out/[x].bin')]);
  const lines = [
    { glob: 'out/a.bin', types: ['r1', 'r2'], component: 'app' },
    { glob: 'out/a*', types: ['r2'], component: 'app' },
  ];
  const file = join(folder, 'out/a.bin');
  assert.deepEqual(await findArtifacts(lines, folder), [`${file}:r1:app`, `${file}:r2:app`]);
  await assert.rejects(findFiles('none/**', folder), { code: 'invalid-input' });
  await rm(folder, { recursive: true });
});
