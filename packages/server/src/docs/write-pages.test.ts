import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { madePages } from './write-pages.ts';

for (const [path, text] of Object.entries(madePages())) {
  test(`${path} is what the code says; if not, run: node packages/server/src/docs/write-pages.ts`, () => {
    assert.equal(readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8'), text);
  });
}
