import { readFile } from 'node:fs/promises';
import type { DeviceView } from '@fettle/api';
import { deviceId, deviceStatuses, deviceType } from '@fettle/model';
import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { withCaret } from '../output/caret.ts';
import { formatAge } from '../output/format.ts';
import { type Style, safeText } from '../output/style.ts';
import { facts, table } from '../output/table.ts';
import { wholeNumber } from '../parse/plan.ts';
import { applyTagChanges } from '../parse/tags.ts';
import {
  addCommand,
  addNoun,
  type CommandArguments,
  collect,
  listArgument,
  type Shell,
  textArgument,
} from '../shell.ts';
import { addPathCommand } from './device-path.ts';

interface ListOptions {
  readonly status?: DeviceView['status'];
  readonly filter?: string;
  readonly limit?: string;
}

type CountOptions = Pick<ListOptions, 'status' | 'filter'>;

interface RegisterOptions {
  readonly type: string;
  readonly publicKey: string;
  readonly tag?: readonly string[];
}

/** `fettle device`: who is in the fleet. */
export function addDeviceCommands(program: Command, shell: Shell): void {
  const device = addNoun(program, 'device', 'units of the fleet');
  addPathCommand(device, shell);
  addCommand<ListOptions>(device, shell, {
    usage: 'list',
    summary: 'list devices in order of their ids',
    options: (command) => choice(command).option('--limit <n>', 'at most so many (default: all)'),
    run: listDevices,
  });
  addCommand<CountOptions>(device, shell, {
    usage: 'count',
    summary: 'count devices without listing them',
    options: choice,
    run: async (context, { status, filter }) => {
      const fleet = await context.fleet();
      const client = await context.client();
      const query = { fleet, ...(status === undefined ? {} : { status }), ...(filter === undefined ? {} : { filter }) };
      const found = await withCaret('--filter', filter, () => client.countChosen(query));
      context.say(found, () => String(found.devices));
      return undefined;
    },
  });
  addCommand(device, shell, {
    usage: 'show <device>',
    summary: 'show one device: what it runs, says and tried',
    run: async (context, _, args) => {
      const found = await (await context.client()).getDevice({ device: namedDevice(args) });
      context.say(found, (style) => describeDevice(found, style));
      context.note(`next: fettle why ${found.id}`);
      return undefined;
    },
  });
  addCommand<RegisterOptions>(device, shell, {
    usage: 'register <device>',
    summary: 'accept a device by its public key before it enrols',
    options: (command) =>
      command
        .requiredOption('--type <type>', 'its device type')
        .requiredOption('--public-key <file>', 'its public key: SubjectPublicKeyInfo in PEM')
        .option('--tag <name=value>', 'a tag; several times for several', collect),
    run: async (context, { type, publicKey, tag }, args) => {
      const made = await (await context.client()).registerDevice({
        fleet: await context.fleet(),
        id: namedDevice(args),
        type: deviceType(type),
        publicKey: (await readFile(publicKey, 'utf8')).trim(),
        ...(tag === undefined ? {} : { tags: applyTagChanges({}, tag) }),
      });
      context.say(made, (style) => describeDevice(made, style));
      return undefined;
    },
  });
  addVerdicts(device, shell);
  addCommand<{ reason?: string }>(device, shell, {
    usage: 'remove <device>',
    summary: 'forget a device and its key, so that it may enrol with a new one',
    options: (command) => command.option('--reason <text>', 'kept in the audit log'),
    run: async (context, { reason }, args) => {
      const input = { device: namedDevice(args), ...(reason === undefined ? {} : { reason }) };
      await (await context.client()).removeDevice(input);
      context.say(input, () => `${input.device}: removed; it may enrol anew`);
      return undefined;
    },
  });
  addCommand(device, shell, {
    usage: 'tag <device> <changes...>',
    summary: 'set tags (NAME=VALUE) and take them away (NAME-)',
    run: async (context, _, args) => {
      const client = await context.client();
      const { tags } = await client.getDevice({ device: namedDevice(args) });
      const next = { ...applyTagChanges(tags, listArgument(args, 1)) };
      const changed = await client.setDeviceTags({ device: namedDevice(args), tags: next });
      context.say(changed, () => `${changed.id}: ${tagText(changed) || 'no tags'}`);
      return undefined;
    },
  });
}

/** Which devices. */
function choice(command: Command): Command {
  return command
    .addOption(new Option('--status <status>', 'only these').choices(deviceStatuses))
    .option('--filter <expression>', 'as in groups, e.g. \'tag.site == "berlin"\'');
}

function addVerdicts(device: Command, shell: Shell): void {
  const verdicts = {
    accept: { call: 'acceptDevice', summary: 'let a pending, quarantined or rejected device in' },
    quarantine: { call: 'quarantineDevice', summary: 'hear a device but offer it nothing until it is accepted' },
    reject: { call: 'rejectDevice', summary: 'shut a device out' },
  } as const;
  for (const [verb, { call, summary }] of Object.entries(verdicts)) {
    addCommand<{ reason?: string }>(device, shell, {
      usage: `${verb} <device>`,
      summary,
      options: (command) => command.option('--reason <text>', 'kept in the audit log'),
      run: async (context, { reason }, args) => {
        const client = await context.client();
        const input = { device: namedDevice(args), ...(reason === undefined ? {} : { reason }) };
        const changed = await client[call](input);
        context.say(changed, (style) => `${changed.id}: ${paintDevice(changed.status, style)}`);
        return undefined;
      },
    });
  }
}

async function listDevices(context: Context, options: ListOptions): Promise<undefined> {
  const fleet = await context.fleet();
  const most = options.limit === undefined ? Number.POSITIVE_INFINITY : wholeNumber(options.limit, '--limit');
  const { status, filter } = options;
  const query = { fleet, ...(status === undefined ? {} : { status }), ...(filter === undefined ? {} : { filter }) };
  const devices: DeviceView[] = [];
  const client = await context.client();
  await withCaret('--filter', filter, async () => {
    for await (const device of client.all('listDevices', { ...query, limit: Math.min(500, most) })) {
      devices.push(device);
      if (devices.length >= most) break;
    }
  });
  context.say(devices, (style) => deviceTable(devices, style));
  return undefined;
}

function deviceTable(devices: readonly DeviceView[], style: Style): string {
  if (devices.length === 0) return 'no device fits\nrun:   fettle fleet claim-token create, or fettle device register';
  const now = Date.now();
  const rows = devices.map((device) => [
    style.strong(device.id),
    device.type,
    paintDevice(device.status, style),
    currentText(device),
    device.attempts[0]?.lastStatus ?? '-',
    formatAge(device.lastSeenAt, now),
  ]);
  return table(['device', 'type', 'status', 'runs', 'last deployment', 'seen'], rows);
}

function describeDevice(device: DeviceView, style: Style): string {
  const attributes = Object.entries(device.attributes).map(([name, value]) => `${name}=${value}`);
  const [attempt] = device.attempts;
  return facts([
    ['device', style.strong(device.id)],
    ['fleet, type', `${device.fleet}, ${device.type}`],
    ['status', paintDevice(device.status, style)],
    ['runs', currentText(device)],
    ['seen', formatAge(device.lastSeenAt, Date.now())],
    ['tags', tagText(device) || '-'],
    ['attributes', safeText(attributes.join(' ')) || '-'],
    ['under way', device.openDeployment ?? '-'],
    ['last deployment', attempt ? `${attempt.lastStatus}, attempt ${attempt.count} (${attempt.deployment})` : '-'],
  ]);
}

/** What runs, by component: the component's name only where there are several. */
export function currentText({ current }: DeviceView): string {
  const entries = Object.entries(current);
  if (entries.length === 0) return '-';
  return entries.map(([name, { version }]) => (entries.length === 1 ? version : `${name} ${version}`)).join(', ');
}

export function paintDevice(status: DeviceView['status'], style: Style): string {
  if (status === 'accepted') return style.good(status);
  return status === 'rejected' ? style.bad(status) : style.waiting(status);
}

function tagText({ tags }: DeviceView): string {
  return safeText(
    Object.entries(tags)
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
  );
}

function namedDevice(args: CommandArguments): string {
  return deviceId(textArgument(args, 0));
}
