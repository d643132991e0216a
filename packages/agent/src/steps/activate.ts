import { goOn, type Kit, type StepResult } from '../kit.ts';
import { markerOf } from '../plan.ts';
import { reportWork } from '../reports.ts';
import { changeWork, enterStage } from '../transitions.ts';

/** One atomic write makes the verified slot the one on trial. The journal says so before and after. */
export async function activate(kit: Kit): Promise<StepResult> {
  const { journal, work } = kit;
  const activations = work.activations + 1;
  await journal.save(changeWork(enterStage(journal.journal, 'activating', kit.at()), { activations }));
  await journal.backUp();
  await kit.boot.startTrial(work.to, markerOf(work));
  return noteActivated(kit);
}

/** The new slot is on trial: what is left is to reboot. */
export async function noteActivated(kit: Kit): Promise<StepResult> {
  const next = enterStage(kit.journal.journal, 'activated', kit.at());
  await kit.journal.save(reportWork(next, { status: 'rebooting' }, kit.clock.now()));
  return goOn;
}
