import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Modules in the order in which they need each other. */
const modules = [
  'values',
  'report',
  'read-zip',
  'signatures',
  'log',
  'tuf',
  'pins',
  'context',
  'rules-sums',
  'rules-release',
  'rules-audit',
  'rules-policy',
  'rules-evidence',
  'rules-judged',
  'rules-people',
  'rules-acts',
  'verify-dossier',
  'main',
];

const head = `// Verifies a Fettle release dossier. Needs Node 20 or newer, no network, no other file.
// Made of packages/dossier/src/verify of Fettle; read it before you trust it: it is written to be read.
`;

/**
 * The verifier as one file: the modules one after the other without their types, what they import of each other left
 * out, what they import of Node at the top.
 */
export function bundleVerifier(): string {
  const wanted = new Map<string, Set<string>>();
  const bodies = modules.map((name) => {
    const source = readFileSync(new URL(`../verify/${name}.ts`, import.meta.url), 'utf8');
    const plain = stripTypeScriptTypes(source);
    const body = plain.replace(
      /^import\s+\{([^}]*)\}\s+from\s+'([^']+)';?[ \t]*$/gm,
      (_, names: string, from: string) => {
        if (!from.startsWith('node:')) return '';
        const known = wanted.get(from) ?? new Set();
        for (const one of names.split(',')) if (one.trim() !== '') known.add(one.trim());
        wanted.set(from, known);
        return '';
      },
    );
    return `// ${name}\n${tidy(body.replace(/^export (?=const|function|class)/gm, ''))}`;
  });
  const imports = [...wanted]
    .sort()
    .map(([from, names]) => `import { ${[...names].sort().join(', ')} } from '${from}';`);
  return formatted(`${head}${imports.join('\n')}\n\n${bodies.join('\n')}`);
}

/** People read it before they trust it. */
function formatted(text: string): string {
  const options = { input: text, cwd: new URL('../..', import.meta.url), encoding: 'utf8' } as const;
  const biome = fileURLToPath(new URL('../../../../node_modules/.bin/biome', import.meta.url));
  return execFileSync(biome, ['format', '--stdin-file-path=packages/dossier/verifier/verify.mjs'], options);
}

/** Where types stood there are blanks now. */
function tidy(text: string): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;
}
