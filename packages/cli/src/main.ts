#!/usr/bin/env node
// The version comes first and everything else is loaded after it: an old Node must get as far as the message.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  process.stderr.write(
    `fettle: expected Node 24.15 or newer, found ${process.versions.node} (${process.execPath}).\n` +
      'In a checkout run: npx fettle …, which uses the Node that `npm ci` installed; elsewhere install a newer Node from https://nodejs.org\n',
  );
  process.exitCode = 1;
} else {
  const { runProcess } = await import('./process.ts');
  await runProcess();
}
