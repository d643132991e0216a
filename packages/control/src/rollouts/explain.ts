import { type Device, type DeviceId, FettleError, type Reason, type RolloutId, reasonTable } from '@fettle/model';
import { demand, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import { requireFleet } from '../fleets/fleets.ts';
import { decide } from './decide.ts';
import { loadContext, loadSurroundings } from './load-context.ts';

/** Why a device gets what it gets: the decision it would be given now, with every reason. */
export interface Explanation {
  readonly device: Device;
  readonly verdict: 'offer' | 'hold';
  readonly reasons: readonly Reason[];
  readonly offer: { readonly rollout: RolloutId; readonly version: string; readonly phase: string } | null;
}

/**
 * Explains by asking `decide`, the same function that answers devices.
 * @param version only what has to do with this release
 */
export async function explainDevice(scope: Scope, brain: Brain, id: DeviceId, version?: string): Promise<Explanation> {
  demand(scope, 'fleet.read');
  const reads = brain.store.reads(scope);
  const device = await reads.device(id);
  if (!device) throw new FettleError('not-found', `There is no device ${id}.`);
  await requireFleet(reads, device.fleet);
  const now = brain.clock.now();
  const context = await loadContext(reads, device.fleet, now);
  if (version !== undefined && !(await reads.releaseByVersion(device.fleet, version))) {
    throw new FettleError('not-found', `Fleet ${device.fleet} has no release ${version}.`);
  }
  const decision = decide(device, context, now, await loadSurroundings(reads, device));
  const wanted = new Set(
    context.rollouts.filter((one) => one.release.version === version).map((one) => one.rollout.id),
  );
  const isWanted = (rollout: RolloutId | null) => version === undefined || rollout === null || wanted.has(rollout);
  const reasons = decision.reasons.filter((reason) => isWanted(reason.rollout));
  if (version !== undefined && wanted.size === 0) reasons.push(noRollout(version));
  if (decision.kind === 'hold' || !isWanted(decision.context.rollout.id)) {
    return { device, verdict: 'hold', reasons, offer: null };
  }
  const { rollout, release } = decision.context;
  const phase = rollout.phases[decision.phase]?.name ?? '';
  return { device, verdict: 'offer', reasons, offer: { rollout: rollout.id, version: release.version, phase } };
}

function noRollout(version: string): Reason {
  const { owner, summary } = reasonTable['no-rollout'];
  return {
    code: 'no-rollout',
    owner,
    summary,
    evidence: { version },
    earliestChangeAt: null,
    remedy: `fettle rollout start --version ${version}`,
    rollout: null,
    release: null,
  };
}
