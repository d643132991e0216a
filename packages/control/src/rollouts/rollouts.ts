import {
  type Deployment,
  FettleError,
  type FleetId,
  type GroupName,
  groupName,
  makeId,
  type PhaseCounts,
  type Release,
  type ReleaseId,
  type Rollout,
  type RolloutId,
  type RolloutPlan,
  rolloutId,
} from '@fettle/model';
import { demand, type Scope } from '../access/scope.ts';
import { digestOf } from '../audit/digest-of.ts';
import { type Brain, fleetChanged } from '../brain.ts';
import { requireExpression } from '../expressions/require-expression.ts';
import { requireFleet } from '../fleets/fleets.ts';
import type { Page, PageRequest, Reads, Writes } from '../ports.ts';
import { promote, resume } from './advance.ts';
import { gatedOf } from './gates/collect.ts';
import type { GateReport } from './gates/judge.ts';
import { forgiveGate } from './gates/open-gate.ts';
import { gateReportOf } from './gates/standing.ts';
import { phasesOf } from './plan.ts';
import { type PolicyInput, policyOf } from './policy.ts';
import { demandCleared, demandOnlyOne, holdsOf, type RolloutHold } from './start-demands.ts';
import { appendEffects } from './write-step.ts';

/** A rollout with what people want to see of it at once. */
export interface RolloutView {
  readonly rollout: Rollout;
  readonly release: { readonly id: ReleaseId; readonly version: string };
  readonly counts: readonly PhaseCounts[];
  /** What its gate has seen; null when that is a fixed one or has not begun. */
  readonly gate: GateReport | null;
  /** What keeps all its devices waiting. */
  readonly holds: readonly RolloutHold[];
}

/** A plan as callers give it: what its policy leaves out has its default. */
export type PlanInput = Omit<RolloutPlan, 'policy'> & { readonly policy?: PolicyInput | undefined };

export interface NewRollout {
  readonly version: string;
  readonly group: string;
  readonly plan: PlanInput;
  readonly start: boolean;
  readonly reason: string;
  /** Whether what it leaves out may be named by what no device of the fleet has ever had. */
  readonly allowUnknown?: boolean | undefined;
}

/** Makes a rollout; its cost does not depend on how many devices the fleet has. */
export async function createRollout(
  scope: Scope,
  brain: Brain,
  fleet: FleetId,
  input: NewRollout,
): Promise<RolloutView> {
  demand(scope, 'rollout.write');
  const phases = phasesOf(input.plan);
  const policy = policyOf(input.plan.policy);
  const group = groupName(input.group);
  const now = brain.clock.now();
  const created = await brain.store.transact(scope, async (tx) => {
    const home = await requireFleet(tx, fleet);
    const excluding = { text: policy.exclude, field: 'plan/policy/exclude', allowUnknown: input.allowUnknown };
    await requireExpression(tx, fleet, excluding);
    const release = await tx.releaseByVersion(fleet, input.version);
    if (!release) throw missing('release', `Fleet ${fleet} has no release ${input.version}.`);
    if (release.status === 'revoked') throw new FettleError('wrong-state', `Release ${input.version} was revoked.`);
    for (const one of groupsOf(group, phases)) {
      if (!(await tx.group(fleet, one))) throw missing('group', `Fleet ${fleet} has no group ${one}.`);
    }
    if (input.start) requireApprovals({ approvedBy: [], policy });
    if (input.start) requireWhy(policy, input.reason);
    const rollout: Rollout = {
      id: rolloutId(makeId('rol', now, brain.random.bytes(10))),
      fleet,
      release: release.id,
      group,
      status: input.start ? 'running' : 'draft',
      statusReason: input.start ? saying('Started', input.reason) : 'A draft.',
      salt: Buffer.from(brain.random.bytes(12)).toString('base64url'),
      phases,
      onFail: input.plan.onFail,
      maxAttempts: input.plan.maxAttempts,
      retryBackoffMs: input.plan.retryBackoffMs,
      policy,
      returns: null,
      createdBy: scope.actor,
      approvedBy: [],
      createdAt: now,
      startedAt: input.start ? now : null,
      endedAt: null,
      revision: 1,
    };
    if (input.start) {
      demandCleared(home, release, rollout);
      await demandOnlyOne(tx, rollout, release.version);
    }
    await tx.insertRollout(rollout);
    const event = { object: `rollout/${rollout.id}`, fleet, before: null, after: digestOf(rollout) };
    await tx.appendAudit({ ...event, verb: 'rollout.created', reason: `release ${release.version} to ${group}` });
    if (input.start) await tx.appendAudit({ ...event, verb: 'rollout.started', reason: input.reason });
    return viewOf(tx, rollout);
  });
  fleetChanged(brain, scope.tenant, fleet);
  return created;
}

export function startRollout(scope: Scope, brain: Brain, id: RolloutId, reason: string): Promise<RolloutView> {
  return act(scope, brain, id, async (rollout, tx) => {
    const release = await requireReleaseOf(tx, rollout);
    if (release.status === 'revoked') throw new FettleError('wrong-state', `Release ${release.version} was revoked.`);
    requireStatus(rollout, ['draft'], 'start');
    requireApprovals(rollout);
    requireWhy(rollout.policy, reason);
    demandCleared(await requireFleet(tx, rollout.fleet), release, rollout);
    await demandOnlyOne(tx, rollout, release.version);
    const started: Rollout = {
      ...rollout,
      status: 'running',
      statusReason: saying('Started', reason),
      startedAt: brain.clock.now(),
    };
    return { next: started, verb: 'rollout.started', reason };
  });
}

/**
 * Lets a draft start, in the name of the one who approves. Nobody approves their own, and nobody twice.
 * @throws FettleError `forbidden` for its maker, `wrong-state` when it is no draft any more
 */
export function approveRollout(scope: Scope, brain: Brain, id: RolloutId, reason: string): Promise<RolloutView> {
  return act(scope, brain, id, async (rollout) => {
    requireStatus(rollout, ['draft'], 'be approved');
    if (rollout.createdBy === scope.actor) {
      throw new FettleError('forbidden', 'Nobody approves their own rollout: somebody else has to.');
    }
    if (rollout.approvedBy.includes(scope.actor)) return undefined;
    const next: Rollout = { ...rollout, approvedBy: [...rollout.approvedBy, scope.actor] };
    return { next, verb: 'rollout.approved', reason };
  });
}

/** Nobody new is offered the release; deployments under way go on. */
export function pauseRollout(scope: Scope, brain: Brain, id: RolloutId, reason: string): Promise<RolloutView> {
  return act(scope, brain, id, async (rollout) => {
    if (rollout.status === 'paused') return undefined;
    requireStatus(rollout, ['running', 'completed'], 'pause');
    return {
      next: { ...rollout, status: 'paused', statusReason: saying('Paused', reason) },
      verb: 'rollout.paused',
      reason,
    };
  });
}

/** Goes on after a pause. If a gate had failed, the failures seen so far are forgiven: the audit log says by whom. */
export function resumeRollout(scope: Scope, brain: Brain, id: RolloutId, reason: string): Promise<RolloutView> {
  return act(scope, brain, id, async (rollout, tx) => {
    if (rollout.status === 'running') return undefined;
    requireStatus(rollout, ['paused'], 'resume');
    const counts = await tx.rolloutCounts(id, rollout.phases.length);
    const resumed: Rollout = { ...resume(rollout, counts), statusReason: saying('Resumed', reason) };
    const gated = gatedOf(resumed);
    if (gated) await forgiveGate(tx, gated, brain.clock.now());
    return { next: resumed, verb: 'rollout.resumed', reason };
  });
}

/** Ends a rollout: nobody is offered the release, and deployments that have not rebooted are told to stop. */
export function abortRollout(scope: Scope, brain: Brain, id: RolloutId, reason: string): Promise<RolloutView> {
  return act(scope, brain, id, async (rollout) => {
    if (rollout.status === 'aborted') return undefined;
    const statusReason = saying('Aborted', reason);
    const next: Rollout = { ...rollout, status: 'aborted', statusReason, endedAt: brain.clock.now() };
    return { next, verb: 'rollout.aborted', reason };
  });
}

/** Opens the next phase by a person's word, whatever the gate says short of failing. */
export function promoteRollout(scope: Scope, brain: Brain, id: RolloutId, reason: string): Promise<RolloutView> {
  return act(scope, brain, id, async (rollout, tx) => {
    requireStatus(rollout, ['running'], 'promote');
    const step = promote(rollout, brain.clock.now());
    if (step.rollout === rollout) throw new FettleError('wrong-state', 'No phase is open that could be left behind.');
    await appendEffects(tx, step);
    return { next: step.rollout, verb: 'rollout.promoted', reason };
  });
}

export async function getRollout(scope: Scope, brain: Brain, id: RolloutId): Promise<RolloutView> {
  demand(scope, 'fleet.read');
  const reads = brain.store.reads(scope);
  return viewOf(reads, await requireRollout(reads, id));
}

export async function listRollouts(
  scope: Scope,
  brain: Brain,
  fleet: FleetId,
  page: PageRequest,
): Promise<Page<RolloutView>> {
  demand(scope, 'fleet.read');
  const reads = brain.store.reads(scope);
  await requireFleet(reads, fleet);
  const { items, next } = await reads.rollouts(fleet, page);
  return { items: await Promise.all(items.map((rollout) => viewOf(reads, rollout))), next };
}

export async function rolloutDeployments(
  scope: Scope,
  brain: Brain,
  id: RolloutId,
  page: PageRequest,
): Promise<Page<Deployment>> {
  demand(scope, 'fleet.read');
  const reads = brain.store.reads(scope);
  await requireRollout(reads, id);
  return reads.deploymentsOfRollout(id, page);
}

interface Act {
  readonly next: Rollout;
  readonly verb:
    | 'rollout.started'
    | 'rollout.paused'
    | 'rollout.resumed'
    | 'rollout.aborted'
    | 'rollout.promoted'
    | 'rollout.approved';
  readonly reason: string;
}

async function act(
  scope: Scope,
  brain: Brain,
  id: RolloutId,
  change: (rollout: Rollout, tx: Writes) => Promise<Act | undefined>,
): Promise<RolloutView> {
  demand(scope, 'rollout.write');
  const view = await brain.store.transact(scope, async (tx) => {
    const rollout = await requireRollout(tx, id);
    const done = await change(rollout, tx);
    if (!done) return viewOf(tx, rollout);
    const next: Rollout = { ...done.next, revision: rollout.revision + 1 };
    if (!(await tx.updateRollout(next)))
      throw new FettleError('wrong-state', 'The rollout changed meanwhile. Try again.');
    await tx.appendAudit({
      verb: done.verb,
      object: `rollout/${id}`,
      fleet: rollout.fleet,
      before: digestOf(rollout),
      after: digestOf(next),
      reason: done.reason,
    });
    return viewOf(tx, next);
  });
  fleetChanged(brain, scope.tenant, view.rollout.fleet);
  return view;
}

function groupsOf(group: GroupName, phases: Rollout['phases']): ReadonlySet<GroupName> {
  return new Set([group, ...phases.flatMap(({ size }) => ('group' in size ? [size.group] : []))]);
}

function requireApprovals({ approvedBy, policy: { approvals } }: Pick<Rollout, 'approvedBy' | 'policy'>): void {
  if (approvedBy.length >= approvals) return;
  throw new FettleError(
    'wrong-state',
    `The rollout has ${approvedBy.length} of ${approvals} approvals: somebody other than its maker has to approve it.`,
    { details: { approvals, approved: approvedBy.length } },
  );
}

/** Whoever overrides a freeze says why: the audit log keeps it. */
function requireWhy({ ignoreFreezes }: Rollout['policy'], reason: string): void {
  if (!ignoreFreezes || reason.trim() !== '') return;
  const message = 'A rollout that ignores freeze periods has to say why when it starts: expected a reason, found none.';
  throw new FettleError('invalid-input', message, {
    details: { field: 'reason', next: 'the same with --reason TEXT' },
  });
}

function requireStatus(rollout: Rollout, allowed: readonly Rollout['status'][], verb: string): void {
  if (allowed.includes(rollout.status)) return;
  throw new FettleError(
    'wrong-state',
    `A rollout that is ${rollout.status} cannot ${verb}; it must be ${allowed.join(' or ')}.`,
  );
}

async function requireRollout(reads: Pick<Reads, 'rollout'>, id: RolloutId): Promise<Rollout> {
  const rollout = await reads.rollout(id);
  if (!rollout) throw new FettleError('not-found', `There is no rollout ${id}.`);
  return rollout;
}

async function viewOf(reads: Reads, rollout: Rollout): Promise<RolloutView> {
  const release = await requireReleaseOf(reads, rollout);
  const counts = await reads.rolloutCounts(rollout.id, rollout.phases.length);
  const gate = await gateReportOf(reads, rollout);
  const holds = holdsOf(await requireFleet(reads, rollout.fleet), release, rollout);
  return { rollout, release: { id: release.id, version: release.version }, counts, gate, holds };
}

async function requireReleaseOf(reads: Pick<Reads, 'release'>, rollout: Rollout): Promise<Release> {
  const release = await reads.release(rollout.release);
  if (!release) throw new FettleError('internal', `Rollout ${rollout.id} names a release that does not exist.`);
  return release;
}

/** Says beside the words what is missing, so that a caller can list it. */
function missing(what: 'group' | 'release', message: string): FettleError {
  return new FettleError('not-found', message, { details: { missing: what } });
}

function saying(what: string, reason: string): string {
  return reason === '' ? `${what}.` : `${what}: ${reason}`;
}
