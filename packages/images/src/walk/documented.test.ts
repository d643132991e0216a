import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { walkProblemCodes } from './walked.ts';

const page = readFileSync(new URL('../../../../docs/images.md', import.meta.url), 'utf8');

test('the page about images names every problem of a walk with what it means, and no other', () => {
  const [, table = ''] = /\| problem \| means \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(page) ?? [];
  const expected = Object.entries(walkProblemCodes).map(([code, means]) => `| \`${code}\` | ${means} |`);
  assert.deepEqual(table.trimEnd().split('\n'), expected);
});
