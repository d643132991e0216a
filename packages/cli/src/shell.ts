import type { Command } from 'commander';
import { type Context, createContext, type SharedOptions } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';

/** One run of the command line: its surroundings, and what it will exit with. */
export interface Shell {
  readonly io: Io;
  exit: ExitCode;
  /** Words of the command that ran, for messages: `['release', 'publish']`. */
  command: readonly string[];
  /** Runs another command line, as the demo does. */
  readonly run: RunCommandLine;
}

export type RunCommandLine = (args: readonly string[], io: Io) => Promise<ExitCode>;

/** A command: how it is written, and what it does. `run` may return an exit code other than 0. */
export interface CommandSpec<Options> {
  /** Name and arguments, e.g. `show [FLEET]`. */
  readonly usage: string;
  readonly summary: string;
  readonly options?: (command: Command) => Command;
  readonly run: (context: Context, options: Options, args: CommandArguments) => Promise<ExitCode | undefined>;
}

/** Positional arguments in order; a variadic one is a list. */
export type CommandArguments = readonly (string | readonly string[] | undefined)[];

/** Adds a command that does something, with the options that every command takes. */
export function addCommand<Options>(parent: Command, shell: Shell, spec: CommandSpec<Options>): Command {
  const command = addSharedOptions(parent.command(spec.usage).description(spec.summary));
  spec.options?.(command);
  command.action(async () => {
    shell.command = wordsOf(command);
    const options = command.optsWithGlobals<SharedOptions & Options>();
    const context = createContext(shell.io, options);
    shell.exit = (await spec.run(context, options, command.processedArgs)) ?? exitCodes.ok;
  });
  return command;
}

/** Adds a noun that only holds commands. */
export function addNoun(parent: Command, name: string, summary: string): Command {
  return parent.command(name).description(summary).helpCommand(false);
}

export function addSharedOptions(command: Command): Command {
  return command
    .option('--json', 'result as JSON on standard output')
    .option('--server <url>', 'server to talk to (FETTLE_SERVER)')
    .option('--token <token>', 'operator token (FETTLE_TOKEN)')
    .option('--fleet <fleet>', 'fleet that this is about (FETTLE_FLEET)');
}

/** The words of a command below `fettle`. */
export function wordsOf(command: Command): readonly string[] {
  const words: string[] = [];
  for (let at: Command | null = command; at?.parent; at = at.parent) words.unshift(at.name());
  return words;
}

/** Lets `--fleet`, which every command takes once, be given several times: `fleetsOf` reads it. */
export function severalFleets(command: Command): Command {
  command.options.find(({ long }) => long === '--fleet')?.argParser(collect);
  return command;
}

/** Fleets that a command line names itself; the one that `fleet use` chose is none of them. */
export function fleetsOf({ fleet }: { readonly fleet?: string | readonly string[] }): string[] {
  return typeof fleet === 'string' ? [fleet] : [...(fleet ?? [])];
}

/** For options that may be given several times, or once with commas. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  const parts = value.split(',').map((part) => part.trim());
  return [...(before ?? []), ...parts.filter((part) => part !== '')];
}

/** The positional argument at a place, which the usage line made mandatory. */
export function textArgument(args: CommandArguments, place: number): string {
  const value = args[place];
  return typeof value === 'string' ? value : '';
}

/** The variadic argument at a place. */
export function listArgument(args: CommandArguments, place: number): readonly string[] {
  const value = args[place];
  return Array.isArray(value) ? value : [];
}
