import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { DemoOptions } from '../demo/demo.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { addCommand, type Shell } from '../shell.ts';

interface DemoCommandOptions {
  readonly once?: boolean;
  readonly keys?: string;
}

/** `fettle demo`: the whole job on this machine. */
export function addDemoCommand(program: Command, shell: Shell): void {
  addCommand<DemoCommandOptions>(program, shell, {
    usage: 'demo',
    summary: 'see real firmware go to 203 devices, in phases, and come back when it is bad',
    options: (command) =>
      command
        .option('--once', 'end after the last step, with exit code 0 only if all went as told')
        .option('--keys <locator>', 'hold keys in this PKCS#11 token, and sign images for MCUboot with one as well'),
    run: async (context, { once, keys }) => play(context, { run: shell.run, endAtOnce: once === true, token: keys }),
  });
}

async function play({ io, json }: Context, options: DemoOptions): Promise<ExitCode> {
  // Loaded late: nothing else needs the demo's own libraries.
  const [{ runDemo }, { DemoFailure }] = await Promise.all([import('../demo/demo.ts'), import('../demo/stage.ts')]);
  try {
    const seconds = await runDemo(json ? { ...io, stdout: io.stderr } : io, options);
    // Whoever stayed has seen how it went, and has pressed Ctrl-C.
    const last = options.endAtOnce ? `demo: ok in ${seconds} s` : 'Everything is stopped and removed.';
    io.stdout.write(`${json ? JSON.stringify({ ok: true, seconds }) : last}\n`);
    return exitCodes.ok;
  } catch (error) {
    if (!(error instanceof DemoFailure) || io.signal.aborted) throw error;
    if (json) io.stdout.write(`${JSON.stringify({ ok: false, message: error.message })}\n`);
    io.stderr.write(`\nerror: ${error.message}\nrun:   fettle demo again; what the programs said last is above\n`);
    return exitCodes.badOutcome;
  }
}
