import type { FleetView } from '@fettle/api';
import { fleetId } from '@fettle/model';
import type { Command } from 'commander';
import { configFile, loadSettings, saveSettings } from '../config.ts';
import type { Context } from '../context.ts';
import { everyRow } from '../every-row.ts';
import { formatAge, formatDuration, shortDigest } from '../output/format.ts';
import { type Style, safeText } from '../output/style.ts';
import { facts, table } from '../output/table.ts';
import { parseDuration } from '../parse/duration.ts';
import { wholeNumber } from '../parse/plan.ts';
import { defaultKeyFile, publicKeyFile } from '../publish/key-file.ts';
import { addCommand, addNoun, collect, type Shell, textArgument } from '../shell.ts';
import { pemOf, publicHalfOf } from '../trust/open-key.ts';
import { addFreezeCommands } from './fleet-freezes.ts';
import { addClaimTokenCommands, addGroupCommands } from './fleet-members.ts';

interface FleetOptions {
  readonly type?: readonly string[];
  readonly checkIn?: string;
  readonly securityFloor?: string;
}

/** `fleet key add --name`: long enough to say whose key it is. */
const defaultKeyName = 'release key';

/** `fettle fleet`: fleets, and what belongs to one: keys, groups, claim tokens. */
export function addFleetCommands(program: Command, shell: Shell): void {
  const fleet = addNoun(program, 'fleet', 'devices of one product line, and who may sign for them');
  addCommand<FleetOptions>(fleet, shell, {
    usage: 'create <name>',
    summary: 'create a fleet',
    options: (command) =>
      command
        .requiredOption('--type <type>', 'device type; several times, or with commas', collect)
        .option('--check-in <duration>', 'how often an idle device asks, e.g. 10m'),
    run: async (context, { type = [], checkIn }, args) => {
      const interval = checkIn === undefined ? {} : { checkInIntervalMs: parseDuration(checkIn, '--check-in') };
      const input = { id: fleetId(textArgument(args, 0)), deviceTypes: [...type], ...interval };
      const made = await (await context.client()).createFleet(input);
      context.say(made, (style) => describeFleet(made, style));
      context.note(`next: fettle fleet key add --fleet ${made.id}`);
      return undefined;
    },
  });
  addCommand(fleet, shell, {
    usage: 'list',
    summary: 'list fleets',
    run: async (context) => {
      const fleets = await everyRow((await context.client()).all('listFleets', {}));
      context.say(fleets, (style) => fleetTable(fleets, style));
      return undefined;
    },
  });
  addCommand(fleet, shell, {
    usage: 'show [name]',
    summary: 'show one fleet and how many devices it has',
    run: showFleet,
  });
  addCommand<FleetOptions>(fleet, shell, {
    usage: 'change [name]',
    summary: 'change device types, security floor or check-in interval',
    options: (command) =>
      command
        .option('--type <type>', 'all device types of the fleet, several times or with commas', collect)
        .option('--security-floor <counter>', 'no device is offered a release below this counter')
        .option('--check-in <duration>', 'how often an idle device asks, e.g. 10m'),
    run: async (context, options, args) => {
      const { type, checkIn, securityFloor } = options;
      const made = await (await context.client()).changeFleet({
        fleet: await namedFleet(context, args[0]),
        ...(type === undefined ? {} : { deviceTypes: [...type] }),
        ...(securityFloor === undefined ? {} : { securityFloor: wholeNumber(securityFloor, '--security-floor', 0) }),
        ...(checkIn === undefined ? {} : { checkInIntervalMs: parseDuration(checkIn, '--check-in') }),
      });
      context.say(made, (style) => describeFleet(made, style));
      return undefined;
    },
  });
  addCommand(fleet, shell, {
    usage: 'use <name>',
    summary: 'remember the fleet that commands are about',
    run: async (context, _, args) => {
      const name = fleetId(textArgument(args, 0));
      await (await context.client()).getFleet({ fleet: name });
      const file = await saveSettings({ ...(await loadSettings(context.io.env)), fleet: name }, context.io.env);
      context.say({ fleet: name, file }, () => `commands are about fleet ${name} now (${configFile(context.io.env)})`);
      return undefined;
    },
  });
  addKeyCommands(fleet, shell);
  addGroupCommands(fleet, shell);
  addFreezeCommands(fleet, shell);
  addClaimTokenCommands(fleet, shell);
}

function addKeyCommands(fleet: Command, shell: Shell): void {
  const key = addNoun(fleet, 'key', 'public keys that may sign releases of the fleet');
  addCommand<{ name: string }>(key, shell, {
    usage: 'add [file]',
    summary: 'let a public key sign releases (default: the one that `fettle key create` made)',
    options: (command) => command.option('--name <name>', 'whose key it is', defaultKeyName),
    run: async (context, { name }, args) => {
      const file = textArgument(args, 0) || publicKeyFile(defaultKeyFile(context.io.env));
      const publicKey = await publicHalfOf(file, context.io);
      const [keyId, publicKeyPem] = [publicKey.id, pemOf(publicKey)];
      const fleetName = await context.fleet();
      await (await context.client()).addFleetKey({ fleet: fleetName, name, publicKeyPem });
      context.say(
        { fleet: fleetName, keyId, name },
        (style) => `fleet ${fleetName} trusts key ${style.strong(keyId)} (${name})`,
      );
      return undefined;
    },
  });
  addCommand(key, shell, {
    usage: 'list',
    summary: 'list the keys of the fleet',
    run: async (context) => {
      const { keys } = await (await context.client()).getFleet({ fleet: await context.fleet() });
      const rows = keys.map((k) => [k.id, safeText(k.name), formatAge(k.addedAt, Date.now())]);
      context.say(keys, () => table(['key', 'name', 'added'], rows));
      return undefined;
    },
  });
  addCommand(key, shell, {
    usage: 'remove <key>',
    summary: 'take a key away; what it signed before stays published',
    run: async (context, _, args) => {
      const input = { fleet: await context.fleet(), key: textArgument(args, 0) };
      await (await context.client()).removeFleetKey(input);
      context.say(input, () => `fleet ${input.fleet} trusts key ${shortDigest(input.key)} no longer`);
      return undefined;
    },
  });
}

async function showFleet(context: Context, _: unknown, args: readonly unknown[]): Promise<undefined> {
  const fleet = await namedFleet(context, args[0]);
  const client = await context.client();
  const [view, devices] = await Promise.all([client.getFleet({ fleet }), client.countDevices({ fleet })]);
  context.say({ ...view, devices }, (style) => {
    const { accepted, pending, rejected } = devices;
    return describeFleet(view, style, [['devices', `${accepted} accepted, ${pending} pending, ${rejected} rejected`]]);
  });
  return undefined;
}

async function namedFleet(context: Context, name: unknown): Promise<string> {
  return typeof name === 'string' ? fleetId(name) : context.fleet();
}

function fleetTable(fleets: readonly FleetView[], style: Style): string {
  if (fleets.length === 0) return 'no fleet yet\nrun:   fettle fleet create NAME --type DEVICE-TYPE';
  const rows = fleets.map((fleet) => [
    style.strong(fleet.id),
    fleet.deviceTypes.join(', '),
    String(fleet.keys.length),
    formatDuration(fleet.checkInIntervalMs),
    formatAge(fleet.createdAt, Date.now()),
  ]);
  return table(['fleet', 'device types', 'keys', 'check-in', 'created'], rows);
}

function describeFleet(fleet: FleetView, style: Style, more: readonly (readonly [string, string])[] = []): string {
  const keys = fleet.keys.map((key) => `${shortDigest(key.id)} (${safeText(key.name)})`);
  return facts([
    ['fleet', style.strong(fleet.id)],
    ['device types', fleet.deviceTypes.join(', ')],
    ['keys', keys.length === 0 ? style.waiting('none: no release can be published yet') : keys.join(', ')],
    ['security floor', String(fleet.securityFloor)],
    ['check-in', `every ${formatDuration(fleet.checkInIntervalMs)}`],
    ...more,
  ]);
}
