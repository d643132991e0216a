import {
  type Fleet,
  type Instant,
  missingApprovals,
  type ReleaseApproval,
  type SignedRelease,
  type StagePolicy,
  type VoidApproval,
} from '@fettle/model';
import type { Reads } from '../ports.ts';
import { readJudgement, type ShownJudgement } from './judgement.ts';
import { type Worsening, worsened } from './worsened.ts';

export interface ToJudge {
  readonly fleet: Fleet;
  /** As it stood before. */
  readonly release: SignedRelease;
  /** What stands now, by the newest data. */
  readonly today: ShownJudgement;
  readonly now: Instant;
}

/** What became of a signature. */
export interface JudgedApproval {
  readonly approval: ReleaseApproval;
  /** Stages for which it counts no more, and those for which it counts again. */
  readonly lost: readonly VoidApproval[];
  readonly regained: readonly VoidApproval[];
}

/**
 * Holds every signature of a release against what stands now. One that has nothing to be held against, from before that
 * was kept, stays as it is: only another check makes it void.
 * @source decision 0028
 */
export async function judgeApprovals(reads: Pick<Reads, 'evidence'>, to: ToJudge): Promise<readonly JudgedApproval[]> {
  const judged: JudgedApproval[] = [];
  for (const approval of to.release.approvals ?? []) judged.push(await judgeOne(reads, to, approval));
  return judged;
}

async function judgeOne(
  reads: Pick<Reads, 'evidence'>,
  { fleet, release, today, now }: ToJudge,
  approval: ReleaseApproval,
): Promise<JudgedApproval> {
  if (approval.judged === undefined) return { approval, lost: [], regained: [] };
  const shown = await readJudgement(reads, approval.judged);
  const before = approval.void ?? [];
  const found: VoidApproval[] = [];
  for (const policy of stagesThatAsk(fleet, approval)) {
    const { stage } = policy;
    const worse = shown
      ? worsened(shown, today.judgement, { stage, names: today.names })
      : [{ gate: null, why: 'what was shown is not kept' }];
    if (worse.length === 0) continue;
    const known = before.find((one) => one.stage === stage);
    // Rollouts rest on signatures only when all were there: one that waited for others was not running.
    const wasWhole = known ? known.sparesStarted : missingApprovals(policy, release, null).length === 0;
    found.push({
      stage,
      at: known?.at ?? now,
      why: worse
        .map(({ why }) => why)
        .join('; ')
        .slice(0, mostWhy),
      sparesStarted: wasWhole && isDataOnly(fleet, worse),
    });
  }
  return {
    approval: withVoid(approval, found),
    lost: found.filter(({ stage }) => !before.some((one) => one.stage === stage)),
    regained: before.filter(({ stage }) => !found.some((one) => one.stage === stage)),
  };
}

const mostWhy = 300;

/** Stages that ask for what a signature says, by who gave it. */
export function stagesThatAsk(
  { releasePolicy }: Fleet,
  { meaning, role }: Pick<ReleaseApproval, 'meaning' | 'role'>,
): readonly StagePolicy[] {
  const asks = ({ approvals }: StagePolicy) => approvals.some((one) => one.meaning === meaning && one.role === role);
  return releasePolicy?.stages.filter(asks) ?? [];
}

/** Under `alert` new data are told and stop nothing that runs. */
function isDataOnly({ releasePolicy }: Fleet, worse: readonly Worsening[]): boolean {
  return releasePolicy?.onNewFindings === 'alert' && worse.every(({ gate }) => gate === 'vulnerabilities');
}

function withVoid({ void: _, ...approval }: ReleaseApproval, found: readonly VoidApproval[]): ReleaseApproval {
  return found.length === 0 ? approval : { ...approval, void: found };
}
