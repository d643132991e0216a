import { artifactsFor, currentCounter, type Device, type ReleaseArtifact, said } from '@fettle/model';
import type { DecisionContext, RolloutContext } from '../context.ts';
import type { Finding } from '../reason.ts';

/** Whether a release could ever go to a device, whatever the hour and the rollout. */
export function fitFindings(device: Device, context: RolloutContext, fleet: DecisionContext): readonly Finding[] {
  const { release } = context;
  const artifacts = artifactsFor(release, device.type);
  const found: Finding[] = [];
  if (artifacts.length === 0) {
    const evidence = { deviceType: device.type, version: release.version };
    const remedy = `Publish a release with an artifact for ${device.type}.`;
    found.push({ code: 'no-release-for-type', evidence, remedy });
  } else {
    if (runs(device, artifacts)) {
      found.push({ code: 'up-to-date', evidence: { version: release.version }, remedy: 'Nothing to do.' });
    }
    found.push(...artifactFindings(device, context, artifacts));
  }
  found.push(...pathFindings(device, context, fleet), ...releaseFindings(device, context, fleet));
  return found;
}

/** Whether the device can take these very artifacts. */
function* artifactFindings(
  device: Device,
  { release }: RolloutContext,
  artifacts: readonly ReleaseArtifact[],
): Generator<Finding> {
  // All components of a device switch together, so that none is left beside one it was never tried with.
  const lacking = Object.keys(device.current).find((component) => !artifacts.some((a) => a.component === component));
  if (lacking !== undefined) {
    const evidence = { component: lacking, version: release.version };
    const remedy = `Publish a release with an artifact for ${lacking} too.`;
    yield { code: 'no-artifact-for-component', evidence, remedy };
  }
  const revision = said(device, 'hardware-revision');
  const misfit = artifacts.find(({ hardware }) => hardware.length > 0 && !hardware.includes(String(revision)));
  if (misfit) {
    const evidence = {
      component: misfit.component,
      hardwareRevision: revision ?? null,
      fits: misfit.hardware.join(', '),
    };
    const remedy =
      revision === undefined
        ? 'Let the device say its hardware-revision.'
        : `Publish a release with an artifact for hardware revision ${revision}.`;
    yield { code: 'hardware-mismatch', evidence, remedy };
  }
  const kinds = said(device, 'artifact-kinds');
  const taken = typeof kinds === 'string' ? kinds.split(',').map((kind) => kind.trim()) : undefined;
  const strange = artifacts.find(({ kind }) => taken !== undefined && !taken.includes(kind));
  if (strange) {
    const evidence = { component: strange.component, kind: strange.kind, takes: String(kinds) };
    const remedy = `Publish an artifact of a kind that the device takes (${kinds}), or give the device a client for it.`;
    yield { code: 'protocol-cannot', evidence, remedy };
  }
  const sizeBytes = artifacts.reduce((sum, artifact) => sum + artifact.sizeBytes, 0);
  const free = said(device, 'free-bytes');
  if (typeof free === 'number' && free < sizeBytes) {
    const evidence = { freeBytes: free, sizeBytes, missingBytes: sizeBytes - free };
    yield { code: 'no-space', evidence, remedy: `Free ${sizeBytes - free} bytes on the device.` };
  }
}

/** Whether the way from what runs to the release is open. */
function* pathFindings(device: Device, { release }: RolloutContext, fleet: DecisionContext): Generator<Finding> {
  for (const { component, counter } of release.requires) {
    const runsCounter = device.current[component]?.counter ?? 0;
    if (runsCounter >= counter) continue;
    const evidence = { component, current: runsCounter, required: counter };
    yield {
      code: 'unmet-depends',
      evidence,
      remedy: `Bring ${component} to release counter ${counter} or above first.`,
    };
  }
  const current = currentCounter(device.current);
  const step = fleet.steppingStones.find(
    (stone) =>
      stone.counter > current &&
      stone.counter < release.counter &&
      stone.status === 'published' &&
      artifactsFor(stone, device.type).length > 0,
  );
  // A device that has said nothing yet runs we know not what: it gets what the rollout brings.
  if (step && current > 0) {
    const evidence = { through: step.version, counter: step.counter, current };
    yield { code: 'must-pass-through', evidence, remedy: `fettle rollout start --version ${step.version}` };
  }
}

/** Whether the release may be given out, and to a device with this past. */
function* releaseFindings(
  device: Device,
  { release, rollout }: RolloutContext,
  { fleet }: DecisionContext,
): Generator<Finding> {
  const current = currentCounter(device.current);
  const counters = { current, release: release.counter };
  if (release.counter < current && !release.allowDowngrade) {
    const remedy = 'Publish a release that allows going back (--allow-downgrade).';
    yield { code: 'downgrade-forbidden', evidence: counters, remedy };
  }
  // Going back takes a wish: an older rollout that is still open is none, even when what came after it was aborted.
  const taken = device.attempts.find((one) => one.lastStatus === 'succeeded' && one.rollout > rollout.id);
  if (taken && release.counter < current && release.allowDowngrade) {
    const remedy = `fettle rollout start --version ${release.version}`;
    yield { code: 'superseded-by-rollout', evidence: { ...counters, by: taken.rollout }, remedy };
  }
  if (release.counter < fleet.securityFloor) {
    const evidence = { floor: fleet.securityFloor, release: release.counter };
    yield { code: 'below-floor', evidence, remedy: 'Publish a newer release; the floor never sinks.' };
  }
  if (release.status === 'revoked') {
    yield { code: 'release-revoked', evidence: { version: release.version }, remedy: 'Publish a new release.' };
  }
  // One without an envelope stands in the image repository, where the keys of its delegation decide.
  if (release.envelope !== '' && !release.signedBy.some((signer) => fleet.keys.some((key) => key.id === signer))) {
    const evidence = { version: release.version, signedBy: release.signedBy.map((id) => id.slice(0, 12)).join(', ') };
    yield { code: 'signature-missing', evidence, remedy: 'Publish the release anew, signed by a key of the fleet.' };
  }
  const failed = device.attempts.find((attempt) => attempt.release === release.id && attempt.permanent);
  if (failed) {
    const evidence = { deployment: failed.deployment, lastStatus: failed.lastStatus };
    yield { code: 'already-failed-here', evidence, remedy: 'Publish a release that mends it.' };
  }
}

/** Whether the device runs exactly these artifacts already. */
export function runs(device: Pick<Device, 'current'>, artifacts: readonly ReleaseArtifact[]): boolean {
  return artifacts.every((artifact) => device.current[artifact.component]?.digest === artifact.digest);
}
