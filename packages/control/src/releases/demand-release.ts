import { FettleError, type Fleet, type Manifest } from '@fettle/model';
import type { Reads } from '../ports.ts';

/**
 * Demands that a manifest makes a new release: a new version, a counter above every other, artifacts that are here.
 * @throws FettleError `already-exists`, `counter-reused`, `invalid-input`, `artifact-missing`
 */
export async function demandNewRelease(
  reads: Pick<Reads, 'releaseByVersion' | 'lastCounter' | 'artifact'>,
  fleet: Fleet,
  manifest: Manifest,
): Promise<void> {
  if (await reads.releaseByVersion(fleet.id, manifest.version)) {
    const message = `Version ${manifest.version} of fleet ${fleet.id} was published before with other contents.`;
    throw new FettleError('already-exists', message);
  }
  const last = await reads.lastCounter(fleet.id);
  if (manifest.counter <= last) {
    const message = `The release counter must be above ${last}, found ${manifest.counter}. Publish again: the counter is asked for anew.`;
    throw new FettleError('counter-reused', message, { details: { next: last + 1 } });
  }
  for (const artifact of manifest.artifacts) {
    if (!fleet.deviceTypes.includes(artifact.deviceType)) {
      const message = `Fleet ${fleet.id} has no device type ${artifact.deviceType}; it has ${fleet.deviceTypes.join(', ')}.`;
      throw new FettleError('invalid-input', message);
    }
    const stored = await reads.artifact(artifact.digest);
    if (stored?.sizeBytes !== artifact.sizeBytes) {
      const message = `Artifact ${artifact.digest} (${artifact.sizeBytes} bytes) was not uploaded. Upload it first.`;
      throw new FettleError('artifact-missing', message);
    }
  }
}
