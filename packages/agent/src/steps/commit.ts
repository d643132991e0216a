import { goOn, type Kit, type StepResult } from '../kit.ts';
import { enterStage, finishSucceeded } from '../transitions.ts';

/** All checks have passed: one environment write makes the new slot permanent. */
export async function commit({ journal, boot, work, at }: Kit): Promise<StepResult> {
  await journal.save(enterStage(journal.journal, 'committing', at()));
  await boot.settle(work.to, 'usable');
  return goOn;
}

/** The environment says that the new slot is committed: that is the truth, now the journal says so too. */
export async function succeed({ journal, work, at, log }: Kit): Promise<StepResult> {
  log.info('succeeded', { version: work.version, slot: work.to });
  await journal.note(finishSucceeded(journal.journal, `Slot ${work.to} runs ${work.version}.`, at()));
  await journal.backUp();
  await journal.keepReserve();
  return goOn;
}
