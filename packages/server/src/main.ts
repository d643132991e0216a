import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// What Node compiled is kept beside the packages, not in a folder that others may write: the next start is sooner.
enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/compile', import.meta.url)));

const { run } = await import('./run.ts');
await run(process.argv.slice(2));
