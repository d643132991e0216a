import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { secretsFacts } from './facts.ts';
import { secretRules } from './secret-rules.ts';

const page = readFileSync(new URL('../../../../docs/secrets.md', import.meta.url), 'utf8');

test('the page about secrets lists every rule with its severity, and every fact with its sentence', () => {
  for (const { name, severity, perDevice } of secretRules) {
    const text = `\`${name}\`${perDevice ? '*' : ''} ${severity}`;
    assert.ok(page.includes(text), `Expected docs/secrets.md to have ${text}.`);
  }
  for (const [name, sentence] of Object.entries(secretsFacts)) {
    assert.ok(page.includes(`| \`${name}\` | ${sentence} |`), `Expected docs/secrets.md to have the fact ${name}.`);
  }
});
