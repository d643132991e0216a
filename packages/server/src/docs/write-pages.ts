import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configurationPage } from './configuration-page.ts';
import { limitsPage } from './limits-page.ts';

const root = new URL('../../../../', import.meta.url);

/** The pages that are made from code, by their path in the repository. */
export function madePages(): Readonly<Record<string, string>> {
  const source = readFileSync(new URL('packages/model/src/limits.ts', root), 'utf8');
  return { 'docs/configuration.md': configurationPage(), 'docs/limits.md': limitsPage(source) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of Object.entries(madePages())) {
    writeFileSync(new URL(path, root), text);
    process.stdout.write(`wrote ${path}\n`);
  }
}
