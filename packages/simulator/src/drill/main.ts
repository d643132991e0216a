const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  process.stderr.write(
    `Expected Node 24.15 or newer, found ${process.versions.node}. Install one from https://nodejs.org.\n`,
  );
  process.exit(2);
}

// Loaded late: an older Node could not even read the rest.
const { runProgram } = await import('./program.ts');
process.exitCode = await runProgram(process.argv.slice(2));
