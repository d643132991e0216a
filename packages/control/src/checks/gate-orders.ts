import { believedBy } from '@fettle/gates';
import {
  type CheckedArtifact,
  FettleError,
  type Fleet,
  type Instant,
  limits,
  type Release,
  type ReleaseCheck,
  type ReleaseGate,
} from '@fettle/model';
import type { Reads } from '../ports.ts';
import { countingData } from './data-sets.ts';
import { readReports } from './gate-reports.ts';
import type { GateOrder } from './gate-runner.ts';

/** What the gates are told of one artifact of a check. */
export interface OrderParts {
  readonly fleet: Fleet;
  readonly check: ReleaseCheck;
  readonly artifact: CheckedArtifact;
  readonly supplied: GateOrder['supplied'];
  readonly now: Instant;
}

/** The order for one artifact: settings of the policy, and what only the server knows of earlier releases. */
export async function orderOf(reads: Reads, { fleet, check, artifact, supplied, now }: OrderParts): Promise<GateOrder> {
  const { digest, sizeBytes, deviceType, component } = artifact;
  const { version } = check;
  const settings = { ...fleet.releasePolicy?.settings };
  const { sets, trust } = countingData(fleet.releasePolicy, await reads.dataSets());
  return {
    candidate: { digest, sizeBytes, deviceType, component, fleet: fleet.id, version },
    now,
    settings: {
      ...settings,
      contents: { ...settings.contents, publishedAs: await publishedAs(reads, check, artifact) },
      signature: { ...settings.signature, rules: fleet.imagePolicy ?? [] },
      vulnerabilities: {
        ...settings.vulnerabilities,
        ...believedBy(fleet.releasePolicy, trust),
      },
      hardening: { ...settings.hardening, ...(await previousHardening(reads, check, artifact)) },
      provenance: { ...settings.provenance, ...(check.source?.sha ? { commit: check.source.sha } : {}) },
    },
    dataSets: sets.map(({ kind, digest: sha256 }) => ({ kind, digest: sha256 })),
    supplied,
  };
}

const pageRows = 100;
const mostEarlier = 500;

/** Under which other versions the same bytes were published before. */
async function publishedAs(reads: Reads, { fleet, version }: ReleaseCheck, { digest }: CheckedArtifact) {
  if (!(await reads.fleetHasArtifact(fleet, digest))) return [];
  const found: { readonly version: string; readonly digest: string }[] = [];
  let after: string | undefined;
  for (let looked = 0; looked < mostEarlier; looked += pageRows) {
    const { items, next } = await reads.releases(fleet, { limit: pageRows, after });
    for (const release of items) {
      const isOther = release.version !== version && release.artifacts.some((one) => one.digest === digest);
      if (isOther) found.push({ version: release.version, digest });
    }
    if (next === null) break;
    after = next;
  }
  return found;
}

/**
 * What the hardening gate said of the same part of the last published release that passed it: what got worse since is a
 * finding. One that went out without passing is nothing to compare with, or each release could be a little worse.
 */
async function previousHardening(reads: Reads, { fleet, version }: ReleaseCheck, artifact: CheckedArtifact) {
  const { items } = await reads.releases(fleet, { limit: pageRows, after: undefined });
  const last = items.find(
    (one) => one.status === 'published' && one.version !== version && hasPassed(one, 'hardening'),
  );
  const before = last?.clearance && (await reads.releaseCheck(last.clearance.check));
  const place = before?.artifacts.find(
    ({ deviceType, component }) => deviceType === artifact.deviceType && component === artifact.component,
  );
  if (!before || !place) return {};
  const kept = (await readReports(reads, before)).find((one) => one.artifact === place.digest);
  const facts = kept?.reports.find(({ gate }) => gate === 'hardening')?.facts;
  return facts ? { previous: facts } : {};
}

/** Whether a release passed a gate in the strictest stage that demands it; where none does, whatever it said. */
function hasPassed({ clearance }: Release, gate: ReleaseGate): boolean {
  if (!clearance) return false;
  const strictest = clearance.stages.flatMap(({ gates }) => gates.find((one) => one.gate === gate) ?? []).at(-1);
  return strictest === undefined || strictest.verdict === 'pass';
}

/** The documents that came with the artifacts. */
export async function suppliedTexts(reads: Reads, { supplied }: ReleaseCheck): Promise<GateOrder['supplied']> {
  const texts: GateOrder['supplied'][number][] = [];
  let characters = 0;
  for (const { kind, digest } of supplied) {
    const evidence = await reads.evidence(digest);
    if (!evidence) throw new FettleError('check-failed', `Document ${digest} is not there any more.`);
    characters += evidence.text.length;
    if (characters > limits.suppliedBytesPerCheck) {
      const most = `${limits.suppliedBytesPerCheck} bytes`;
      throw new FettleError('check-failed', `The documents that come with one release have at most ${most} together.`);
    }
    texts.push({ kind, digest, text: evidence.text });
  }
  return texts;
}
