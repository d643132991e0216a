import { readFile, stat } from 'node:fs/promises';
import type { Input, PublisherView } from '@fettle/api';
import { FettleError, type PublisherProvider, publisherProviders } from '@fettle/model';
import type { Command } from 'commander';
import { audienceOf } from '../ci/id-token.ts';
import type { Context } from '../context.ts';
import { formatAge, formatDuration } from '../output/format.ts';
import { type Style, safeText } from '../output/style.ts';
import { facts, table } from '../output/table.ts';
import { parseDuration } from '../parse/duration.ts';
import { addCommand, addNoun, collect, type Shell, textArgument } from '../shell.ts';

interface AddOptions {
  readonly provider: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly match: readonly string[];
  readonly allowEvent?: readonly string[];
  readonly hosted?: boolean;
  readonly type?: readonly string[];
  readonly jwksFile?: string;
  readonly jwksUrl?: string;
  readonly life?: string;
}

interface TokenOptions {
  readonly life: string;
}

const usualIssuers: Readonly<Record<PublisherProvider, string | undefined>> = {
  github: 'https://token.actions.githubusercontent.com',
  gitlab: 'https://gitlab.com',
  generic: undefined,
};
const mostJwksBytes = 65_536;
const dayMs = 86_400_000;
const mostTokenLifeMs = 90 * dayMs;

/** `fettle publisher`: which jobs of CI may publish without a stored secret. */
export function addPublisherCommands(program: Command, shell: Shell): void {
  const publisher = addNoun(program, 'publisher', 'jobs of CI that may publish to a fleet, without a stored secret');
  addCommand<AddOptions>(publisher, shell, {
    usage: 'add <name>',
    summary: 'let jobs of CI publish to the fleet, or change which ones',
    options: (command) =>
      command
        .requiredOption('--provider <provider>', publisherProviders.join(', '))
        .requiredOption('--match <claim=value>', 'claim that the ID token must have; several times', collectWhole)
        .option('--issuer <url>', 'issuer of the ID tokens (default: github.com or gitlab.com)')
        .option('--audience <text>', 'audience of the ID tokens (default: the URL of the server)')
        .option('--allow-event <event>', 'event beside the usual ones that may publish', collect)
        .option('--hosted', 'only runners of the provider')
        .option('--type <type>', 'device type it may publish for; several times (default: all)', collect)
        .option('--jwks-file <file>', 'pin these public keys, where the server reaches no issuer')
        .option('--jwks-url <url>', 'where the public keys are, if the issuer does not say')
        .option('--life <duration>', 'how long a token lives, 15m at most', '15m'),
    run: addPublisher,
  });
  addCommand(publisher, shell, {
    usage: 'list',
    summary: 'list trusted publishers',
    run: async (context) => {
      const { items } = await (await context.client()).listPublishers();
      context.say(items, (style) => publisherTable(items, style));
      return undefined;
    },
  });
  addCommand(publisher, shell, {
    usage: 'show <name>',
    summary: 'show one publisher and what it compares',
    run: async (context, _, args) => {
      const found = await (await context.client()).getPublisher({ publisher: textArgument(args, 0) });
      context.say(found, (style) => describe(found, style));
      return undefined;
    },
  });
  addCommand(publisher, shell, {
    usage: 'remove <name>',
    summary: 'trust these jobs no longer; tokens that they hold end',
    run: async (context, _, args) => {
      const name = textArgument(args, 0);
      await (await context.client()).removePublisher({ publisher: name });
      context.say({ publisher: name }, () => `${name} publishes no longer`);
      return undefined;
    },
  });
  addCommand<TokenOptions>(publisher, shell, {
    usage: 'token <name>',
    summary: 'make a token that publishes to the fleet, where CI cannot prove what it is',
    options: (command) => command.option('--life <duration>', 'when it ends, 90d at most', '30d'),
    run: makeToken,
  });
}

async function addPublisher(context: Context, options: AddOptions, args: readonly unknown[]): Promise<undefined> {
  const provider = publisherProviders.find((known) => known === options.provider);
  if (!provider) {
    throw new FettleError(
      'invalid-input',
      `--provider: expected ${publisherProviders.join(', ')}, found "${options.provider}".`,
    );
  }
  const issuer = options.issuer ?? usualIssuers[provider];
  if (issuer === undefined) throw new FettleError('invalid-input', 'Expected --issuer for a generic provider.');
  const { server = '' } = await context.settings();
  const { allowEvent, hosted, type, jwksFile, jwksUrl, life = '15m' } = options;
  const input: Input<'savePublisher'> = {
    ...{ publisher: String(args[0] ?? ''), provider, issuer, fleet: await context.fleet() },
    audience: options.audience ?? audienceOf(server, {}),
    match: Object.fromEntries(options.match.map(parseMatch)),
    requireHosted: hosted === true,
    tokenLifeMs: parseDuration(life, '--life'),
    ...(allowEvent ? { allowEvents: [...allowEvent] } : {}),
    ...(type ? { deviceTypes: [...type] } : {}),
    ...(jwksUrl === undefined ? {} : { jwksUrl }),
    ...(jwksFile === undefined ? {} : { jwks: await readJwksFile(jwksFile) }),
  };
  const made = await (await context.client()).savePublisher(input);
  context.say(made, (style) => describe(made, style));
  context.note(`next: in the job, FETTLE_SERVER and an ID token for ${made.audience}, then fettle release publish …`);
  return undefined;
}

async function makeToken(context: Context, { life }: TokenOptions, args: readonly unknown[]): Promise<undefined> {
  const lifeMs = parseDuration(life, '--life');
  if (lifeMs > mostTokenLifeMs)
    throw new FettleError('invalid-input', `--life: expected 90d at most, found "${life}".`);
  const fleet = await context.fleet();
  const expiresAt = new Date(Date.now() + lifeMs).toISOString();
  const name = String(args[0] ?? '');
  const permissions = ['fleet.read', 'release.publish'];
  const made = await (await context.client()).createToken({ name, permissions, fleet, expiresAt });
  context.say(made, (style) => `${style.strong(made.token)}\nfor fleet ${fleet}, until ${expiresAt}; shown this once`);
  context.note('Whoever has this text can publish: prefer fettle publisher add where CI has ID tokens.');
  return undefined;
}

async function readJwksFile(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size > mostJwksBytes) throw new FettleError('too-large', `${file} has more than ${mostJwksBytes} bytes.`);
  return readFile(file, 'utf8');
}

/** Values may have commas. */
function collectWhole(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

function parseMatch(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  throw new FettleError('invalid-input', `--match: expected CLAIM=VALUE, found "${text}".`, {
    details: { next: 'for GitHub: --match repository_id=NUMBER --match environment=release' },
  });
}

function publisherTable(publishers: readonly PublisherView[], style: Style): string {
  if (publishers.length === 0) {
    return 'no publisher yet\nrun:   fettle publisher add NAME --provider github --match repository_id=NUMBER --match environment=release';
  }
  const rows = publishers.map((one) => [style.strong(one.name), one.provider, one.fleet, safeText(one.issuer)]);
  return table(['publisher', 'provider', 'fleet', 'issuer'], rows);
}

function describe(found: PublisherView, style: Style): string {
  const { keys, jwksUrl, pinnedAt } = found;
  const pinned = pinnedAt === null ? '' : `, pinned ${formatAge(pinnedAt, Date.now())}`;
  const isOld = pinnedAt !== null && Date.now() - Date.parse(pinnedAt) > 90 * dayMs;
  return facts([
    ['publisher', style.strong(found.name)],
    ['fleet', found.fleet],
    ['device types', found.deviceTypes.length === 0 ? 'all of the fleet' : found.deviceTypes.join(', ')],
    ['issuer', `${safeText(found.issuer)} (${found.provider})`],
    ['keys', isOld ? style.waiting(`${keys}${pinned}: look whether they still hold`) : `${jwksUrl ?? keys}${pinned}`],
    ['audience', safeText(found.audience)],
    ...Object.entries(found.match).map(([claim, value]) => [claim, safeText(value)] as const),
    ['events', found.allowEvents.length === 0 ? 'the usual ones' : `the usual ones, ${found.allowEvents.join(', ')}`],
    ['runners', found.requireHosted ? 'of the provider only' : 'any'],
    ['token life', formatDuration(found.tokenLifeMs)],
  ]);
}
