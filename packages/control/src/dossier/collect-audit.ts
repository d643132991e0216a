import { type AuditEvent, FettleError, type Release, type Rollout } from '@fettle/model';
import type { Scope } from '../access/scope.ts';
import { proveEvent } from '../audit/log-door.ts';
import type { AuditLogStore } from '../audit/log-store.ts';
import type { Brain } from '../brain.ts';

/** An event with what proves it: its entry in the log, what opens the entry, and the way to a signed checkpoint. */
export interface ProvenEvent {
  readonly event: AuditEvent;
  /** Null for what an earlier log holds. */
  readonly proof: {
    readonly entry: string;
    readonly salts: readonly { readonly field: string; readonly salt: string }[];
    /** A `.tlog-proof` file. @source C2SP tlog-proof */
    readonly inclusion: string;
  } | null;
}

const mostEvents = 5_000;

interface About {
  readonly release: Release;
  readonly rollouts: readonly Rollout[];
  readonly waivers: readonly string[];
  /** Digest of the policy that the release is held against. */
  readonly policy: string | undefined;
}

/**
 * Everything that the audit log tells of a release: its checks, policy, approvals, waivers and rollouts, in order.
 * @throws FettleError `overloaded` while the newest of it is not under a signed checkpoint yet
 */
export async function collectAudit(
  scope: Scope,
  brain: Brain,
  logs: AuditLogStore,
  about: About,
): Promise<readonly ProvenEvent[]> {
  const { release, rollouts, waivers } = about;
  const objects = [
    `release/${release.id}`,
    ...checksOf(release).map((check) => `check/${check}`),
    ...waivers.map((waiver) => `waiver/${waiver}`),
    ...rollouts.map(({ id }) => `rollout/${id}`),
  ];
  const events: AuditEvent[] = [];
  for (const object of objects) events.push(...(await eventsOf(scope, brain, object)));
  const inForce = await policyEvent(scope, brain, about);
  if (inForce) events.push(inForce);
  events.sort((a, b) => a.sequence - b.sequence);
  if (events.length > mostEvents) {
    throw new FettleError('too-large', `A dossier tells at most ${mostEvents} events, found ${events.length}.`);
  }
  const log = await logs.reads(scope).auditLog();
  const proven: ProvenEvent[] = [];
  for (const event of events) {
    const isOlder = log !== undefined && event.sequence <= log.base;
    proven.push({ event, proof: isOlder ? null : await prove(scope, logs, event) });
  }
  return proven;
}

async function prove(scope: Scope, logs: AuditLogStore, { sequence }: AuditEvent): Promise<ProvenEvent['proof']> {
  try {
    const { entry, salts, proof } = await proveEvent(scope, logs, sequence);
    return { entry, salts: salts.map(({ field, salt }) => ({ field, salt })), inclusion: proof };
  } catch (cause) {
    if (!(cause instanceof FettleError) || cause.code !== 'not-found') throw cause;
    const message = `The audit log has not signed event ${sequence} yet. Try again in a few seconds.`;
    throw new FettleError('overloaded', message, { cause, details: { retryAfterSeconds: 2 } });
  }
}

async function eventsOf(scope: Scope, brain: Brain, object: string): Promise<readonly AuditEvent[]> {
  const reads = brain.store.reads(scope);
  const events: AuditEvent[] = [];
  let after: string | undefined;
  do {
    const page = await reads.auditEvents({ object, limit: 200, after, oldestFirst: true });
    events.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined && events.length <= mostEvents);
  return events;
}

/** When the policy that the release is held against came into force, the last time. */
async function policyEvent(
  scope: Scope,
  brain: Brain,
  { release, policy }: Pick<About, 'release' | 'policy'>,
): Promise<AuditEvent | undefined> {
  if (policy === undefined) return undefined;
  const reads = brain.store.reads(scope);
  const about = { object: `fleet/${release.fleet}`, verbs: ['fleet.policy-changed'], limit: 200 } as const;
  let after: string | undefined;
  do {
    const page = await reads.auditEvents({ ...about, after });
    const found = page.items.find((event) => event.after === policy);
    if (found) return found;
    after = page.next ?? undefined;
  } while (after !== undefined);
  return undefined;
}

/** The check that clears it, and those under which it was signed before. */
function checksOf({ clearance, approvals = [] }: Release): readonly string[] {
  const named = [clearance?.check, ...approvals.map(({ check }) => check)];
  return [...new Set(named.filter((check) => check !== null && check !== undefined))];
}
