import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ReleasePolicyView } from '@fettle/api';
import { type CheckInput, type CheckInputKind, type CheckOutcome, runCheck } from '@fettle/checker';
import {
  believedBy,
  covers,
  type DataTrust,
  type GateReport,
  judgeStages,
  readWaiver,
  type UndeclaredPart,
  type Waiver,
} from '@fettle/gates';
import { FettleError, type Finding, type ReleasePolicy, type StageVerdict } from '@fettle/model';
import { readPublicKey } from '@fettle/trust';
import type { FileIdentity } from '../publish/digest.ts';
import { readStatement, statementFile } from '../vulnerabilities/statement-file.ts';

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
  /** What nobody said of the file: the gates hold nothing against it. */
  readonly undeclared: readonly UndeclaredPart[];
}

/** Runs the gates as the server does: the same code, in a process of its own. Keeps what `take` takes. */
export async function checkLocally(
  check: LocalCheck,
  {
    signal,
    take,
    onProgress,
  }: {
    readonly signal: AbortSignal;
    readonly take: (outcome: CheckOutcome) => Promise<void>;
    readonly onProgress: (bytes: number) => void;
  },
): Promise<CheckOutcome> {
  const { identity, deviceType, component, fleet, version, policy, inputs, now, undeclared } = check;
  const { digest, sizeBytes } = identity;
  const candidate = { digest, sizeBytes, deviceType, component, fleet, version, undeclared };
  const settings = await settingsOf(policy, inputs);
  return runCheck(
    { candidate, path: identity.file, now, settings, inputs },
    async (outcome) => {
      await take(outcome);
      return outcome;
    },
    { signal, onProgress },
  );
}

/** The policy's settings; where it says whose data count, with the statements that lie beside the data. */
async function settingsOf(
  policy: ReleasePolicyView,
  inputs: readonly CheckInput[],
): Promise<ReleasePolicy['settings']> {
  const settings = policy.settings as ReleasePolicy['settings'];
  const trust = await trustOf(policy, inputs);
  return { ...settings, vulnerabilities: { ...settings.vulnerabilities, ...believedBy(policy, trust) } };
}

async function trustOf({ dataSets }: ReleasePolicyView, inputs: readonly CheckInput[]): Promise<DataTrust | undefined> {
  if (!dataSets) return undefined;
  const envelopes: Record<string, string> = {};
  for (const input of inputs) {
    if (input.kind !== 'data-set' || !('path' in input)) continue;
    envelopes[input.digest] = await readStatement(statementFile(input.path));
  }
  return { ...dataSets, envelopes, refused: [] };
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

/**
 * Reads signed exceptions as a server takes them: signed by keys that the policy names, and of the fleet that it is about.
 * @throws FettleError `signature-invalid`, `invalid-input`
 */
export async function readWaivers(
  policy: ReleasePolicyView,
  paths: readonly string[],
  { fleet, now }: { readonly fleet: string | undefined; readonly now: number },
): Promise<readonly Waiver[]> {
  if (paths.length > 0 && fleet === undefined) {
    throw new FettleError(
      'invalid-input',
      '--waiver: a waiver is of one fleet; expected which (--fleet), found none.',
      {
        details: { next: 'the same command with --fleet NAME' },
      },
    );
  }
  const keys = policy.waivers.keys.map(readPublicKey);
  const valid: Waiver[] = [];
  for (const path of paths) {
    const read = readWaiver(await readFile(path, 'utf8'), { keys, threshold: policy.waivers.threshold });
    if (!read.ok) throw new FettleError('signature-invalid', `${path}: the waiver is not believed: ${read.message}`);
    const { waiver } = read;
    if (waiver.fleet !== fleet) {
      const message = `${path}: expected a waiver for fleet ${fleet}, found one for ${waiver.fleet}.`;
      throw new FettleError('invalid-input', message, { details: { next: 'the same command with another --fleet' } });
    }
    if (waiver.expiresAt <= now) {
      const over = new Date(waiver.expiresAt).toISOString();
      throw new FettleError('invalid-input', `${path}: the waiver is over since ${over}.`, {
        details: { next: 'fettle waiver sign, for a new one' },
      });
    }
    valid.push(waiver);
  }
  return valid;
}

/** What each stage of a policy makes of reports, with the exceptions that were signed. */
export function judgeLocally(
  policy: ReleasePolicyView,
  reports: readonly Omit<GateReport, 'documents'>[],
  { waivers, now }: { readonly waivers: readonly Waiver[]; readonly now: number },
): readonly StageVerdict[] {
  const isWaived = (finding: Finding) => waivers.some((waiver) => covers(waiver, finding, now));
  const whole = reports.map((report) => ({ ...report, documents: [] }));
  return judgeStages(policy as unknown as ReleasePolicy, whole, isWaived);
}
