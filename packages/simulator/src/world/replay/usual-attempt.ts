import type { DeploymentStatus } from '@fettle/model';
import type { RecordedAttempt } from './recording.ts';

const minute = 60_000;
const statuses: readonly DeploymentStatus[] = ['downloading', 'installing', 'rebooting', 'checking', 'succeeded'];

/** An attempt at a release that nobody ever tried: it goes well, and takes as long as it usually takes. */
export function usualAttempt(version: string, number: number): RecordedAttempt {
  const tells = statuses.map((status, index) => {
    return { ms: (index + 1) * minute, isCheckIn: false, reports: [{ back: 0, sequence: index + 1, status }] };
  });
  const base = { version, number, offeredAt: 0, revertsMs: null, isAborted: false } as const;
  return { ...base, contacts: [6 * minute], tells, runsMs: 5.5 * minute, end: 'succeeded' };
}
