import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CheckReportsView, CheckView } from '@fettle/api';
import { chooseWay, type Outcome, parseArtifactSpecs, publishSteps } from '@fettle/cli/publish';
import { FettleError, fleetId } from '@fettle/model';
import { withAttempts } from './attempts.ts';
import { plainLines } from './commands.ts';
import { findArtifacts, findFiles } from './find-files.ts';
import type { Host } from './host.ts';
import type { Inputs } from './inputs.ts';
import { countFrom } from './report.ts';
import { openSession, type Session } from './session.ts';

/** What is known so far; whatever ends the job, this much is told. */
export interface Known {
  fleet: string;
  reports: CheckReportsView | undefined;
  outcome: Outcome | undefined;
}

export interface Run {
  readonly inputs: Inputs;
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly known: Known;
  /** Takes the reports of a check once it is over. */
  readonly onReports: (reports: CheckReportsView) => void;
}

/** Uploads, waits for the gates, signs and publishes; goes on where it stopped while the server is away. */
export async function publishRelease(run: Run): Promise<void> {
  const { inputs, host, signal, known } = run;
  const files = await filesOf(inputs, host.workspace);
  const say = (text: string) => host.write(`${plainLines(text)}\n`);
  let session: Session | undefined;
  await withAttempts(
    async () => {
      const isUsable = session !== undefined && Date.now() < session.expiresAt - tokenMarginMs;
      session = isUsable && session ? session : await openSession(inputs, host, signal);
      known.fleet = session.fleet;
      try {
        known.outcome = await attempt(session, run, files);
      } catch (error) {
        // Gates may take longer than a token lives: the next attempt gets a new one and finds the same check.
        if (isExpired(error, session))
          throw new FettleError('overloaded', 'The token of this job has ended.', { cause: error });
        throw error;
      }
    },
    { signal, say },
  );
}

const tokenMarginMs = 30_000;

function isExpired(error: unknown, { expiresAt }: Session): boolean {
  return error instanceof FettleError && error.code === 'not-authenticated' && Date.now() >= expiresAt;
}

interface Files {
  readonly artifacts: readonly string[];
  readonly documents: readonly { readonly kind: 'sbom' | 'vex' | 'provenance'; readonly file: string }[];
}

async function filesOf({ artifacts, sbom, vex, provenance }: Inputs, workspace: string): Promise<Files> {
  const documents: Files['documents'][number][] = [];
  for (const [kind, patterns] of Object.entries({ sbom, vex, provenance }) as [Kind, readonly string[]][]) {
    for (const pattern of patterns) {
      for (const file of await findFiles(pattern, workspace)) documents.push({ kind, file });
    }
  }
  return { artifacts: await findArtifacts(artifacts, workspace), documents };
}

type Kind = Files['documents'][number]['kind'];

async function attempt({ context, fleet }: Session, run: Run, files: Files): Promise<Outcome | undefined> {
  const { inputs, host, signal } = run;
  const { version, keys, root, notes, wait, failOn } = inputs;
  const client = await context.client();
  const onCheck = (check: CheckView) => takeCheck(run, check, () => client.getCheckReports({ fleet, check: check.id }));
  const out = join(host.workspace, `${fleet}-${version}.targets.json`);
  // Of an attempt before this one: it was signed over what stood then.
  await rm(out, { force: true });
  const { way, close } = await chooseWay(context, fleetId(fleet), {
    key: keys.map((key) => inWorkspace(key, host.workspace)),
    ...(root === undefined ? {} : { root: resolve(host.workspace, root) }),
    ...{ out, checkOnly: keys.length === 0 },
  });
  try {
    const { steps, result } = publishSteps({
      ...{ client, way, signal, fleet: fleetId(fleet), version, notes },
      specs: parseArtifactSpecs(files.artifacts, { types: [], component: undefined }),
      documents: files.documents,
      ...{ allowDowngrade: false, securityFloor: undefined, counter: undefined },
      ...{ mustPassThrough: false, requires: [], hardware: [] },
      ...{ onCheck, alwaysCheck: wait !== 'none' || failOn !== undefined },
    });
    for (const { title, run } of steps) host.write(`${plainLines(`${title}: ${await run(() => {})}`)}\n`);
    return way ? result() : undefined;
  } finally {
    await close();
  }
}

/** A key file lies in the repository or where the job put it; other locators are taken as they are. */
function inWorkspace(key: string, workspace: string): string {
  return /^[a-z0-9]+:/.test(key) ? key : resolve(workspace, key);
}

async function takeCheck(
  { inputs, known, onReports }: Run,
  check: CheckView,
  ask: () => Promise<CheckReportsView>,
): Promise<void> {
  const reports = await ask();
  if (known.reports?.check.id !== check.id) onReports(reports);
  known.reports = reports;
  const { failOn, version } = inputs;
  const found = failOn === undefined ? 0 : countFrom(reports, failOn);
  if (found === 0) return;
  const message = `${found} findings in ${version} are ${failOn} or worse, and fail-on says ${failOn}.`;
  throw new FettleError('gate-failed', message, {
    details: { check: check.id, next: `fettle release report ${check.id}` },
  });
}
