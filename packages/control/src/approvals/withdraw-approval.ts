import { FettleError, type FleetId, type Release } from '@fettle/model';
import { demand, type Scope } from '../access/scope.ts';
import { type Brain, fleetChanged } from '../brain.ts';
import { requireSelf } from '../people/require-person.ts';
import type { Reads } from '../ports.ts';

/**
 * Takes one's own signature back, until a rollout of the release has started. The statement stays kept, and the audit
 * log tells both.
 * @throws FettleError `wrong-state`, `not-found`, `forbidden`
 */
export async function withdrawApproval(
  scope: Scope,
  brain: Brain,
  fleet: FleetId,
  input: { readonly version: string; readonly meaning: string; readonly reason: string },
): Promise<Release> {
  demand(scope, 'release.approve');
  const changed = await brain.store.transact(scope, async (tx) => {
    const self = await requireSelf(tx, scope);
    const release = await tx.releaseByVersion(fleet, input.version);
    if (!release) throw new FettleError('not-found', `Fleet ${fleet} has no release ${input.version}.`);
    const { approvals = [] } = release;
    const kept = approvals.filter((one) => one.person !== self.id || one.meaning !== input.meaning);
    const taken = approvals.filter((one) => !kept.includes(one));
    if (taken.length === 0) {
      throw new FettleError('not-found', `${self.name} has not signed "${input.meaning}" for ${input.version}.`);
    }
    await demandNotStarted(tx, release);
    const next: Release = { ...release, approvals: kept };
    await tx.updateRelease(next);
    const object = `release/${release.id}`;
    const reason = `${input.meaning} by ${self.name}: ${input.reason}`.slice(0, 500);
    // One for each: who signed anew where the first did not count any more takes both back.
    for (const { evidence } of taken) {
      const about = { object, fleet, before: evidence, after: null, reason };
      await tx.appendAudit({ ...about, verb: 'release.approval-withdrawn' });
    }
    return next;
  });
  fleetChanged(brain, scope.tenant, fleet);
  return changed;
}

async function demandNotStarted(reads: Reads, { id, fleet, version }: Release): Promise<void> {
  let after: string | undefined;
  for (;;) {
    const { items, next } = await reads.rollouts(fleet, { limit: 100, after });
    const started = items.find((rollout) => rollout.release === id && rollout.startedAt !== null);
    if (started) {
      const message = `Rollout ${started.id} of ${version} has started on the strength of this. Abort it, or revoke the release.`;
      throw new FettleError('wrong-state', message);
    }
    if (next === null) return;
    after = next;
  }
}
