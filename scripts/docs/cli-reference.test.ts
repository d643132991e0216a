import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { leavesOf, ownOptions, programTree, withReference } from './cli-reference.ts';

const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');
const program = programTree();

test('docs/cli.md has every command and option; if not, run: node scripts/docs/write-cli-reference.ts', () => {
  const [found, expected] = [page, withReference(page)].map((text) => text.split('\n'));
  const lacking = expected?.filter((line) => !found?.includes(line));
  const tooMany = found?.filter((line) => !expected?.includes(line));
  assert.deepEqual({ lacking, tooMany }, { lacking: [], tooMany: [] });
  assert.ok(page === withReference(page), 'the same lines stand in another order');
});

test('the reference has what a person can type, whoever made it', () => {
  const leaves = leavesOf(program);
  assert.ok(leaves.size > 100);
  for (const [words, command] of leaves) {
    const [, section = ''] = page.split(new RegExp(`^\\*\\*\`fettle ${words}(?=[ \`])`, 'm'));
    const own = section.split(/^(?:\*\*|### )/m, 1)[0] ?? '';
    for (const { long } of ownOptions(program, command)) assert.ok(own.includes(`${long}`), `fettle ${words} ${long}`);
    assert.notEqual(own, '', `fettle ${words}`);
  }
});

test('the table of commands names each of them', () => {
  const [, table = ''] = /\| command \| what it does \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(page) ?? [];
  const cells = table.split('\n').map((row) => row.split(' | ', 1)[0] ?? '');
  const isNamed = (words: string) => {
    const [last = '', ...nouns] = words.split(' ').reverse();
    const start = ['`fettle', ...nouns.reverse()].join(' ');
    return cells.some((cell) => cell.includes(`${start} `) && new RegExp(`[\`, ]${last}\\b(?!-)`).test(cell));
  };
  assert.deepEqual(
    [...leavesOf(program).keys()].filter((words) => !isNamed(words)),
    [],
  );
});
