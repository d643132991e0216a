import { clearedFor, missingApprovals, stageOfGroup } from '@fettle/model';
import type { Case } from '../context.ts';
import type { Finding } from '../reason.ts';

/** Whether the gates have cleared the release for the stage in which the rollout's group lives. */
export function* clearanceFindings({ context, fleet: { fleet } }: Case): Generator<Finding> {
  const { release, rollout } = context;
  const policy = fleet.releasePolicy;
  const demanded = policy && stageOfGroup(policy, rollout.group);
  // Devices that are sent back run again what was cleared once: nobody is held on a bad release by a newer demand.
  if (!demanded || rollout.returns !== null) return;
  const { stage } = demanded;
  const cleared = clearedFor(release.clearance, stage);
  const remedy = `fettle release check ${release.version}`;
  if (!cleared) {
    if (demanded.demands.length > 0)
      yield { code: 'gate-failed', evidence: { stage, gates: 'were never run' }, remedy };
  } else if (cleared.verdict !== 'pass') {
    const gates = cleared.gates.filter((gate) => gate.verdict !== 'pass').map((gate) => `${gate.gate} ${gate.verdict}`);
    yield {
      code: 'gate-failed',
      evidence: { stage, gates: gates.join(', '), check: release.clearance?.check ?? '' },
      remedy,
    };
  }
  const { approvals = [], clearance } = release;
  for (const { meaning, role, count, found } of missingApprovals(
    demanded.approvals,
    approvals,
    clearance?.check ?? null,
  )) {
    const evidence = { stage, meaning, role, count, found };
    yield {
      code: 'awaiting-approval',
      evidence,
      remedy: `fettle release approve ${release.version} --meaning ${meaning}`,
    };
  }
}
