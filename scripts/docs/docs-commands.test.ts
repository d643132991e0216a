import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { programTree } from './cli-reference.ts';
import { listPages, readShellBlocks, type ShellBlock, splitCommands } from './shell-blocks.ts';

const root = join(import.meta.dirname, '../..');
const blocks = listPages(root).flatMap((page) => readShellBlocks(root, page));
const commands = blocks.flatMap((block) => splitCommands(block.text).map((words) => ({ block, words })));
const timeLimitMs = 120_000;
const tree: ReturnType<typeof programTree> | undefined = programTree();

for (const [page, marked] of groupByPage(blocks.filter((block) => block.executed))) {
  test(`the marked commands of ${page} work in the order of the page`, async () => {
    const { code, output } = await runShell(marked.map((block) => block.text).join('\n'));
    assert.equal(code, 0, `${page}, lines ${marked.map((block) => block.line).join(', ')}:\n${output}`);
  });
}

test('every `make` and `npm run` in the docs names what there is', () => {
  const targets = new Set(readFileSync(join(root, 'Makefile'), 'utf8').match(/^[a-z-]+(?=:)/gm));
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const { block, words } of commands) {
    const [program, first = '', second = ''] = words;
    const where = `${block.page}:${block.line}: ${words.join(' ')}`;
    if (program === 'make' && /^[a-z]/.test(first)) assert.ok(targets.has(first), where);
    if (program === 'npm' && first === 'run') assert.ok(Object.hasOwn(scripts, second), where);
  }
});

test('every `fettle` command in the docs exists with the options that are shown', () => {
  const help = memoise(readHelp);
  for (const { block, words } of commands.filter(({ words: [program] }) => program === 'fettle')) {
    const where = `${block.page}:${block.line}: ${words.join(' ')}`;
    const path: string[] = [];
    for (const word of words.slice(1)) {
      const known = listedCommands(help(path.join(' ')));
      if (known.size === 0 || !/^[a-z][a-z-]*$/.test(word)) break;
      assert.ok(known.has(word), `${where}: there is no "${word}"`);
      path.push(word);
    }
    for (const option of words.filter((word) => /^--[a-z]/.test(word))) {
      const [name = ''] = option.split('=');
      assert.match(help('') + help(path.join(' ')), new RegExp(`${name}\\b`), where);
    }
  }
});

/** @param path words of a command, e.g. `release publish`; empty: the program itself */
function readHelp(path: string): string {
  const words = path === '' ? [] : path.split(' ');
  const command = words.reduce((at, word) => at?.commands.find((child) => child.name() === word), tree);
  const text = command?.helpInformation();
  // Commands that are programs of their own tell their options only when they run.
  if (text !== undefined && !text.includes('its own options follow')) return text;
  const cli = join(root, 'packages/cli/src/main.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...words, '--help'], { encoding: 'utf8' });
  assert.equal(status, 0, `fettle ${path} --help:\n${stderr}`);
  return stdout;
}

/** The commands that a help text lists; none when it is the help of a single command. */
function listedCommands(help: string): Set<string> {
  const [, list = ''] = help.split(/^Commands:$/m);
  return new Set([...list.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name = '']) => name));
}

function memoise<T>(compute: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}

function groupByPage(marked: readonly ShellBlock[]): Map<string, ShellBlock[]> {
  return Map.groupBy(marked, (block) => block.page);
}

/** Runs a script in an empty folder, with our commands on the PATH; whatever it leaves running is ended. */
async function runShell(script: string): Promise<{ code: number | null; output: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-docs-'));
  const path = `${join(root, 'node_modules/.bin')}:${process.env.PATH}`;
  const env = { ...process.env, PATH: path, HOME: folder, FETTLE_CHECKOUT: root };
  const shell = spawn('sh', ['-eu', '-c', script], { cwd: folder, env, detached: true });
  let output = '';
  for (const stream of [shell.stdout, shell.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const endGroup = () => {
    try {
      if (shell.pid !== undefined) process.kill(-shell.pid, 'SIGKILL');
    } catch {
      // Nothing of it runs any more.
    }
  };
  const deadline = setTimeout(endGroup, timeLimitMs);
  try {
    const code = await new Promise<number | null>((resolve) => shell.once('exit', resolve));
    return { code, output };
  } finally {
    clearTimeout(deadline);
    endGroup();
    rmSync(folder, { recursive: true, force: true });
  }
}
