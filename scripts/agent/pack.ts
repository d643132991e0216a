import { join, relative } from 'node:path';
import { packAlone } from './tarballs.ts';

// `npm run pack-agent`: leaves the tarballs that a device installs in dist/agent.
const folder = join(import.meta.dirname, '../../dist/agent');
for (const file of packAlone('agent', folder)) console.log(relative(process.cwd(), file));
