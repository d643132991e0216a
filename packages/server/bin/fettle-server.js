#!/usr/bin/env node
// Plain JavaScript on purpose: an old Node must be able to read this file to say that it is too old.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 24 || (major === 24 && minor >= 15)) {
  await import('../src/main.ts');
} else {
  process.stderr.write(
    `fettle-server: expected Node 24.15 or newer, found ${process.versions.node} (${process.execPath}).\n` +
      'In a checkout run: npx fettle serve, which uses the Node that `npm ci` installed; elsewhere install a newer Node from https://nodejs.org\n',
  );
  process.exitCode = 1;
}
