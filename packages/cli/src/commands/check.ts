import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CheckedGateView } from '@fettle/api';
import type { CheckOutcome } from '@fettle/checker';
import { FettleError, type Stage, stages } from '@fettle/model';
import type { Command } from 'commander';
import { checkLocally, inputsOf, judgeLocally, viewOfReport } from '../check/local-check.ts';
import { findingLines, verdictTable } from '../check/verdict-table.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { formatBytes } from '../output/format.ts';
import { readPolicyFile } from '../parse/policy-file.ts';
import { identifyFile } from '../publish/digest.ts';
import { addCommand, collect, type Shell, textArgument } from '../shell.ts';

interface CheckOptions {
  readonly policy: string;
  readonly stage?: string;
  readonly type: string;
  readonly component: string;
  readonly version: string;
  readonly sbom?: readonly string[];
  readonly vex?: readonly string[];
  readonly provenance?: readonly string[];
  readonly data?: readonly string[];
  readonly waiver?: readonly string[];
  readonly out?: string;
}

/** `fettle check`: every gate over a file on this machine, with the code that the server runs. */
export function addCheckCommand(program: Command, shell: Shell): void {
  addCommand<CheckOptions>(program, shell, {
    usage: 'check <file>',
    summary: 'run every gate over a firmware file on this machine; asks no server',
    options: (command) =>
      command
        .option('--policy <policy>', 'file or preset that the verdict is by', 'standard')
        .option('--stage <stage>', 'stage that it has to be cleared for (default: the strictest of the policy)')
        .option('--type <type>', 'device type it is for', 'any')
        .option('--component <component>', 'part of the device it is for', 'firmware')
        .option('--version <version>', 'version it is to have', '0')
        .option('--sbom <file>', 'SBOM that comes with it; several times for several', collect)
        .option('--vex <file>', 'VEX document; several times for several', collect)
        .option('--provenance <file>', 'provenance (a Sigstore bundle or a signed statement)', collect)
        .option('--data <file>', 'vulnerability data made by `fettle vulndb import`', collect)
        .option('--waiver <file>', 'signed exception', collect)
        .option('--out <folder>', 'keep the SBOMs and the inventory there'),
    run: check,
  });
}

async function check(context: Context, options: CheckOptions, args: readonly unknown[]): Promise<ExitCode | undefined> {
  const file = textArgument(args as readonly string[], 0);
  const policy = await readPolicyFile(options.policy);
  const stage = stageOf(options.stage, policy.stages.at(-1)?.stage);
  const { sbom = [], vex = [], provenance = [], data = [], waiver = [], out } = options;
  const inputs = await inputsOf({ sbom, vex, provenance, 'data-set': data });
  const identity = await identifyFile(file, { signal: context.io.signal });
  const now = Date.now();
  const { fleet = 'local' } = await context.settings();
  const order = { identity, deviceType: options.type, component: options.component, fleet, policy, inputs, now };
  const take = (outcome: CheckOutcome) => (out === undefined ? Promise.resolve() : keepDocuments(outcome, out));
  const outcome = await checkLocally({ ...order, version: options.version }, { signal: context.io.signal, take });
  const reports: CheckedGateView[] = outcome.reports.map((report) => viewOfReport(identity.digest, report));
  const judged = await judgeLocally(policy, reports, { waivers: waiver, now });
  const verdict = judged.find((one) => one.stage === stage)?.verdict ?? 'inconclusive';
  const shown = { artifact: identity.digest, stage, verdict, stages: judged, reports };
  context.say(shown, (style) => {
    const findings = findingLines(reports, style);
    return [findings, verdictTable(reports, judged as never, style)].filter((part) => part !== '').join('\n\n');
  });
  context.note(
    `${formatBytes(outcome.bytes)} in ${outcome.entries} files looked at in ${outcome.seconds.toFixed(1)} s`,
  );
  return verdict === 'pass' ? undefined : exitCodes.badOutcome;
}

function stageOf(wanted: string | undefined, strictest: Stage | undefined): Stage | undefined {
  if (wanted === undefined) return strictest;
  const stage = stages.find((known) => known === wanted);
  if (stage) return stage;
  throw new FettleError('invalid-input', `--stage: expected ${stages.join(', ')}, found "${wanted}".`);
}

async function keepDocuments({ reports }: CheckOutcome, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { kind, path } of reports.flatMap(({ documents }) => documents)) {
    await copyFile(path, join(folder, `${basename(kind)}.json`));
  }
}
