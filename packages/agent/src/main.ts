#!/usr/bin/env node
// The version comes first: an older Node would fail later with a message that helps nobody.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 24 || (major === 24 && minor >= 15)) {
  const { runCommandLine } = await import('./command-line.ts');
  process.exitCode = await runCommandLine(process.argv.slice(2));
} else {
  process.stderr.write(
    `fettle-agent: expected Node 24.15 or newer, found ${process.versions.node} (${process.execPath}).\n` +
      'Install a newer Node and start the agent with it.\n',
  );
  process.exitCode = 1;
}

export {};
