import { type Command, CommanderError } from 'commander';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';
import { createStyle, safeLines } from './output/style.ts';
import { type ShownProblem, showProblem } from './problems.ts';
import { buildProgram } from './program.ts';
import type { Shell } from './shell.ts';

/**
 * Runs one command line to its end.
 * @param args what follows `fettle`
 * @returns the exit code; never throws
 */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  const shell: Shell = { io, exit: exitCodes.ok, command: [], run };
  const complaints: string[] = [];
  const program = buildProgram(shell, complaints);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return shell.exit;
  } catch (error) {
    if (error instanceof CommanderError) return finishParsing(error, complaints.join(''), { program, args, io });
    if (io.signal.aborted) return exitCodes.interrupted;
    return complain(showProblem(error, shell.command), { args, io });
  }
}

interface Call {
  readonly program: Command;
  readonly args: readonly string[];
  readonly io: Io;
}

/** Commander ends parsing by throwing: for help and the version too. */
function finishParsing(error: CommanderError, said: string, call: Call): ExitCode {
  if (error.exitCode === 0) return exitCodes.ok;
  if (error.code === 'commander.help') {
    call.io.stderr.write(said);
    return exitCodes.usage;
  }
  const message = said.trim().replace(/^error: /, '') || error.message;
  const next = ['fettle', ...knownWords(call.program, call.args), '--help'].join(' ');
  return complain({ exit: exitCodes.usage, code: 'invalid-input', message, next, details: {} }, call);
}

/** As many of the words as lead to a command that exists. */
function knownWords(program: Command, args: readonly string[]): readonly string[] {
  const words: string[] = [];
  let at = program;
  for (const word of args) {
    const child = at.commands.find((command) => command.name() === word);
    if (!child) break;
    words.push(word);
    at = child;
  }
  return words;
}

function complain(problem: ShownProblem, { args, io }: Pick<Call, 'args' | 'io'>): ExitCode {
  const style = createStyle(io.stderr, io.env);
  io.stderr.write(
    `${style.bad('error:')} ${safeLines(problem.message)}\n${style.strong('run:')}   ${safeLines(problem.next)}\n`,
  );
  if (args.includes('--json')) {
    const { exit, ...error } = problem;
    io.stdout.write(`${JSON.stringify({ error: { ...error, exit } }, null, 2)}\n`);
  }
  return problem.exit;
}
