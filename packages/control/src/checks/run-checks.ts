import type { GateReport } from '@fettle/gates';
import {
  type CheckedArtifact,
  type CheckRecord,
  FettleError,
  type Instant,
  type ReleaseCheck,
  type TenantId,
} from '@fettle/model';
import { serverScope } from '../access/scope.ts';
import { type Brain, fleetChanged } from '../brain.ts';
import { requireFleet } from '../fleets/fleets.ts';
import { evidenceOf } from './evidence.ts';
import { orderOf, suppliedTexts } from './gate-orders.ts';
import { encodeReports, type KeptReports, reportsKind } from './gate-reports.ts';
import { judgeReports, validWaivers } from './judge-check.ts';
import { policyDigest } from './policy-digest.ts';
import { inWords } from './rejudge.ts';
import { signStatements } from './sign-statements.ts';

/**
 * Work of the duty `checks`: runs what waits, one after the other. A check that another process left behind while it ran
 * begins anew; one that fails is told of in its own record and never in the way of the next.
 */
export async function runChecks(brain: Brain, signal?: AbortSignal): Promise<void> {
  if (!brain.gates) return;
  for (const tenant of await brain.store.tenants()) {
    const scope = serverScope(tenant);
    for (const check of await brain.store.reads(scope).openChecks()) {
      if (signal?.aborted) return;
      await runCheck(brain, tenant, { check, signal });
    }
  }
}

interface Run {
  readonly check: ReleaseCheck;
  readonly signal: AbortSignal | undefined;
}

async function runCheck(brain: Brain, tenant: TenantId, { check, signal }: Run): Promise<void> {
  const scope = serverScope(tenant);
  const begun: ReleaseCheck = {
    ...check,
    status: 'running',
    statusReason: 'the gates look at it',
    startedAt: brain.clock.now(),
  };
  await brain.store.transact(scope, (tx) => tx.updateCheck(begun));
  try {
    await finish(brain, tenant, begun, await gateAll(brain, scope, { check: begun, signal }));
  } catch (error) {
    if (signal?.aborted) return;
    if (!(error instanceof FettleError) || error.retryable) throw error;
    await giveUp(brain, tenant, begun, error);
  }
}

/** Runs the gates over each different artifact once: two device types may share the same bytes. */
async function gateAll(brain: Brain, scope: ReturnType<typeof serverScope>, { check, signal }: Run): Promise<Gated[]> {
  const reads = brain.store.reads(scope);
  const fleet = await requireFleet(reads, check.fleet);
  const supplied = await suppliedTexts(reads, check);
  const done: Gated[] = [];
  for (const artifact of check.artifacts) {
    if (!brain.gates) throw new FettleError('check-failed', 'This server runs no gates.');
    const reports = await brain.gates.run(
      await orderOf(reads, { fleet, check, artifact, supplied, now: brain.clock.now() }),
      signal,
    );
    done.push({ artifact, reports });
  }
  return done;
}

interface Gated {
  readonly artifact: CheckedArtifact;
  readonly reports: readonly GateReport[];
}

async function finish(brain: Brain, tenant: TenantId, check: ReleaseCheck, gated: readonly Gated[]): Promise<void> {
  const scope = serverScope(tenant);
  const now = brain.clock.now();
  const kept: KeptReports[] = gated.map(({ artifact, reports }) => ({ artifact: artifact.digest, reports }));
  const documents = gated.flatMap(({ artifact, reports }) =>
    reports.flatMap(({ gate, documents: made }) =>
      made.map((document) => ({ artifact: artifact.digest, gate, ...textOf(document) })),
    ),
  );
  const reports = kept.map((one) => ({
    artifact: one.artifact,
    gate: null,
    evidence: evidenceOf(reportsKind, 'application/json', encodeReports(one)),
  }));
  const judged = await judge(brain, tenant, { check, kept, now });
  const made = [...reports, ...documents];
  const statements = await signStatements(brain, { check, gated: kept, made, ...judged, now });
  const all = [...made, ...statements];
  const records: CheckRecord[] = all.map(({ artifact, gate, evidence }) => ({
    artifact,
    gate,
    kind: evidence.kind,
    mediaType: evidence.mediaType,
    digest: evidence.digest,
    sizeBytes: Buffer.byteLength(evidence.text, 'utf8'),
  }));
  const done: ReleaseCheck = {
    ...check,
    status: 'done',
    statusReason: inWords(judged) || 'the fleet demands nothing',
    policyDigest: judged.digest,
    waivers: judged.waivers.map(({ stored }) => stored.digest).sort(),
    stages: judged.stages,
    records,
    endedAt: now,
  };
  await brain.store.transact(scope, async (tx) => {
    for (const { evidence } of all) await tx.keepEvidence(evidence);
    await tx.updateCheck(done);
    const object = `check/${check.id}`;
    const reason = `version ${check.version}: ${done.statusReason}`;
    await tx.appendAudit({
      verb: 'check.done',
      object,
      fleet: check.fleet,
      before: null,
      after: check.subject,
      reason,
    });
  });
  fleetChanged(brain, tenant, check.fleet);
}

interface ToJudge {
  readonly check: ReleaseCheck;
  readonly kept: readonly KeptReports[];
  readonly now: Instant;
}

async function judge(brain: Brain, tenant: TenantId, { check, kept, now }: ToJudge) {
  const reads = brain.store.reads(serverScope(tenant));
  const fleet = await requireFleet(reads, check.fleet);
  const waivers = await validWaivers(reads, fleet, now);
  const stages = judgeReports(
    fleet,
    kept.flatMap(({ reports }) => reports),
    { waivers, now },
  );
  return { stages, waivers, digest: policyDigest(fleet.releasePolicy) };
}

function textOf({ kind, mediaType, bytes }: GateReport['documents'][number]) {
  return { evidence: evidenceOf(kind, mediaType, Buffer.from(bytes).toString('utf8')) };
}

async function giveUp(brain: Brain, tenant: TenantId, check: ReleaseCheck, { message }: FettleError): Promise<void> {
  const ended: ReleaseCheck = { ...check, status: 'failed', statusReason: message, endedAt: brain.clock.now() };
  await brain.store.transact(serverScope(tenant), async (tx) => {
    await tx.updateCheck(ended);
    const object = `check/${check.id}`;
    const about = { object, fleet: check.fleet, before: null, after: check.subject } as const;
    await tx.appendAudit({
      ...about,
      verb: 'check.failed',
      reason: `version ${check.version}: ${message}`.slice(0, 500),
    });
  });
}
