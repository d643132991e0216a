#!/usr/bin/env node
// Only modules that any Node can read may be imported here: the first thing to say is that Node is too old.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  process.stderr.write(
    `Fettle needs Node 24.15 or newer, this is ${process.versions.node}. Install a newer Node, or run it with \`npx fettle\` from the repository.\n`,
  );
  process.exit(1);
}

const { run } = await import('./run.ts');
await run(process.argv.slice(2));

export {};
