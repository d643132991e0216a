import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { planFileSchema } from '@fettle/api';
import { configurationPage } from './configuration-page.ts';
import { gateFactsPage } from './gate-facts-page.ts';
import { limitsPage } from './limits-page.ts';
import { reasonsPage } from './reasons-page.ts';

const root = new URL('../../../../', import.meta.url);

/** The pages that are made from code, by their path in the repository. */
export function madePages(): Readonly<Record<string, string>> {
  const source = readFileSync(new URL('packages/model/src/limits.ts', root), 'utf8');
  return {
    'docs/configuration.md': configurationPage(),
    'docs/gate-facts.md': gateFactsPage(),
    'docs/limits.md': limitsPage(source),
    'docs/plan.schema.json': schemaPage(planFileSchema()),
    'docs/reasons.md': reasonsPage(),
  };
}

/** A schema as the formatter of this repository likes it: lists of plain values on one line. */
function schemaPage(schema: unknown): string {
  const text = JSON.stringify(schema, undefined, 2);
  return `${text.replace(/\[([^[\]{}]+)\]/g, (_, list: string) => `[${list.trim().replace(/,\s+/g, ', ')}]`)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of Object.entries(madePages())) {
    writeFileSync(new URL(path, root), text);
    process.stdout.write(`wrote ${path}\n`);
  }
}
