import { type AgentErrorCode, deploymentError } from '../errors.ts';
import { goOn, type Kit, type StepResult } from '../kit.ts';
import { decideEnding } from '../transitions.ts';

/** The boot settings go back to the old slot in one write; the reboot that makes it true is the next step. */
export async function returnToOldSlot({ boot, work }: Kit): Promise<StepResult> {
  await boot.settle(work.from, 'unusable');
  return goOn;
}

/** The old slot runs again although the new one was on trial: the boot loader gave it up by itself. */
export async function fellBack(kit: Kit, message: string): Promise<StepResult> {
  await kit.finish({ status: 'rolledBack', error: deploymentError('boot-failed', message) });
  return goOn;
}

/** The new slot is on trial but has not run: takes the activation back. */
export async function undo(kit: Kit, code: AgentErrorCode, message: string): Promise<StepResult> {
  const ending = { status: 'failed', error: deploymentError(code, message) } as const;
  await kit.journal.save(decideEnding(kit.journal.journal, 'undoing', ending, kit.at()));
  return goOn;
}

/** The old slot runs: what was decided is true now. */
export async function finishAsDecided(kit: Kit): Promise<StepResult> {
  await kit.finish(kit.work.ending ?? { status: 'aborted', error: null });
  return goOn;
}
