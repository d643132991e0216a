import { artifactsFor, type Deployment, type DeviceType, type Release } from '@fettle/model';
import { native } from '@fettle/protocol';

/** What a device is told to install. Paths are on the server that answers; the door may put a public URL before them. */
export function offerMessage(deployment: Deployment, release: Release, type: DeviceType): native.OfferMessage {
  return {
    deployment: deployment.id,
    version: release.version,
    envelope: release.envelope,
    attempt: deployment.attempt,
    artifacts: artifactsFor(release, type).map((artifact) => ({
      component: artifact.component,
      kind: artifact.kind,
      sha256: artifact.digest,
      sizeBytes: artifact.sizeBytes,
      url: `${native.nativePaths.artifacts}/${artifact.digest}`,
    })),
  };
}
