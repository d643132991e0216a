import { createHash } from 'node:crypto';
import { deploymentError } from '../errors.ts';
import type { WorkArtifact } from '../journal.ts';
import { goOn, type Kit, type StepResult } from '../kit.ts';
import { reportWork } from '../reports.ts';
import { changeWork, enterStage } from '../transitions.ts';
import { activate } from './activate.ts';
import { judgeNativeSignature } from './native-signature.ts';
import { obeyAbort } from './obey-abort.ts';

/** Reads every artifact back from storage; only a slot that holds exactly what was signed is activated. */
export async function verify(kit: Kit): Promise<StepResult> {
  const { work, journal } = kit;
  if (work.stage === 'downloaded') {
    await journal.save(reportWork(journal.journal, { status: 'installing' }, kit.clock.now()));
  }
  await kit.deliver();
  for (const artifact of work.artifacts) {
    const { component, sha256, sizeBytes } = artifact;
    const hash = createHash('sha256');
    const feed = (bytes: Uint8Array) => hash.update(bytes);
    const whole = await kit.installer.read(component, work.to, { sizeBytes, feed });
    const found = whole ? hash.digest('hex') : 'fewer bytes';
    if (found === sha256) {
      const wrong = await judgeNatively(kit, artifact);
      if (wrong === undefined) continue;
      const message = `The image of ${component} may not be started: ${wrong}`;
      await kit.finish({ status: 'failed', error: deploymentError('native-signature-invalid', message) });
      return goOn;
    }
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

/** @returns what is wrong with the native signature, where one is demanded */
async function judgeNatively(
  { installer, nativeKeys, work }: Kit,
  { component, nativeSignature: format, sizeBytes }: WorkArtifact,
): Promise<string | undefined> {
  if (format === undefined) return undefined;
  const keys = nativeKeys.get(component) ?? [];
  return installer.readAt(component, work.to, {
    sizeBytes,
    use: (source) => judgeNativeSignature(source, { format, keys }),
  });
}
