#!/usr/bin/env node
import { fileURLToPath } from 'node:url';

// Plain JavaScript on purpose: an old Node must be able to read this file to say that it is too old.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 24 || (major === 24 && minor >= 15)) {
  // Compiled modules are kept beside the packages, not in a folder that others may write: commands start sooner.
  const { enableCompileCache } = await import('node:module');
  enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/compile', import.meta.url)));
  await import('../src/main.ts');
} else {
  process.stderr.write(
    `fettle: expected Node 24.15 or newer, found ${process.versions.node} (${process.execPath}).\n` +
      'In a checkout run: npx fettle …, which uses the Node that `npm ci` installed; elsewhere install a newer Node from https://nodejs.org\n',
  );
  process.exitCode = 1;
}
