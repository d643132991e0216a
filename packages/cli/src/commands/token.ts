import type { OperatorTokenView } from '@fettle/api';
import { FettleError } from '@fettle/model';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { everyRow } from '../every-row.ts';
import { type Style, safeText } from '../output/style.ts';
import { table } from '../output/table.ts';
import { parseDuration } from '../parse/duration.ts';
import { addCommand, addNoun, collect, fleetsOf, type Shell, severalFleets, textArgument } from '../shell.ts';

interface CreateOptions {
  readonly may: readonly string[];
  readonly life?: string;
  readonly fleet?: string | readonly string[];
}

/** `fettle token`: credentials of machines, for the whole tenant or for some fleets. */
export function addTokenCommands(program: Command, shell: Shell): void {
  const token = addNoun(program, 'token', 'tokens of machines, for the whole tenant or for some fleets');
  addCommand<CreateOptions>(token, shell, {
    usage: 'create <name>',
    summary: 'make a token; its text is shown this once',
    options: (command) =>
      severalFleets(command)
        .requiredOption('--may <permission>', 'e.g. rollout.write; several times for several', collect)
        .option('--life <duration>', 'when it ends, e.g. 90d (default: it does not)')
        .addHelpText('after', '\nWith --fleet, several times for several, it opens these fleets and nothing else.'),
    run: createToken,
  });
  addCommand(token, shell, {
    usage: 'list',
    summary: 'list tokens, without their texts',
    run: async (context) => {
      const tokens = await everyRow((await context.client()).all('listTokens', {}));
      context.say(tokens, (style) => tokenTable(tokens, style));
      return undefined;
    },
  });
  addCommand(token, shell, {
    usage: 'revoke <name>',
    summary: 'end a token at once; by its name, or its id',
    run: revokeToken,
  });
}

async function createToken(context: Context, options: CreateOptions, args: readonly unknown[]): Promise<undefined> {
  const { may, life } = options;
  const fleets = fleetsOf(options);
  const endsAt = life === undefined ? undefined : Date.now() + parseDuration(life, '--life');
  const made = await (await context.client()).createToken({
    name: String(args[0] ?? ''),
    permissions: [...may],
    ...(fleets.length > 0 ? { fleets } : {}),
    ...(endsAt === undefined ? {} : { expiresAt: new Date(endsAt).toISOString() }),
  });
  const { record } = made;
  const what = `${record.permissions.join(', ')} in ${reachOf(record)}`;
  context.say(made, (style) => `${style.strong(made.token)}\n${what}, ${endOf(record)}; shown this once`);
  if (fleets.length === 0) context.note('It opens the whole tenant; for some fleets only: --fleet NAME.');
  return undefined;
}

async function revokeToken(context: Context, _: unknown, args: readonly (string | readonly string[] | undefined)[]) {
  const client = await context.client();
  const wanted = textArgument(args, 0);
  const { items } = await client.listTokens();
  const live = items.filter(({ id, name, revokedAt }) => id === wanted || (name === wanted && revokedAt === null));
  const [found] = live.filter((one) => !isOver(one)).concat(live);
  if (!found)
    throw new FettleError('not-found', `There is no token ${wanted}.`, { details: { next: 'fettle token list' } });
  await client.revokeToken({ token: found.id });
  context.say({ token: found.id }, () => `${safeText(found.name)} opens nothing any more`);
  return undefined;
}

function tokenTable(tokens: readonly OperatorTokenView[], style: Style): string {
  const rows = tokens.map((token) => [
    style.strong(safeText(token.name)),
    reachOf(token),
    token.permissions.join(', '),
    isOver(token) ? style.bad(token.revokedAt === null ? 'over' : 'revoked') : endOf(token),
  ]);
  return table(['token', 'opens', 'may', 'ends'], rows);
}

function reachOf({ fleet, fleets }: OperatorTokenView): string {
  if (fleet !== null) return `${fleet} (publishing)`;
  return fleets.length > 0 ? fleets.join(', ') : 'every fleet';
}

function isOver({ revokedAt, expiresAt }: OperatorTokenView): boolean {
  return revokedAt !== null || (expiresAt !== null && Date.parse(expiresAt) <= Date.now());
}

function endOf({ expiresAt }: OperatorTokenView): string {
  return expiresAt === null ? 'without an end' : `until ${expiresAt}`;
}
