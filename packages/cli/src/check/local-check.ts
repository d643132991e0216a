import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { CheckedGateView, ReleasePolicyView } from '@fettle/api';
import { type CheckInput, type CheckInputKind, type CheckOutcome, runCheck } from '@fettle/checker';
import { covers, type GateReport, judgeStages, readWaiver, type Waiver } from '@fettle/gates';
import { FettleError, type Finding, type ReleasePolicy, type StageVerdict } from '@fettle/model';
import { readPublicKey } from '@fettle/trust';
import type { FileIdentity } from '../publish/digest.ts';

/** A file that all gates look at on this machine. */
export interface LocalCheck {
  readonly identity: FileIdentity;
  readonly deviceType: string;
  readonly component: string;
  readonly fleet: string;
  readonly version: string;
  readonly policy: ReleasePolicyView;
  readonly inputs: readonly CheckInput[];
  readonly now: number;
}

/** Runs the gates as the server does: the same code, in a process of its own. Keeps what `take` takes. */
export async function checkLocally(
  check: LocalCheck,
  { signal, take }: { readonly signal: AbortSignal; readonly take: (outcome: CheckOutcome) => Promise<void> },
): Promise<CheckOutcome> {
  const { identity, deviceType, component, fleet, version, policy, inputs, now } = check;
  const candidate = { digest: identity.digest, sizeBytes: identity.sizeBytes, deviceType, component, fleet, version };
  const settings = policy.settings as ReleasePolicy['settings'];
  return runCheck(
    { candidate, path: identity.file, now, settings, inputs },
    async (outcome) => {
      await take(outcome);
      return outcome;
    },
    { signal },
  );
}

/** Names documents by what is in them. */
export async function inputsOf(files: Readonly<Record<CheckInputKind, readonly string[]>>): Promise<CheckInput[]> {
  const inputs: CheckInput[] = [];
  for (const [kind, paths] of Object.entries(files) as [CheckInputKind, readonly string[]][]) {
    for (const path of paths) {
      const bytes = await readFile(path).catch((cause: unknown) => {
        throw new FettleError('invalid-input', `${path}: expected a document (${kind}) that can be read.`, { cause });
      });
      inputs.push({ kind, path, digest: createHash('sha256').update(bytes).digest('hex') });
    }
  }
  return inputs;
}

/** What each stage of a policy makes of reports, with the exceptions that were signed. */
export async function judgeLocally(
  policy: ReleasePolicyView,
  reports: readonly CheckedGateView[],
  { waivers, now }: { readonly waivers: readonly string[]; readonly now: number },
): Promise<readonly StageVerdict[]> {
  const keys = policy.waivers.keys.map(readPublicKey);
  const valid: Waiver[] = [];
  for (const path of waivers) {
    const read = readWaiver(await readFile(path, 'utf8'), { keys, threshold: policy.waivers.threshold });
    if (!read.ok) throw new FettleError('signature-invalid', `${path}: the waiver is not believed: ${read.message}`);
    valid.push(read.waiver);
  }
  const isWaived = (finding: Finding) => valid.some((waiver) => covers(waiver, finding, now));
  return judgeStages(policy as unknown as ReleasePolicy, reports.map(reportOf), isWaived);
}

/** The same report as the API would show it. */
export function viewOfReport(artifact: string, report: Omit<GateReport, 'documents'>): CheckedGateView {
  const { gate, verdict, summary, findings, findingsLeftOut, facts, inputs } = report;
  return {
    artifact,
    gate,
    verdict,
    summary,
    findings: findings.map((finding) => ({ ...finding })) as CheckedGateView['findings'],
    findingsLeftOut,
    facts: { ...facts } as CheckedGateView['facts'],
    inputs: inputs.map(({ name, version, publishedAt }) => ({
      name,
      version,
      publishedAt: publishedAt === null ? null : new Date(publishedAt).toISOString(),
    })),
  };
}

function reportOf(view: CheckedGateView): GateReport {
  return { ...view, inputs: [], documents: [] };
}
