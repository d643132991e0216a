import type { Release, ReleaseApproval } from '@fettle/model';
import type { Writes } from '../ports.ts';
import type { JudgedApproval } from './judge-approvals.ts';

/** The release with its signatures as they stand now. */
export function withApprovals(release: Release, judged: readonly JudgedApproval[]): Release {
  return judged.length === 0 ? release : { ...release, approvals: judged.map(({ approval }) => approval) };
}

/** Whether every signature counts for what it counted before, for the same reasons. */
export function isSameStanding(judged: readonly JudgedApproval[], before: readonly ReleaseApproval[] = []): boolean {
  const standing = (all: readonly ReleaseApproval[]) => JSON.stringify(all.map((one) => one.void ?? []));
  return standing(judged.map(({ approval }) => approval)) === standing(before);
}

/** Lets the audit log tell which signatures count no more, and which count again. */
export async function tellApprovals(
  tx: Pick<Writes, 'appendAudit'>,
  { id, fleet, version }: Release,
  judged: readonly JudgedApproval[],
): Promise<void> {
  for (const { approval, lost, regained } of judged) {
    const { meaning, fullName, evidence } = approval;
    const about = { object: `release/${id}`, fleet, before: evidence, after: null } as const;
    const who = `${version}: ${meaning} by ${fullName}`;
    for (const { stage, why } of lost) {
      const reason = `${who} counts no more for ${stage}: ${why}`.slice(0, 500);
      await tx.appendAudit({ ...about, verb: 'release.approval-void', reason });
    }
    for (const { stage, why } of regained) {
      const reason = `${who} counts again for ${stage}, before: ${why}`.slice(0, 500);
      await tx.appendAudit({ ...about, verb: 'release.approval-restored', reason });
    }
  }
}
