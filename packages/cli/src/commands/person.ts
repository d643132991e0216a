import { readFile } from 'node:fs/promises';
import type { PersonView } from '@fettle/api';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { everyRow } from '../every-row.ts';
import { shortDigest } from '../output/format.ts';
import { type Style, safeText } from '../output/style.ts';
import { facts, table } from '../output/table.ts';
import { askNewPassword, askPassword } from '../people/ask-password.ts';
import { addCommand, addNoun, collect, fleetsOf, type Shell, severalFleets, textArgument } from '../shell.ts';

interface PersonOptions {
  readonly fullName?: string;
  readonly role?: readonly string[];
  readonly may?: readonly string[];
  readonly account?: readonly string[];
  readonly reason?: string;
  readonly everyFleet?: boolean;
  readonly fleet?: string | readonly string[];
}

const fleetHelp =
  '\nWith --fleet, several times for several, they see and change what is of these fleets and nothing else.';
const withReason = (command: Command) => command.option('--reason <text>', 'kept in the audit log');

/** `fettle person`: who logs in and signs, one account for one human being. */
export function addPersonCommands(program: Command, shell: Shell): void {
  const person = addNoun(program, 'person', 'people who log in and sign for releases');
  addCommand<PersonOptions>(person, shell, {
    usage: 'create <name>',
    summary: 'make an account; its owner has to change the password first',
    options: (command) =>
      severalFleets(command)
        .requiredOption('--full-name <name>', 'printed under what they sign')
        .option('--role <role>', 'e.g. qa; several times for several', collect)
        .option('--may <permission>', 'e.g. release.approve; several times for several', collect)
        .option('--account <issuer#id>', 'who they are in CI; several times for several', collect)
        .addHelpText('after', fleetHelp),
    run: async (context, { fullName = '', role = [], may = [], account = [], ...options }, args) => {
      const name = textArgument(args, 0);
      const password = await askNewPassword(context.io, `first password of ${name}`);
      const fleets = fleetsOf(options);
      const rights = { roles: [...role], permissions: [...may], accounts: [...account], fleets };
      say(context, await (await context.client()).createPerson({ name, fullName, ...rights, password }));
      const { server = 'URL' } = await context.settings();
      context.note(`next, by ${name}: fettle login --server ${server} --name ${name}, then fettle person password`);
      return undefined;
    },
  });
  addLooking(person, shell);
  addChanges(person, shell);
  addCredentials(person, shell);
}

function addLooking(person: Command, shell: Shell): void {
  addCommand(person, shell, {
    usage: 'list',
    summary: 'everybody who has an account',
    run: async (context) => {
      const people = await everyRow((await context.client()).all('listPeople', {}));
      context.say(people, (style) => peopleTable(people, style));
      return undefined;
    },
  });
  addCommand(person, shell, {
    usage: 'show [name]',
    summary: 'one person; without a name, yourself',
    run: async (context, _, args) => {
      const name = textArgument(args, 0);
      const client = await context.client();
      say(context, name === '' ? await client.getSelf() : await client.getPerson({ person: name }));
      return undefined;
    },
  });
}

function addChanges(person: Command, shell: Shell): void {
  addCommand<{ reason?: string }>(person, shell, {
    usage: 'roles <name> [roles...]',
    summary: 'replace the roles in which somebody signs; none when none is named',
    options: withReason,
    run: async (context, options, args) => {
      const roles = Array.isArray(args[1]) ? [...args[1]] : [];
      say(context, await (await context.client()).changePerson({ person: textArgument(args, 0), roles, ...options }));
      return undefined;
    },
  });
  addCommand<PersonOptions>(person, shell, {
    usage: 'change <name>',
    summary: 'replace what somebody is called or may do',
    options: (command) =>
      severalFleets(withReason(command))
        .option('--full-name <name>', 'printed under what they sign')
        .option('--every-fleet', 'they are bound to no fleet any more')
        .option('--may <permission>', 'all that they may do; several times for several', collect)
        .option('--account <issuer#id>', 'who they are in CI; several times for several', collect)
        .addHelpText('after', fleetHelp),
    run: async (context, { fullName, may, account, reason, everyFleet, ...options }, args) => {
      const fleets = fleetsOf(options);
      const change = {
        ...(fullName === undefined ? {} : { fullName }),
        ...(may === undefined ? {} : { permissions: [...may] }),
        ...(account === undefined ? {} : { accounts: [...account] }),
        ...(fleets.length > 0 || everyFleet ? { fleets } : {}),
        ...(reason === undefined ? {} : { reason }),
      };
      say(context, await (await context.client()).changePerson({ person: textArgument(args, 0), ...change }));
      return undefined;
    },
  });
  for (const [word, status, summary] of [
    ['disable', 'disabled', 'log somebody out everywhere and let them in no more; what they signed stays'],
    ['enable', 'active', 'let somebody in again'],
  ] as const) {
    addCommand<{ reason?: string }>(person, shell, {
      usage: `${word} <name>`,
      summary,
      options: withReason,
      run: async (context, { reason }, args) => {
        const change = { person: textArgument(args, 0), status, ...(reason === undefined ? {} : { reason }) };
        say(context, await (await context.client()).changePerson(change));
        return undefined;
      },
    });
  }
}

function addCredentials(person: Command, shell: Shell): void {
  addCommand<{ reason?: string }>(person, shell, {
    usage: 'password [name]',
    summary: 'change your password; with a name, give somebody a new one, which they have to change',
    options: withReason,
    run: async (context, { reason }, args) => {
      const name = textArgument(args, 0);
      const client = await context.client();
      if (name !== '') {
        const password = await askNewPassword(context.io, `new password of ${name}`);
        say(context, await client.resetPassword({ person: name, password, reason: reason ?? 'asked for' }));
        return undefined;
      }
      const password = await askPassword(context.io, 'your password until now');
      const newPassword = await askNewPassword(context.io, 'your new password');
      await client.changePassword({ password, newPassword });
      context.say({ changed: true }, (style) => `${style.good('changed')}: every login of yours is over`);
      context.note('next: fettle login --name NAME');
      return undefined;
    },
  });
  addCommand(person, shell, {
    usage: 'key [file]',
    summary: 'register the public key that you sign approvals with; without a file, none',
    run: async (context, _, args) => {
      const file = textArgument(args, 0);
      const publicKeyPem = file === '' ? null : await readFile(file, 'utf8');
      const password = await askPassword(context.io, 'your password');
      say(context, await (await context.client()).registerKey({ password, publicKeyPem }));
      return undefined;
    },
  });
}

function say(context: Context, person: PersonView): void {
  context.say(person, (style) => describePerson(person, style));
}

function describePerson(person: PersonView, style: Style): string {
  return facts([
    ['person', `${style.strong(person.name)} (${person.id})`],
    ['full name', safeText(person.fullName)],
    ['status', statusOf(person, style)],
    ['roles', safeText(person.roles.join(', ')) || '-'],
    ['may', person.permissions.join(', ') || '-'],
    ['fleets', person.fleets.join(', ') || 'all'],
    ['in CI', safeText(person.accounts.join(', ')) || '-'],
    ['key', person.key?.id ?? '-'],
  ]);
}

function peopleTable(people: readonly PersonView[], style: Style): string {
  if (people.length === 0) return 'nobody yet\nrun:   fettle person create NAME --full-name "FULL NAME" --role ROLE';
  const rows = people.map((person) => [
    style.strong(person.name),
    safeText(person.fullName),
    statusOf(person, style),
    safeText(person.roles.join(', ')) || '-',
    person.key ? shortDigest(person.key.id) : '-',
  ]);
  return table(['name', 'full name', 'status', 'roles', 'key'], rows);
}

function statusOf({ status, lockedUntil, mustChange }: PersonView, style: Style): string {
  if (status === 'disabled') return style.bad('disabled');
  if (lockedUntil !== null && Date.parse(lockedUntil) > Date.now()) return style.bad(`locked until ${lockedUntil}`);
  return mustChange ? style.waiting('has to change the password') : style.good('active');
}
