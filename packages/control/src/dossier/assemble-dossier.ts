import { createHash } from 'node:crypto';
import { FettleError, type FleetId, type Release } from '@fettle/model';
import { encodeStatement } from '@fettle/trust';
import { demand, type Scope } from '../access/scope.ts';
import { manifestDigest } from '../approvals/approval-statement.ts';
import { judgeToday, reportsOf } from '../approvals/judge-today.ts';
import type { EvidenceSigner } from '../audit/evidence-signer.ts';
import type { AuditLogStore } from '../audit/log-store.ts';
import type { Brain } from '../brain.ts';
import { policyDigest } from '../checks/policy-digest.ts';
import { requireFleet } from '../fleets/fleets.ts';
import { getRelease } from '../releases/releases.ts';
import { collectAudit } from './collect-audit.ts';
import { approvalFiles, approvalPath, checkFiles, evidenceFiles, judgedPath, waiverFiles } from './collect-evidence.ts';
import { believedBy } from './collect-metadata.ts';
import { rolloutFiles, rolloutsOf } from './collect-rollouts.ts';
import { complianceFiles } from './compliance.ts';
import { type DossierFile, fileOf, jsonFile, sumsOf } from './dossier-file.ts';
import type { DossierFacts } from './facts.ts';
import { policyOfRelease, underPolicy } from './policy-of-release.ts';
import { summaryPage } from './summary-page.ts';

/** What the seal over a dossier says. */
export const dossierPredicate = 'https://fettle.dev/dossier/v1';
export const dossierFormat = 'fettle-dossier/1';

export interface DossierNeeds {
  readonly logs: AuditLogStore;
  /** The single-file verifier, which goes with every dossier. */
  readonly verifier: Uint8Array;
}

/**
 * All that is known of a release and proves it, as files in order of path: `SHA256SUMS` first, then its seal by the
 * evidence key. The same state gives the same files. Memory: what is not kept as evidence.
 * @throws FettleError `not-found`, `wrong-state` without an evidence key, `overloaded` while the audit log lags behind
 */
export async function assembleDossier(
  scope: Scope,
  brain: Brain,
  about: { readonly fleet: FleetId; readonly version: string },
  needs: DossierNeeds,
): Promise<readonly DossierFile[]> {
  demand(scope, 'fleet.read');
  demand(scope, 'audit.read');
  const signer = requireSigner(brain);
  const reads = brain.store.reads(scope);
  const fleet = await requireFleet(reads, about.fleet);
  const release = await getRelease(scope, brain, about.fleet, about.version);
  const known = await reportsOf(reads, release);
  const { check } = known;
  const policy = await policyOfRelease(reads, fleet, release);
  const now = brain.clock.now();
  const today = await judgeToday(reads, { fleet: underPolicy(fleet, policy), release, known, now });
  const rollouts = await rolloutsOf(reads, release);
  const waivers = await waiverFiles(reads, fleet);
  const events = await collectAudit(scope, brain, needs.logs, {
    ...{ release, rollouts, policy: policy?.digest },
    waivers: waivers.map(({ digest }) => digest),
  });
  const evidence = await evidenceFiles(reads, check);
  const believed = await believedBy(reads, release);
  const verifierDigest = createHash('sha256').update(needs.verifier).digest('hex');
  const facts: DossierFacts = {
    ...{ release, fleet, check, policy, rollouts, events, verifierDigest },
    ...{ evidence: evidence.entries, way: believed.way },
  };
  const log = await needs.logs.reads(scope).auditLog();
  const files = [
    ...believed.files,
    ...evidence.files,
    ...checkFiles(release, check, { policy, today: today?.judgement }),
    ...waivers,
    ...(await approvalFiles(reads, release)),
    ...(await rolloutFiles(scope, brain, rollouts)),
    jsonFile('audit/events.json', events),
    ...(await keyFiles(facts, signer, log?.vkey)),
    fileOf('verify/verify.mjs', needs.verifier),
    jsonFile('dossier.json', describe(scope, facts)),
    fileOf('summary.html', summaryPage(facts)),
    ...complianceFiles(facts),
  ];
  const sorted = inOrder(files);
  demandRoom(sorted);
  return seal(signer, release, sorted);
}

async function keyFiles(
  { fleet, policy }: DossierFacts,
  signer: EvidenceSigner,
  vkey: string | undefined,
): Promise<DossierFile[]> {
  const pem = (await signer.key()).key.export({ format: 'pem', type: 'spki' }).toString();
  const waivers = policy?.policy?.waivers.keys ?? [];
  return [
    fileOf('keys/evidence.pub.pem', pem),
    ...(vkey === undefined ? [] : [fileOf('keys/log.vkey', `${vkey}\n`)]),
    ...fleet.keys.map(({ id, publicKeyPem }) => fileOf(`keys/release-${id.slice(0, 16)}.pub.pem`, publicKeyPem)),
    ...waivers.map((text, i) => fileOf(`keys/waiver-${i + 1}.pub.pem`, text)),
  ];
}

/** What is inside, for programs: the verifier begins here. */
function describe({ tenant }: Scope, facts: DossierFacts) {
  const { release, fleet, check, policy, rollouts, evidence, way, verifierDigest } = facts;
  return {
    format: dossierFormat,
    tenant,
    fleet: release.fleet,
    version: release.version,
    counter: release.counter,
    release: release.id,
    status: release.status,
    publishedAt: new Date(release.publishedAt).toISOString(),
    way,
    manifest: manifestDigest(release),
    artifacts: release.artifacts.map(({ digest, ...artifact }) => ({ ...artifact, sha256: digest })),
    source: release.source ?? null,
    check: check?.id ?? null,
    policy: policy?.digest ?? null,
    // That of today, if there is one: it may have changed or gone since.
    fleetPolicy: fleet.releasePolicy ? policyDigest(fleet.releasePolicy) : null,
    evidence,
    approvals: (release.approvals ?? []).map((one) => ({
      ...one,
      file: approvalPath(one),
      ...(one.judged === undefined ? {} : { judgedFile: judgedPath(one.judged) }),
    })),
    rollouts: rollouts.map(({ id }) => ({ id, file: `rollouts/${id}.json`, devices: `rollouts/${id}.devices.json` })),
    verifier: { file: 'verify/verify.mjs', sha256: verifierDigest },
  };
}

async function seal(
  signer: EvidenceSigner,
  { fleet, version, id }: Release,
  files: readonly DossierFile[],
): Promise<readonly DossierFile[]> {
  const sums = fileOf('SHA256SUMS', sumsOf(files));
  const statement = encodeStatement({
    subject: [{ name: 'SHA256SUMS', sha256: sums.sha256 }],
    predicateType: dossierPredicate,
    predicate: { format: dossierFormat, release: { fleet, version, id }, files: files.length },
  });
  return [sums, fileOf('SHA256SUMS.dsse.json', JSON.stringify(await signer.sign(statement))), ...files];
}

/** Sizes and places in an archive have 32 bits, and the number of files 16. @source PKWARE APPNOTE.TXT 6.3.10 §4.4.1.4 */
function demandRoom(files: readonly DossierFile[]): void {
  const bytes = files.reduce((sum, file) => sum + file.sizeBytes + 2 * file.path.length + 200, 0);
  if (bytes < 4_000_000_000 && files.length < 60_000) return;
  throw new FettleError(
    'too-large',
    `A dossier has less than 4 GB and 60,000 files, found ${bytes} and ${files.length}.`,
  );
}

/** Sorted by bytes; what two kinds of evidence share is there once. */
function inOrder(files: readonly DossierFile[]): readonly DossierFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return [...byPath.values()].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

function requireSigner({ evidence }: Brain): EvidenceSigner {
  if (evidence) return evidence;
  throw new FettleError('wrong-state', 'This server has no evidence key: it can seal no dossier.');
}
