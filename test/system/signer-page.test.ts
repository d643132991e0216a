import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');
const units = join(root, 'packaging/systemd');
const page = readFileSync(join(root, 'docs/signer.md'), 'utf8');

/** What a program of the command line says to --help. */
async function helpOf(program: string): Promise<string> {
  const main = join(root, 'packages/cli/src/main.ts');
  const args = ['--disable-warning=ExperimentalWarning', main, program, '--help'];
  return (await promisify(execFile)(process.execPath, args)).stdout;
}

const flagsOf = (text: string) => new Set(text.match(/--[a-z][a-z-]*/g));

test('every flag in the units is one that its program knows, and the page shows the same lines', async () => {
  const names = readdirSync(units).filter((name) => name.endsWith('.service'));
  assert.deepEqual(names.sort(), ['fettle-signer.service', 'fettle.service']);
  for (const name of names) {
    const line = /^ExecStart=\/usr\/bin\/fettle (\w+) .*$/m.exec(readFileSync(join(units, name), 'utf8'));
    assert.ok(line, name);
    assert.ok(page.includes(line[0]), `${name}: ${line[0]}`);
    const known = flagsOf(await helpOf(line[1] ?? ''));
    for (const flag of flagsOf(line[0])) assert.ok(known.has(flag), `${name}: ${flag}`);
  }
});

test('the page has every option of `fettle signer`, and every reason of its own', async () => {
  const help = flagsOf(await helpOf('signer'));
  for (const flag of help) if (flag !== '--version' && flag !== '--help') assert.ok(page.includes(`\`${flag}`), flag);
  const source = readFileSync(join(root, 'packages/server/src/signer/rules/refusal.ts'), 'utf8');
  const reasons = source.match(/'[a-z-]+'/g)?.map((quoted) => quoted.slice(1, -1)) ?? [];
  assert.ok(reasons.length > 10);
  for (const reason of reasons.filter((one) => one.includes('-') && !one.startsWith('@'))) {
    assert.ok(page.includes(`\`${reason}\``), reason);
  }
});
