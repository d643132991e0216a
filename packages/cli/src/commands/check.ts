import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type CheckedGateView, gateReportView } from '@fettle/api';
import type { CheckOutcome } from '@fettle/checker';
import { FettleError, type Stage, stages } from '@fettle/model';
import type { Command } from 'commander';
import { checkLocally, inputsOf, judgeLocally, type LocalCheck, readWaivers } from '../check/local-check.ts';
import { findingLines, verdictTable } from '../check/verdict-table.ts';
import { markedBy } from '../check/waiver-marks.ts';
import { resolveSettings } from '../config.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { counted, formatBytes, formatShare } from '../output/format.ts';
import { startProgress } from '../output/progress.ts';
import { readPolicyFile } from '../parse/policy-file.ts';
import { identifyFile } from '../publish/digest.ts';
import { addCommand, collect, type Shell, textArgument } from '../shell.ts';

interface CheckOptions {
  readonly policy: string;
  readonly stage?: string;
  readonly type?: string;
  readonly component: string;
  readonly version?: string;
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
        .option('--type <type>', 'device type it is for; without it none is compared')
        .option('--component <component>', 'part of the device it is for', 'firmware')
        .option('--version <version>', 'version it is to have; without it none is compared')
        .option('--sbom <file>', 'SBOM that comes with it; several times for several', collect)
        .option('--vex <file>', 'VEX document; several times for several', collect)
        .option('--provenance <file>', 'provenance (a Sigstore bundle or a signed statement)', collect)
        .option(
          '--data <file>',
          'vulnerability data made by `fettle vulndb import`; who signed them is in FILE.dsse.json',
          collect,
        )
        .option('--waiver <file>', 'signed exception of the fleet that --fleet names', collect)
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
  // What could not be kept is known before the gates have looked for minutes.
  if (out !== undefined) await mkdir(out, { recursive: true });
  const now = Date.now();
  // Read from what is set here: `context.settings` would ask a server in a job of CI.
  const { fleet } = await resolveSettings(context.options, context.io.env);
  const waivers = await readWaivers(policy, waiver, { fleet, now });
  const { identity, outcome } = await lookInto(context, file, { ...options, fleet, policy, inputs, now, out });
  const reports: CheckedGateView[] = outcome.reports.map((report) => gateReportView(identity.digest, report));
  const judged = judgeLocally(policy, outcome.reports, { waivers, now });
  const verdict = judged.find((one) => one.stage === stage)?.verdict ?? 'inconclusive';
  const shown = { artifact: identity.digest, stage, verdict, stages: judged, reports };
  context.say(shown, (style) => {
    const findings = findingLines(reports, style, markedBy(waivers, now));
    return [findings, verdictTable(reports, judged as never, style)].filter((part) => part !== '').join('\n\n');
  });
  context.note(
    `${formatBytes(outcome.bytes)} in ${counted(outcome.entries, 'file')} looked at in ${outcome.seconds.toFixed(1)} s`,
  );
  return verdict === 'pass' ? undefined : exitCodes.badOutcome;
}

interface Looking extends Pick<LocalCheck, 'policy' | 'inputs' | 'now'> {
  readonly type?: string;
  readonly component: string;
  readonly version?: string;
  readonly fleet: string | undefined;
  readonly out: string | undefined;
}

/** Hashes the file and has the gates look at it; a person sees how far it is. */
async function lookInto(context: Context, file: string, looking: Looking) {
  const { type, component, version, fleet = 'local', policy, inputs, now, out } = looking;
  const { signal, stderr, env } = context.io;
  const undeclared: LocalCheck['undeclared'] = [
    ...(type === undefined ? (['deviceType'] as const) : []),
    ...(version === undefined ? (['version'] as const) : []),
  ];
  const progress = startProgress(stderr, env);
  try {
    const onShare = (share: number) => progress.say(`hashing ${file}: ${formatShare(share)}`);
    const identity = await identifyFile(file, { signal, onProgress: onShare });
    progress.say('gates: starting');
    const declared = { deviceType: type ?? 'any', component, version: version ?? '0', undeclared };
    const outcome = await checkLocally(
      { identity, ...declared, fleet, policy, inputs, now },
      {
        signal,
        take: (found) => (out === undefined ? Promise.resolve() : keepDocuments(found, out)),
        onProgress: (bytes) => progress.say(`gates: ${formatBytes(bytes)} looked at`),
      },
    );
    return { identity, outcome };
  } finally {
    progress.end();
  }
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
