import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A block of shell commands in a page. */
export interface ShellBlock {
  /** Path from the root of the repository. */
  readonly page: string;
  /** Line of the first command, counted from 1. */
  readonly line: number;
  /** True for ```sh test: the commands are executed by a test. */
  readonly executed: boolean;
  readonly text: string;
}

/** README, CONTRIBUTING, AGENTS and everything below docs/. */
export function listPages(root: string): string[] {
  const top = readdirSync(root).filter((name) => name.endsWith('.md'));
  const docs = existsSync(join(root, 'docs'))
    ? readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    : [];
  return [...top, ...docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)].sort();
}

export function readShellBlocks(root: string, page: string): ShellBlock[] {
  return parseShellBlocks(page, readFileSync(join(root, page), 'utf8'));
}

/** Finds fenced blocks with the language `sh` or `console` (prompts `$ ` and output are taken off there). */
export function parseShellBlocks(page: string, text: string): ShellBlock[] {
  const blocks: ShellBlock[] = [];
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const fence = /^(\s*)(`{3,})(\w*)\s*(.*)$/.exec(lines[i] ?? '');
    if (!fence) continue;
    const [, indent = '', ticks = '', language = '', mark = ''] = fence;
    const begin = i + 1;
    do i++;
    while (i < lines.length && lines[i]?.trim() !== ticks);
    const inside = lines.slice(begin, i).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    if (language !== 'sh' && language !== 'console') continue;
    const commands =
      language === 'sh' ? inside : inside.filter((line) => line.startsWith('$ ')).map((line) => line.slice(2));
    blocks.push({ page, line: begin + 1, executed: mark.trim() === 'test', text: commands.join('\n') });
  }
  return blocks;
}

/** The command lines of a block as words: continued lines joined, comments, prefixes and redirections taken off. */
export function splitCommands(text: string): string[][] {
  return text
    .replaceAll(/\\\n\s*/g, ' ')
    .split(/\n|&&|\|\||[;|&](?!\d)/)
    .map((line) =>
      line
        .replace(/(?:^|\s)#.*$/, '')
        .trim()
        .split(/\s+/),
    )
    .map((words) => dropPrefixes(words))
    .filter(([first]) => first !== undefined && first !== '');
}

function dropPrefixes(words: readonly string[]): string[] {
  const isPrefix = (word: string) => /^[A-Z_]+=/.test(word) || ['sudo', 'npx', 'exec', 'time', '!'].includes(word);
  const first = words.findIndex((word) => !isPrefix(word));
  return first < 0 ? [] : words.slice(first);
}
