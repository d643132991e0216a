import { readFileSync, writeFileSync } from 'node:fs';
import { withReference } from './cli-reference.ts';

const page = new URL('../../docs/cli.md', import.meta.url);
writeFileSync(page, withReference(readFileSync(page, 'utf8')));
process.stdout.write('wrote docs/cli.md\n');
