import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './finding.ts';
import { listFiles } from './source-files.ts';

interface WordRule {
  readonly pattern: RegExp;
  readonly message: string;
  readonly files?: RegExp;
}

// Patterns are written so that they do not match themselves.
const rules: readonly WordRule[] = [
  { pattern: /\b(?:TO[D]O|FIX[M]E|X[X]X)\b/, message: 'leaves work for later: do it now or open an issue.' },
  {
    pattern: /(?<![\w.~$}*-])\/(?:work|root|Users|home\/[a-z][a-z0-9]*)\/[\w.-]/,
    message: 'names a path of one machine: use a relative or a temporary one.',
  },
  {
    pattern: /\bregistry\.[a-z0-9-]+\.[a-z]{2,}|_auth[T]oken|"resolved": "https?:/,
    message: 'names a package registry: which one to use is up to who installs.',
  },
  {
    pattern: /:\s*an[y]\b(?![\w-])(?=\s*[,;=)>|&{[\]]|$)|\bas an[y]\b(?=\s*[;),\].]|$)/,
    message: 'says any: use unknown and parse.',
    files: /\.tsx?$/,
  },
  {
    pattern: /@ts-(?:ignore|nocheck|expect-error)/,
    message: 'silences the compiler: make the types true.',
    files: /\.tsx?$/,
  },
  { pattern: /biome-ignore-al[l]/, message: 'silences the linter for a whole file.', files: /\.tsx?$/ },
];

const textFile =
  /\.(?:[cm]?[jt]sx?|json|md|ya?ml|sh|txt|toml|html|css|cmd|editorconfig|npmrc)$|(?:^|\/)(?:Makefile|run|LICENSE)$/;
const maximumLines = 200_000;

/** Words that have no place in what we hand out. */
export function checkWords(root: string): Finding[] {
  return listFiles(root)
    .filter((file) => textFile.test(file))
    .flatMap((file) => findWords(file, readFileSync(join(root, file), 'utf8')));
}

function findWords(file: string, text: string): Finding[] {
  const applicable = rules.filter((rule) => rule.files === undefined || rule.files.test(file));
  const findings: Finding[] = [];
  for (const [index, line] of text.split('\n', maximumLines).entries()) {
    for (const { pattern, message } of applicable) {
      const match = pattern.exec(line);
      if (match) findings.push({ file, line: index + 1, message: `"${match[0].trim()}" ${message}` });
    }
  }
  return findings;
}
