import type { GateReport } from '@fettle/gates';
import {
  type CheckedArtifact,
  type CheckRecord,
  FettleError,
  type Fleet,
  type FleetId,
  type Instant,
  type ReleaseCheck,
  type TenantId,
} from '@fettle/model';
import { type Scope, serverScope } from '../access/scope.ts';
import { type Brain, fleetChanged } from '../brain.ts';
import { requireFleet } from '../fleets/fleets.ts';
import { clearPublished } from './clear-published.ts';
import { evidenceOf } from './evidence.ts';
import { orderOf, suppliedTexts } from './gate-orders.ts';
import { encodeReports, type KeptReports, reportsKind } from './gate-reports.ts';
import { judgeReports, validWaivers } from './judge-check.ts';
import { policyDigest } from './policy-digest.ts';
import { policyEvidence } from './policy-evidence.ts';
import { inWords } from './rejudge.ts';
import { withSigners } from './report-signers.ts';
import { signStatements } from './sign-statements.ts';

/**
 * Work of the duty `checks`: runs what waits, one after the other. A check that another process left behind while it ran
 * begins anew; one that fails is told of in its own record and never in the way of the next.
 */
export async function runChecks(brain: Brain, signal?: AbortSignal): Promise<void> {
  if (!brain.gates) return;
  for (const tenant of await brain.store.tenants()) {
    const scope = serverScope(tenant);
    for (const check of inTurns(await brain.store.reads(scope).openChecks())) {
      if (signal?.aborted) return;
      await runCheck(brain, tenant, { check, signal });
    }
  }
}

/** The first of each fleet, then the second of each: one that asks for many does not keep others waiting. */
function inTurns(open: readonly ReleaseCheck[]): readonly ReleaseCheck[] {
  const before = new Map<FleetId, number>();
  const turns = open.map((check) => {
    const turn = before.get(check.fleet) ?? 0;
    before.set(check.fleet, turn + 1);
    return { check, turn };
  });
  return turns.sort((a, b) => a.turn - b.turn).map(({ check }) => check);
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
    const fleet = await requireFleet(brain.store.reads(scope), begun.fleet);
    const gated = await gateAll(brain, scope, { check: begun, fleet, signal });
    await finish(brain, tenant, { check: begun, ranBy: policyDigest(fleet.releasePolicy) }, gated);
  } catch (error) {
    if (signal?.aborted) return;
    if (!(error instanceof FettleError) || error.retryable) throw error;
    await giveUp(brain, tenant, begun, error);
  }
}

/**
 * Runs the gates over every artifact as often as it is named, also where two device types or components share the same
 * bytes: what a gate says depends on their image rules and on what was found in the same place of the last release.
 */
async function gateAll(
  brain: Brain,
  scope: Scope,
  { check, fleet, signal }: Run & { readonly fleet: Fleet },
): Promise<Gated[]> {
  const reads = brain.store.reads(scope);
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

interface Ran {
  readonly check: ReleaseCheck;
  /** The policy whose settings the gates had. */
  readonly ranBy: string;
}

async function finish(brain: Brain, tenant: TenantId, { check, ranBy }: Ran, gated: readonly Gated[]): Promise<void> {
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
  if (judged.digest !== ranBy) {
    const statusReason = 'the policy changed while the gates ran: they look again';
    const again: ReleaseCheck = { ...check, status: 'queued', statusReason, startedAt: null };
    return brain.store.transact(scope, (tx) => tx.updateCheck(again));
  }
  const made = [...reports, ...documents, { artifact: null, gate: null, evidence: judged.policy }];
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
    await clearPublished(tx, done);
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
  const found = kept.flatMap(({ reports }) => reports);
  const stages = judgeReports(fleet, await withSigners(reads, fleet.releasePolicy, found), { waivers, now });
  return { stages, waivers, digest: policyDigest(fleet.releasePolicy), policy: policyEvidence(fleet.releasePolicy) };
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
