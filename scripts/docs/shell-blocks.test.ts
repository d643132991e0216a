import assert from 'node:assert/strict';
import test from 'node:test';
import { parseShellBlocks, splitCommands } from './shell-blocks.ts';

test('shell blocks are found with their line and mark, other languages are not', () => {
  const page = [
    '# Page',
    '',
    '```sh test',
    'make check',
    '```',
    '```json',
    '{}',
    '```',
    '- item',
    '  ```sh',
    '  ls',
    '  ```',
  ];
  assert.deepEqual(parseShellBlocks('a.md', page.join('\n')), [
    { page: 'a.md', line: 4, executed: true, text: 'make check' },
    { page: 'a.md', line: 11, executed: false, text: 'ls' },
  ]);
});

test('a console block is read without prompts and output', () => {
  const [block] = parseShellBlocks('a.md', '```console\n$ fettle device list\nNAME STATE\n```\n');
  assert.equal(block?.text, 'fettle device list');
});

test('commands are split and freed of comments, settings and wrappers', () => {
  const text = 'CI=true make test # all of it\nnpx fettle key \\\n  create --json | jq .\nexport A=1; ls';
  assert.deepEqual(splitCommands(text), [
    ['make', 'test'],
    ['fettle', 'key', 'create', '--json'],
    ['jq', '.'],
    ['export', 'A=1'],
    ['ls'],
  ]);
});
