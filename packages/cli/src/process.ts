import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { environment } from './config.ts';
import { exitCodes } from './exit-codes.ts';
import type { Ask } from './io.ts';
import { run } from './run.ts';

/** Runs the command line of this process: the only place that touches its streams, signals and exit code. */
export async function runProcess(): Promise<void> {
  const stop = new AbortController();
  let asked = 0;
  let isCut = false;
  const onSignal = () => {
    asked += 1;
    stop.abort();
    // Whoever asks a second time wants out now; children were told the first time.
    if (asked > 1) process.exit(exitCodes.interrupted);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', onSignal);
  // `fettle audit list | head` closes our output early: that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.ok);
    // A full disk is one: nobody may take half a result for a whole one.
    if (!isCut) process.stderr.write(`error: the result could not be written: ${error.message}\n`);
    isCut = true;
    process.exitCode = exitCodes.unexpected;
    stop.abort();
  });
  const ask = process.stdin.isTTY ? askTerminal(stop.signal) : undefined;
  const io = { stdout: process.stdout, stderr: process.stderr, env: environment, signal: stop.signal, ask };
  const exit = await run(process.argv.slice(2), io);
  process.exitCode = isCut ? exitCodes.unexpected : exit;
  process.off('SIGINT', onSignal);
  process.off('SIGTERM', onSignal);
  process.off('SIGHUP', onSignal);
}

/** Questions go to standard error: standard output belongs to the result. */
function askTerminal(signal: AbortSignal): Ask {
  return async (question, { hidden = false } = {}) => {
    let isQuiet = false;
    const output = new Writable({
      write: (chunk, _, done) => {
        if (!isQuiet) process.stderr.write(chunk);
        done();
      },
    });
    const lines = createInterface({ input: process.stdin, output, terminal: true });
    try {
      const answer = lines.question(question, { signal });
      isQuiet = hidden;
      return await answer;
    } finally {
      lines.close();
      if (hidden) process.stderr.write('\n');
    }
  };
}
