import { FettleError } from '@fettle/model';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { everyRow } from '../every-row.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { table } from '../output/table.ts';
import { parseInstant } from '../parse/instant.ts';
import { addCommand, type CommandArguments, type Shell, textArgument } from '../shell.ts';
import { affectedLines, disclosureLines } from '../vulnerabilities/affected-picture.ts';

interface AffectedOptions {
  readonly report?: boolean;
  readonly devices?: boolean;
  readonly awareSince?: string;
  readonly reason?: string;
}

/** `fettle affected`: from a vulnerability to the devices that run it now, and the way out. */
export function addAffectedCommand(program: Command, shell: Shell): void {
  addCommand<AffectedOptions>(program, shell, {
    usage: 'affected <what>',
    summary: 'which releases have a vulnerability (CVE-…) or a component (pkg:…), and which devices run them now',
    options: (command) =>
      command
        .option('--devices', 'list the devices of one fleet that run it now')
        .option('--report', 'drafts of the reports of Article 14 of the CRA, with their deadlines')
        .option('--aware-since <time>', 'say since when it is known: deadlines count from there')
        .option('--reason <text>', 'how it became known; kept in the audit log'),
    run: showAffected,
  });
}

/** Ends with the exit code of a bad outcome while devices run it. */
async function showAffected(
  context: Context,
  { report, devices, awareSince, reason }: AffectedOptions,
  args: CommandArguments,
): Promise<ExitCode | undefined> {
  const what = textArgument(args, 0);
  const isPurl = what.startsWith('pkg:');
  if (isPurl && (report || awareSince !== undefined)) {
    throw new FettleError('invalid-input', `Expected a vulnerability such as CVE-2026-1234, found "${what}".`);
  }
  if (awareSince !== undefined) await setAwareness(context, what, { awareSince, reason });
  if (report) return showReport(context, what);
  const question = isPurl ? { purl: what } : { vulnerability: what };
  if (devices) return listDevices(context, question);
  const client = await context.client();
  const { fleet } = await context.settings();
  const found = await (fleet ? client.findAffectedInFleet({ fleet, ...question }) : client.findAffected(question));
  context.say(found, (style) => affectedLines(found, style));
  return found.fleets.some((one) => one.devices.total > 0) ? exitCodes.badOutcome : undefined;
}

async function setAwareness(
  context: Context,
  vulnerability: string,
  { awareSince, reason }: { readonly awareSince: string; readonly reason: string | undefined },
): Promise<void> {
  if (reason === undefined) throw new FettleError('invalid-input', 'Expected --reason: how it became known.');
  const at = new Date(parseInstant(awareSince, '--aware-since')).toISOString();
  await (await context.client()).setAwareness({ vulnerability, at, reason });
  context.note(`known since ${at}`);
}

async function showReport(context: Context, vulnerability: string): Promise<undefined> {
  const found = await (await context.client()).getDisclosure({ vulnerability });
  context.say(found, () => disclosureLines(found));
  return undefined;
}

type Question = { readonly purl: string } | { readonly vulnerability: string };

/** A list of devices that is short for want of knowledge must not look like good news. */
async function noteUnknown(context: Context, fleet: string, question: Question): Promise<void> {
  const { unknown } = await (await context.client()).findAffectedInFleet({ fleet, ...question });
  for (const { devices } of unknown) {
    const count = devices.onUnknownReleases + devices.onNoRelease + devices.silent;
    if (count > 0) context.note(`${count} more devices: nobody knows (the same command without --devices says why)`);
  }
}

async function listDevices(context: Context, question: Question): Promise<undefined> {
  const fleet = await context.fleet();
  const client = await context.client();
  const found = await everyRow(client.all('listAffectedDevices', { fleet, ...question, limit: 500 }));
  await noteUnknown(context, fleet, question);
  context.say(found, () =>
    found.length === 0
      ? 'No device runs it now.'
      : table(
          ['device', 'component', 'release'],
          found.map(({ device, component, version, counter }) => [device, component, version ?? `counter ${counter}`]),
        ),
  );
  return undefined;
}
