import { appendFile, mkdir } from 'node:fs/promises';
import type { RolloutView } from '@fettle/api';
import { showProblem } from '@fettle/cli/publish';
import { FettleError } from '@fettle/model';
import { annotation, plainLines, writeOutput } from './commands.ts';
import { type Exit, exitOf, exits, isAway } from './exits.ts';
import type { Host } from './host.ts';
import { type Inputs, readInputs } from './inputs.ts';
import { type Known, publishRelease } from './publish.ts';
import { annotationsOf, gateVerdictOf, summaryOf } from './report.ts';
import { demandRolloutToken, rollOut } from './roll-out.ts';

/**
 * Runs the action to its end: publishes, tells what came of it, and never passes in silence.
 * @returns the exit code of the process
 */
export async function runAction(host: Host): Promise<Exit> {
  let inputs: Inputs;
  try {
    inputs = readInputs(host.env);
    demandRolloutToken(inputs, host);
  } catch (error) {
    return complain(host, error);
  }
  const known: Known = { fleet: inputs.fleet ?? '', reports: undefined, outcome: undefined };
  const signal = AbortSignal.any([host.signal, AbortSignal.timeout(inputs.timeoutMs)]);
  let rollout: RolloutView | undefined;
  let exit: Exit = exits.ok;
  let trouble = '';
  try {
    await mkdir(host.folder, { recursive: true, mode: 0o700 });
    const onReports = (reports: NonNullable<Known['reports']>) => host.write(annotationsOf(reports));
    await publishRelease({ inputs, host, signal, known, onReports });
    if (inputs.rollout !== undefined && isPublished(known)) {
      rollout = await rollOut({ inputs, host, signal, fleet: known.fleet });
      if (inputs.wait === 'rollout' && rollout.status !== 'completed') {
        exit = exits.badVerdict;
        trouble = `The rollout ${rollout.id} is ${rollout.status}: ${rollout.statusReason}`;
        host.write(annotation('error', 'Fettle', trouble));
      }
    }
  } catch (error) {
    const ended = signal.aborted && !isAway(error) ? endedBy(host) : error;
    exit = complain(host, ended);
    trouble = (ended as Error).message;
  }
  await tell({ host, inputs, known, rollout, trouble });
  return exit;
}

function isPublished({ outcome }: Known): boolean {
  return outcome !== undefined && 'release' in outcome;
}

/** Whatever it was about when its time was over, that is what there is to say. */
function endedBy({ signal }: Host): FettleError {
  const message = signal.aborted
    ? 'The job was told to end before this was over.'
    : 'It was not over within the time that the input timeout allows.';
  return new FettleError('check-failed', message, {
    details: { next: 'the same job again: it goes on where this one ended' },
  });
}

function complain(host: Host, error: unknown): Exit {
  const { message, next, code } = showProblem(error, ['release', 'publish']);
  host.write(annotation('error', `Fettle: ${code}`, plainLines(message)));
  host.write(`${plainLines(`next: ${next}`)}\n`);
  return exitOf(error);
}

interface Told {
  readonly host: Host;
  readonly inputs: Inputs;
  readonly known: Known;
  readonly rollout: RolloutView | undefined;
  readonly trouble: string;
}

async function tell({ host, inputs, known, rollout, trouble }: Told): Promise<void> {
  const { outcome, reports, fleet } = known;
  const release = outcome && 'release' in outcome ? outcome.release : undefined;
  const named = release?.artifacts ?? reports?.check.artifacts ?? [];
  const digests = [...new Set(named.map(({ sha256 }) => sha256))];
  const check = reports?.check;
  const place = `${inputs.server}/api/v1/fleets/${encodeURIComponent(fleet)}/checks`;
  const reportUrl = check ? `${place}/${encodeURIComponent(check.id)}/reports` : '';
  const outputs = {
    'release-id': release?.id ?? '',
    'artifact-digest': digests.join('\n'),
    'gate-verdict': check ? gateVerdictOf(check) : 'none',
    'rollout-id': rollout?.id ?? '',
    'report-url': reportUrl,
    'targets-file': outcome && 'file' in outcome ? outcome.file : '',
  };
  for (const [name, value] of Object.entries(outputs)) await writeOutput(host.env.GITHUB_OUTPUT, name, value);
  const said = [...outcomeLines(known), ...(rollout ? [`rollout ${rollout.id}: ${rollout.status}`] : [])];
  if (trouble !== '') said.push(`failed: ${trouble}`);
  const facts = { fleet, version: inputs.version, digests, reportUrl, outcome: said };
  const { GITHUB_STEP_SUMMARY: page } = host.env;
  if (page) await appendFile(page, summaryOf(facts, reports));
}

function outcomeLines({ outcome, reports }: Known): string[] {
  if (!outcome) return reports ? ['not published by this job'] : [];
  if ('file' in outcome) return [`not published yet, it waits for ${outcome.lacking.join('; ')}: ${outcome.file}`];
  const { version, counter, id } = outcome.release;
  return [`${version} is published (${id}, counter ${counter})${outcome.created ? '' : '; it was before this run'}`];
}
