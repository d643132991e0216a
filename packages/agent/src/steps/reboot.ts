import { goOn, type Kit, type StepResult } from '../kit.ts';
import { planLimits } from '../plan.ts';
import { changeWork } from '../transitions.ts';
import { obeyAbort } from './obey-abort.ts';

/** Reboots; when the device is still there after the time limit, the plan decides again. */
export async function reboot(kit: Kit): Promise<StepResult> {
  const { config, journal, work } = kit;
  await kit.deliver();
  // Last chance: the new slot has not run yet.
  if (work.stage === 'activated' && kit.isAborted()) {
    await obeyAbort(kit);
    return goOn;
  }
  const rebootAttempts = work.rebootAttempts + 1;
  await journal.save(changeWork(journal.journal, { rebootAttempts }));
  const timeoutMs = config.reboot.timeoutSeconds * 1_000;
  kit.log.info('rebooting', { stage: work.stage, attempt: rebootAttempts });
  const result = await kit.runner.run({ command: config.reboot.command, timeoutMs, signal: kit.signal });
  if (result.ended !== 'ok') kit.log.error('reboot-command', { message: result.message, output: result.output });
  const quiet = rebootAttempts <= planLimits.reboots;
  const slower = 2 ** Math.min(10, Math.max(0, rebootAttempts - planLimits.reboots));
  return { next: 'wait', waitMs: Math.min(timeoutMs * slower, config.checkIn.maxSeconds * 1_000), quiet };
}
