import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html, page, table } from './html.ts';

test('what comes from outside stays text, wherever it stands', () => {
  const evil = `<script>alert("1")</script>'&`;
  const made = page(evil, html`<p title="${evil}">${evil}</p>${table([evil], [[evil, 7]])}${table(['x'], [])}`);
  assert.ok(!made.includes('<script') && !made.includes(`"1"`));
  assert.equal(made.match(/&#60;script&#62;/g)?.length, 6);
  assert.ok(made.includes('<p>none</p>') && made.includes('<td>7</td>'));
});
