import { isFinal } from '@fettle/model';
import type { BadRelease } from '@fettle/simulator';
import { until } from './until.ts';
import { threePhases, type Workshop } from './workshop.ts';

/** How the rollout of the n-th release goes: well, badly, or to the middle, where an operator aborts it. */
export function kindOfRollout(n: number): 'good' | 'bad' | 'aborted' {
  return (['good', 'bad', 'aborted'] as const)[n % 3] ?? 'good';
}

/** The releases of a long story that fail on most devices. */
export const badReleases: readonly BadRelease[] = Array.from({ length: 100 }, (_, n) => n)
  .filter((n) => kindOfRollout(n) === 'bad')
  .map((n) => ({ version: versionOf(n), misbehaviour: 'fails-health', share: 0.9 }));

export function versionOf(n: number): string {
  return `${n + 1}.0.0`;
}

export interface Story {
  readonly told: number;
  /** When the abort of a rollout was answered. */
  readonly abortedAt: ReadonlyMap<string, number>;
}

/** Publishes releases and rolls them out one after another, until it has told enough. */
export async function tellRollouts(
  workshop: Workshop,
  { types, enough }: { types: readonly string[]; enough: () => boolean },
): Promise<Story> {
  const abortedAt = new Map<string, number>();
  let n = 0;
  for (; !enough(); n++) {
    await workshop.publish(versionOf(n), types);
    const { id } = await workshop.rollOut(versionOf(n), threePhases());
    if (kindOfRollout(n) === 'aborted') {
      await waitFor(workshop, id, ({ open, ended, over }) => over || (open >= 5 && ended >= 5) || enough());
      abortedAt.set(id, await workshop.abort(id));
    } else await waitFor(workshop, id, ({ over }) => over);
  }
  return { told: n, abortedAt };
}

/** Waits until nothing of any rollout is open any more. */
export async function waitForEnds(workshop: Workshop, fleet: string, tell: () => string): Promise<void> {
  const quiet = async () => {
    for await (const device of workshop.client.all('listDevices', { fleet, limit: 500 })) {
      if (device.openDeployment !== null || device.attempts.some(({ lastStatus }) => !isFinal(lastStatus)))
        return false;
    }
    return true;
  };
  await until(() => workshop.persist(quiet), { deadlineMs: 120_000, everyMs: 100, tell });
}

interface Progress {
  readonly open: number;
  readonly ended: number;
  readonly over: boolean;
}

async function waitFor(workshop: Workshop, id: string, holds: (progress: Progress) => boolean): Promise<void> {
  let last = '';
  const look = async () => {
    const { status, phases } = await workshop.rollout(id);
    last = JSON.stringify({ status, phases: phases.map(({ name, status: state, counts }) => [name, state, counts]) });
    const open = phases.reduce((sum, { counts }) => sum + counts.open, 0);
    const started = phases.reduce((sum, { counts }) => sum + counts.started, 0);
    return holds({ open, ended: started - open, over: status === 'completed' || status === 'aborted' });
  };
  await until(look, { deadlineMs: 120_000, everyMs: 100, tell: () => `rollout ${id} stands at ${last}` });
}
