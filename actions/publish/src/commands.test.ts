import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { annotation, mask, plainLines, writeOutput } from './commands.ts';

test('whatever a text holds, an annotation stays one line and one command', () => {
  const said = annotation('error', 'a: b, c\n::warning::x', '100 %\r\n::add-mask::y');
  assert.equal(said, '::error title=a%3A b%2C c%0A%3A%3Awarning%3A%3Ax::100 %25%0D%0A::add-mask::y\n');
  assert.equal(said.split('\n').length, 2);
});

test('nothing is masked where there is nothing to hide', () => {
  assert.equal(mask(' '), '');
  assert.equal(mask('a\nb'), '::add-mask::a%0Ab\n');
});

test('lines that look like commands are shown as text', () => {
  assert.equal(
    plainLines('one\r\n ::error::two\r##[error]three\nfour ##[group]five'),
    'one\n|  ::error::two\n## [error]three\nfour ## [group]five',
  );
});

test('an output cannot end itself early', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-output-'));
  const file = join(folder, 'out');
  await writeOutput(file, 'a', 'x\nghadelimiter_\nb=c');
  await writeOutput(undefined, 'a', 'nobody asks');
  const [, delimiter = ''] = /^a<<(\S+)\n/.exec(await readFile(file, 'utf8')) ?? [];
  assert.equal(await readFile(file, 'utf8'), `a<<${delimiter}\nx\nghadelimiter_\nb=c\n${delimiter}\n`);
  await rm(folder, { recursive: true });
});
