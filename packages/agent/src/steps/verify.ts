import { createHash } from 'node:crypto';
import { deploymentError } from '../errors.ts';
import { goOn, type Kit, type StepResult } from '../kit.ts';
import { reportWork } from '../reports.ts';
import { changeWork, enterStage } from '../transitions.ts';
import { activate } from './activate.ts';
import { obeyAbort } from './obey-abort.ts';

/** Reads every artifact back from storage; only a slot that holds exactly what was signed is activated. */
export async function verify(kit: Kit): Promise<StepResult> {
  const { work, journal } = kit;
  if (work.stage === 'downloaded') {
    await journal.save(reportWork(journal.journal, { status: 'installing' }, kit.clock.now()));
  }
  await kit.deliver();
  for (const { component, sha256, sizeBytes } of work.artifacts) {
    const hash = createHash('sha256');
    const feed = (bytes: Uint8Array) => hash.update(bytes);
    const whole = await kit.installer.read(component, work.to, { sizeBytes, feed });
    const found = whole ? hash.digest('hex') : 'fewer bytes';
    if (found === sha256) continue;
    const message = `The slot of ${component} should hold SHA-256 ${sha256}; reading it back gave ${found}.`;
    kit.log.error('verify-failed', { message });
    if (work.download.fullRetries >= 1) {
      await kit.finish({ status: 'failed', error: deploymentError('verify-failed', message) });
      return goOn;
    }
    const download = { index: 0, offsetBytes: 0, etag: null, failures: 0, fullRetries: 1 };
    await journal.save(changeWork(enterStage(journal.journal, 'downloading', kit.at()), { download }));
    return goOn;
  }
  if (kit.isAborted()) {
    await obeyAbort(kit);
    return goOn;
  }
  return activate(kit);
}
