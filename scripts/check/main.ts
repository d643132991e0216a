import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checkFloors, readImports } from './check-floors.ts';
import { checkGlobals } from './check-globals.ts';
import { checkImports } from './check-imports.ts';
import { checkLock } from './check-lock.ts';
import { checkPackages } from './check-packages.ts';
import { checkTests } from './check-tests.ts';
import { checkWords } from './check-words.ts';
import { type Finding, formatFinding } from './finding.ts';

const colors = process.stdout.isTTY ? '--colors=force' : '--colors=off';
const root = join(import.meta.dirname, '../..');

/** `npm run check`: every rule that a machine can hold, one line each; ends with 1 when any is broken. */
async function main(): Promise<number> {
  const imports = await readImports(root);
  const outcomes = [
    run('format and lint', 'node_modules/@biomejs/biome/bin/biome', ['ci', '--error-on-warnings', colors, '.']),
    run('types', 'node_modules/typescript7/bin/tsc', ['-p', 'tsconfig.json']),
    tell('floors', checkFloors(root, imports)),
    tell('declared imports', checkImports(root, imports)),
    tell('pure packages', checkGlobals(root)),
    tell('packages', checkPackages(root)),
    tell('lock file', checkLock(root)),
    tell('tests', checkTests(root)),
    tell('words', checkWords(root)),
  ];
  const broken = outcomes.filter((ok) => !ok).length;
  console.log(broken === 0 ? `check: ok, ${imports.modules.length} modules read` : `check: ${broken} rule(s) broken`);
  return broken === 0 ? 0 : 1;
}

function run(title: string, program: string, args: readonly string[]): boolean {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, program), ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) console.error(`${stdout}${stderr}`.trimEnd());
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${title}`);
  return status === 0;
}

function tell(title: string, findings: readonly Finding[]): boolean {
  for (const finding of findings) console.error(formatFinding(finding));
  console.log(findings.length === 0 ? `ok   ${title}` : `FAIL ${title}: ${findings.length} finding(s)`);
  return findings.length === 0;
}

process.exitCode = await main();
