import type { Command } from 'commander';
import { locateProgram } from '../programs.ts';
import { addNoun, type Shell, wordsOf } from '../shell.ts';
import { handOver } from './programs.ts';

interface CopyOptions {
  readonly from: string;
  readonly to?: string;
  readonly json?: boolean;
}

/** `fettle database`: what is done to the database itself, on the machine of a server that is stopped. */
export function addDatabaseCommands(program: Command, shell: Shell): void {
  const database = addNoun(program, 'database', 'move an installation to another database');
  const copy = database
    .command('copy')
    .description('copy an installation from its SQLite file into an empty PostgreSQL database, and compare')
    .requiredOption('--from <file>', 'SQLite file of the installation, e.g. /var/lib/fettle/fettle.db')
    .option('--to <url>', 'postgres://USER:PASSWORD@HOST:PORT/DATABASE (FETTLE_DATABASE)')
    .option('--json', 'result as JSON on standard output')
    .addHelpText(
      'after',
      '\nStop the server first. Run it again after a failure: the target keeps nothing of a copy that was not finished.',
    );
  copy.action(async () => {
    shell.command = wordsOf(copy);
    const { from, to, json } = copy.opts<CopyOptions>();
    const target = to === undefined ? [] : ['--to', to];
    shell.exit = await handOver(locateProgram('database'), ['--from', from, ...target, ...(json ? ['--json'] : [])]);
  });
}
