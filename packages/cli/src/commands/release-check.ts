import { writeFile } from 'node:fs/promises';
import type { CheckReportsView, CheckView } from '@fettle/api';
import { FettleError, type FleetId, isCleared } from '@fettle/model';
import type { Command } from 'commander';
import { checkOnServer, type ServerCheck } from '../check/server-check.ts';
import { findingLines, verdictTable } from '../check/verdict-table.ts';
import { markedByFleet, type WaiverMark } from '../check/waiver-marks.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { formatAge, formatBytes, shortDigest } from '../output/format.ts';
import { runSteps } from '../output/steps.ts';
import type { Style } from '../output/style.ts';
import { table } from '../output/table.ts';
import { addCommand, collect, type Shell, textArgument } from '../shell.ts';

interface DocumentOptions {
  readonly sbom?: readonly string[];
  readonly vex?: readonly string[];
  readonly provenance?: readonly string[];
}

/** Documents that come with a release, as the command line names them. */
export function documentsOf({ sbom = [], vex = [], provenance = [] }: DocumentOptions): ServerCheck['documents'] {
  return [
    ...sbom.map((file) => ({ kind: 'sbom' as const, file })),
    ...vex.map((file) => ({ kind: 'vex' as const, file })),
    ...provenance.map((file) => ({ kind: 'provenance' as const, file })),
  ];
}

/** `fettle release check|checks|report|evidence`: what the server's gates said. */
export function addReleaseCheckCommands(release: Command, shell: Shell): void {
  addCommand<DocumentOptions>(release, shell, {
    usage: 'check <version>',
    summary: 'have the gates look at a published release anew, e.g. with newer data',
    options: (command) =>
      command
        .option('--sbom <file>', 'SBOM that comes with it', collect)
        .option('--vex <file>', 'VEX document', collect)
        .option('--provenance <file>', 'proof of its build', collect),
    run: checkAgain,
  });
  addCommand(release, shell, {
    usage: 'checks',
    summary: 'checks of the fleet, newest first',
    run: async (context) => {
      const fleet = await context.fleet();
      const { items } = await (await context.client()).listChecks({ fleet });
      context.say(items, (style) => checksTable(items, style));
      return undefined;
    },
  });
  addCommand(release, shell, {
    usage: 'report <version>',
    summary: 'everything that the gates said of a release, or of a check',
    run: async (context, _, args) => {
      const reports = await findReports(context, textArgument(args, 0));
      const markOf = await markedByFleet(context, await context.fleet());
      context.say(reports, (style) => reportText(reports, style, markOf));
      return isCleared(reports.check) ? undefined : exitCodes.badOutcome;
    },
  });
  addCommand<{ out?: string; kind?: string }>(release, shell, {
    usage: 'evidence <version>',
    summary: 'list what is kept of a check (SBOMs, statements, inventories), or write one out',
    options: (command) =>
      command.option('--kind <kind>', 'only this kind, e.g. sbom-cyclonedx').option('--out <file>', 'write it there'),
    run: evidence,
  });
}

async function checkAgain(
  context: Context,
  options: DocumentOptions,
  args: readonly unknown[],
): Promise<ExitCode | undefined> {
  const fleet = await context.fleet();
  const client = await context.client();
  const version = textArgument(args as readonly string[], 0);
  const { artifacts } = await client.getRelease({ fleet, version });
  const named = artifacts.map(({ deviceType, component, sha256 }) => ({ deviceType, component, sha256 }));
  const { signal } = context.io;
  const order = { client, fleet, version, artifacts: named, documents: documentsOf(options), anew: true, signal };
  let check: CheckView | undefined;
  const run = async (say: (text: string) => void) => {
    check = await checkOnServer(order, say);
    return check.statusReason;
  };
  await runSteps([{ title: 'gates', run }], context.io.stderr);
  if (!check) throw new FettleError('internal', 'Expected a check, found none.');
  const reports = await client.getCheckReports({ fleet, check: check.id });
  const markOf = await markedByFleet(context, fleet);
  context.say(reports, (style) => reportText(reports, style, markOf));
  return isCleared(check) ? undefined : exitCodes.badOutcome;
}

/** After a publication that the gates stopped: what they found, where people look. */
export async function showFailedGates(context: Context, error: unknown): Promise<void> {
  const check = error instanceof FettleError && error.code === 'gate-failed' ? error.details.check : undefined;
  if (typeof check !== 'string') return;
  const fleet = await context.fleet();
  const reports = await (await context.client()).getCheckReports({ fleet, check });
  context.note(`\n${reportText(reports, context.style, await markedByFleet(context, fleet))}\n`);
}

const checkPattern = /^chk_/;

async function findReports(context: Context, wanted: string): Promise<CheckReportsView> {
  const fleet = await context.fleet();
  const client = await context.client();
  const check = checkPattern.test(wanted) ? wanted : await checkOfVersion(context, fleet, wanted);
  return client.getCheckReports({ fleet, check });
}

async function checkOfVersion(context: Context, fleet: FleetId, version: string): Promise<string> {
  for await (const check of (await context.client()).all('listChecks', { fleet })) {
    if (check.version === version) return check.id;
  }
  throw new FettleError('not-found', `No check of ${version} was ever asked for in fleet ${fleet}.`, {
    details: { next: `fettle release check ${version}` },
  });
}

async function evidence(
  context: Context,
  { kind, out }: { readonly out?: string; readonly kind?: string },
  args: readonly unknown[],
): Promise<undefined> {
  const { records } = await findReports(context, textArgument(args as readonly string[], 0));
  const wanted = records.filter((record) => kind === undefined || record.kind === kind);
  if (out === undefined) {
    context.say(wanted, () => {
      const rows = wanted.map((one) => [one.kind, one.gate ?? '-', formatBytes(one.sizeBytes), one.sha256]);
      return table(['kind', 'gate', 'size', 'sha256'], rows);
    });
    return undefined;
  }
  const [only] = wanted;
  if (!only || wanted.length > 1) {
    const message = `Expected one document to write to ${out}, found ${wanted.length}: name its kind.`;
    throw new FettleError('invalid-input', message, { details: { next: 'fettle release evidence VERSION' } });
  }
  const fleet = await context.fleet();
  const { text } = await (await context.client()).getEvidence({ fleet, sha256: only.sha256 });
  await writeFile(out, text);
  context.say({ file: out, ...only }, () => `${only.kind} (${formatBytes(only.sizeBytes)}) written to ${out}`);
  return undefined;
}

function checksTable(checks: readonly CheckView[], style: Style): string {
  const rows = checks.map((check) => [
    check.id,
    check.version,
    isCleared(check) ? style.good(check.status) : style.waiting(check.status),
    formatAge(check.createdAt, Date.now()),
    check.statusReason,
  ]);
  return table(['check', 'version', 'status', 'asked', 'result'], rows);
}

function reportText({ check, reports }: CheckReportsView, style: Style, markOf: WaiverMark): string {
  const head = `${check.version}, check ${check.id}, policy ${shortDigest(check.policyDigest)}: ${check.statusReason}`;
  const parts = [findingLines(reports, style, markOf), verdictTable(reports, check.stages, style), style.dim(head)];
  return parts.filter((part) => part !== '').join('\n\n');
}
