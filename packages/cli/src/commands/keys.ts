import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { everyRow } from '../every-row.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { formatAge } from '../output/format.ts';
import { type Style, safeText } from '../output/style.ts';
import { table } from '../output/table.ts';
import { parseDuration } from '../parse/duration.ts';
import { addCommand, addNoun, type Shell } from '../shell.ts';
import { countDevices, expiringThings } from '../trust/expiring-things.ts';
import { type ExpiryRow, expiryRows, isWithin } from '../trust/expiry.ts';
import { serverCertificate } from '../trust/server-certificate.ts';

/** `fettle keys`: all keys and files of the server's trust together. */
export function addKeysCommands(program: Command, shell: Shell): void {
  const keys = addNoun(program, 'keys', 'all keys and signed files of the server together');
  addCommand<{ within: string }>(keys, shell, {
    usage: 'expiring',
    summary: 'show what expires, whom it would strand, and what to do; exit code 8 when it is a matter of 3 days',
    options: (command) => command.option('--within <duration>', 'how far to look ahead', '30d'),
    run: expiring,
  });
}

async function expiring(context: Context, { within }: { readonly within: string }): Promise<ExitCode> {
  const withinMs = parseDuration(within, '--within');
  const client = await context.client();
  const { server = '' } = await context.settings();
  const state = await client.trustState();
  const fleets = await everyRow(client.all('listFleets', {}));
  const certificate = await serverCertificate(server, context.io.signal);
  const now = Date.now();
  const things = expiringThings({ state, fleets, certificate });
  const rows = expiryRows(things, await countDevices(client, fleets), now);
  const near = rows.filter((row) => isWithin(row, withinMs, now));
  const told = near.map(({ expiresAt, lifeMs: _, ...row }) => ({
    ...row,
    expiresAt: new Date(expiresAt).toISOString(),
  }));
  context.say(told, (style) => (near.length === 0 ? nothing(rows, within) : radar(near, { now, style })));
  const [first] = near;
  if (first) context.note(`next: ${first.next}`);
  return near.some(({ level }) => level === 'now' || level === 'expired') ? exitCodes.badOutcome : exitCodes.ok;
}

function nothing(rows: readonly ExpiryRow[], within: string): string {
  const [first] = rows.filter(({ lifeMs }) => lifeMs === undefined);
  const later = first
    ? `; the next is ${first.what}, ${formatAge(new Date(first.expiresAt).toISOString(), Date.now())}`
    : '';
  return `nothing that people have to renew expires within ${within}${later}`;
}

function radar(rows: readonly ExpiryRow[], { now, style }: { readonly now: number; readonly style: Style }): string {
  const cells = rows.map(({ what, expiresAt, level, devices }) => [
    paint(level, style),
    safeText(what),
    expiresAt === 0 ? '-' : formatAge(new Date(expiresAt).toISOString(), now),
    String(devices),
  ]);
  return table(['level', 'what', 'expires', 'devices'], cells);
}

function paint(level: ExpiryRow['level'], style: Style): string {
  return level === 'now' || level === 'expired' ? style.bad(level) : style.waiting(level);
}
