import {
  artifactsFor,
  type Demands,
  type Deployment,
  type DeviceType,
  type Release,
  type Rollout,
} from '@fettle/model';
import { native } from '@fettle/protocol';

/** What a device is told to install. Paths are on the server that answers; the door may put a public URL before them. */
export function offerMessage(
  deployment: Deployment,
  { release, rollout }: { readonly release: Release; readonly rollout: Pick<Rollout, 'policy'> },
  type: DeviceType,
): native.OfferMessage {
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
    demands: demandsMessage(rollout.policy.demands),
  };
}

/** The demands that a device can look after itself; what is not demanded is left out. */
function demandsMessage(demands: Demands): native.DemandsMessage {
  const { notInUse, minBatteryPercent, mainsPower, unmeteredLink, consent } = demands;
  return {
    ...(notInUse ? { notInUse } : {}),
    ...(minBatteryPercent === null ? {} : { minBatteryPercent }),
    ...(mainsPower ? { mainsPower } : {}),
    ...(unmeteredLink ? { unmeteredLink } : {}),
    ...(consent ? { consent } : {}),
  };
}
