import { type CheckedArtifact, FettleError, type Fleet, type Instant, type ReleaseCheck } from '@fettle/model';
import type { Reads } from '../ports.ts';
import { currentSets } from './data-sets.ts';
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
  return {
    candidate: { digest, sizeBytes, deviceType, component, fleet: fleet.id, version },
    now,
    settings: {
      ...settings,
      contents: { ...settings.contents, publishedAs: await publishedAs(reads, check, artifact) },
      signature: { ...settings.signature, rules: fleet.imagePolicy ?? [] },
      hardening: { ...settings.hardening, ...(await previousHardening(reads, check, artifact)) },
      provenance: { ...settings.provenance, ...(check.source?.sha ? { commit: check.source.sha } : {}) },
    },
    dataSets: currentSets(await reads.dataSets()),
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

/** What the hardening gate said of the same part of the last published release: what got worse since is a finding. */
async function previousHardening(reads: Reads, { fleet, version }: ReleaseCheck, artifact: CheckedArtifact) {
  const { items } = await reads.releases(fleet, { limit: pageRows, after: undefined });
  const last = items.find((one) => one.status === 'published' && one.version !== version && one.clearance);
  const before = last?.clearance && (await reads.releaseCheck(last.clearance.check));
  const place = before?.artifacts.find(
    ({ deviceType, component }) => deviceType === artifact.deviceType && component === artifact.component,
  );
  if (!before || !place) return {};
  const kept = (await readReports(reads, before)).find((one) => one.artifact === place.digest);
  const facts = kept?.reports.find(({ gate }) => gate === 'hardening')?.facts;
  return facts ? { previous: facts } : {};
}

/** The documents that came with the artifacts. */
export async function suppliedTexts(reads: Reads, { supplied }: ReleaseCheck): Promise<GateOrder['supplied']> {
  const texts: GateOrder['supplied'][number][] = [];
  for (const { kind, digest } of supplied) {
    const evidence = await reads.evidence(digest);
    if (!evidence) throw new FettleError('check-failed', `Document ${digest} is not there any more.`);
    texts.push({ kind, digest, text: evidence.text });
  }
  return texts;
}
