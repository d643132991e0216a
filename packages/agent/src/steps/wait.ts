import { backoffMs } from '../backoff.ts';
import type { Stage } from '../journal.ts';
import { goOn, type Kit, type StepResult } from '../kit.ts';
import { reportWork } from '../reports.ts';
import { changeWork } from '../transitions.ts';
import { obeyAbort } from './obey-abort.ts';

const backoff = { baseMs: 5_000, capMs: 300_000, leastMs: 1_000 } as const;

/**
 * The device is not ready for the next step: tells the server what for, once, and looks again after a while. It never
 * fails by that; the server ends it by an abort or its deadline.
 */
export async function waitUntilReady(kit: Kit, reasons: readonly string[]): Promise<StepResult> {
  const { journal, work, clock } = kit;
  const waitingFor = reasons.join(', ');
  if (work.waitingFor !== waitingFor) {
    kit.log.info('waiting', { for: waitingFor });
    const told = { status: statusOf(work.stage), detail: `waiting: ${waitingFor}`, progress: true } as const;
    // Noted and not saved: storage that fails is no reason to give up while nothing is to be written.
    await journal.note(reportWork(changeWork(journal.journal, { waitingFor }), told, clock.now()));
  }
  await kit.deliver();
  if (kit.isAborted()) {
    await obeyAbort(kit);
    return goOn;
  }
  return { next: 'wait', waitMs: backoffMs({ ...backoff, failures: kit.waits }, kit.random) };
}

function statusOf(stage: Stage): 'downloading' | 'installing' | 'rebooting' {
  if (stage === 'downloading' || stage === 'downloaded') return 'downloading';
  return stage === 'activated' ? 'rebooting' : 'installing';
}
