import type { FindingList } from '../core/finding-list.ts';
import type { Facts } from './watcher.ts';

/** Lists of which every new member is a step back. */
const lists = {
  setUserIdFiles: 'new-set-user-id',
  setGroupIdFiles: 'new-set-group-id',
  worldWritable: 'new-world-writable',
  executableStacks: 'new-executable-stack',
  insecureRunPaths: 'new-insecure-run-path',
  extraRoots: 'new-second-root',
  loginsWithoutPassword: 'new-login-without-password',
  debugServices: 'new-debug-service',
  startedDebugServices: 'new-started-debug-service',
  weakSshSettings: 'new-weak-ssh-setting',
  openConsoles: 'new-open-console',
  weakSystemSettings: 'new-weak-system-setting',
  kernelWeaknesses: 'new-kernel-weakness',
} as const;

/** Shares that may not fall. */
const shares = {
  pieShare: 'programs at random addresses (PIE)',
  relroShare: 'files with a read-only table of functions (RELRO)',
  fullRelroShare: 'files with full RELRO',
  canaryShare: 'files that guard their stack',
  fortifyShare: 'files with checked functions (FORTIFY)',
} as const;

/**
 * Compares with the last released version: what is new in the lists of weak things, and what was lost in the shares.
 * @returns how many steps back there are
 */
export function findRegressions(
  findings: FindingList,
  { now, previous, tolerance }: { readonly now: Facts; readonly previous: Facts; readonly tolerance: number },
): number {
  let count = 0;
  for (const [fact, rule] of Object.entries(lists)) {
    const [is, was] = [now[fact], previous[fact]];
    // A list that was not made is nothing to compare with: a first config of a kernel is not a worse one.
    if (!Array.isArray(is) || !Array.isArray(was) || (fact === 'kernelWeaknesses' && !previous.kernelConfigs)) continue;
    const known = new Set<unknown>(was);
    for (const member of is.filter((one) => !known.has(one))) {
      count += 1;
      const message = `"${member}" is new in "${fact}": the last release did not have it.`;
      findings.add({ rule, severity: 'high', place: '', about: [member], message });
    }
  }
  // The whole of nothing is nothing to compare with: the first programs after an image without any lose no protection.
  const hadPrograms = Number(previous.programs ?? 0) + Number(previous.libraries ?? 0) > 0;
  for (const [fact, what] of hadPrograms ? Object.entries(shares) : []) {
    const [is, was] = [now[fact], previous[fact]];
    if (typeof is !== 'number' || typeof was !== 'number' || was - is <= tolerance) continue;
    count += 1;
    const percent = (value: number) => `${(value * 100).toFixed(1)} %`;
    const message = `The share of ${what} fell from ${percent(was)} in the last release to ${percent(is)}.`;
    findings.add({ rule: 'lost-protection', severity: 'high', place: '', about: [fact], message });
  }
  return count;
}
