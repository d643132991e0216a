import { createHash } from 'node:crypto';
import { FettleError, type Fleet, type FleetId, type Manifest, makeId, type Release, releaseId } from '@fettle/model';
import { readPublicKey, verifyRelease } from '@fettle/trust';
import { demand, type Scope } from '../access/scope.ts';
import { type Brain, fleetChanged } from '../brain.ts';
import { requireFleet } from '../fleets/fleets.ts';
import type { Page, PageRequest, Writes } from '../ports.ts';

/** How many of the fleet's keys must have signed a release. */
export const releaseThreshold = 1;

/**
 * Publishes a release: atomic, and only if the fleet's keys signed exactly this.
 * The same envelope again changes nothing.
 * @param envelope DSSE envelope as JSON text; kept and handed to devices byte for byte
 * @throws FettleError `signature-invalid`, `counter-reused`, `artifact-missing`, `already-exists`, `invalid-input`
 */
export async function publishRelease(
  scope: Scope,
  brain: Brain,
  fleet: FleetId,
  envelope: string,
): Promise<{ release: Release; created: boolean }> {
  demand(scope, 'release.publish');
  const digest = createHash('sha256').update(envelope).digest('hex');
  const published = await brain.store.transact(scope, async (tx) => {
    const found = await requireFleet(tx, fleet);
    const verdict = verdictOf(found, envelope);
    if (!verdict.ok) {
      const object = `fleet/${fleet}`;
      await tx.appendAudit({
        verb: 'release.refused',
        object,
        fleet,
        before: null,
        after: digest,
        reason: verdict.message,
      });
      return verdict;
    }
    const known = await tx.releaseByVersion(fleet, verdict.manifest.version);
    if (known?.envelope === envelope) return { ok: true as const, release: known, created: false };
    await checkManifest(tx, found, verdict.manifest, known);
    const release: Release = {
      ...verdict.manifest,
      id: releaseId(makeId('rel', brain.clock.now(), brain.random.bytes(10))),
      status: 'published',
      signedBy: verdict.signedBy.map((key) => key.id),
      publishedAt: brain.clock.now(),
      envelope,
    };
    await tx.insertRelease(release);
    await tx.appendAudit({
      verb: 'release.published',
      object: `release/${release.id}`,
      fleet,
      before: null,
      after: digest,
      reason: `version ${release.version}, counter ${release.counter}, signed by ${release.signedBy.join(', ')}`,
    });
    return { ok: true as const, release, created: true };
  });
  if (!published.ok) throw new FettleError('signature-invalid', published.message);
  fleetChanged(brain, scope.tenant, fleet);
  return published;
}

function verdictOf(fleet: Fleet, envelope: string) {
  if (fleet.keys.length === 0) {
    const message = `Fleet ${fleet.id} has no release key yet. Add one: fettle fleet key add ${fleet.id} KEY.pub.pem`;
    return { ok: false as const, message };
  }
  const keys = fleet.keys.map((key) => readPublicKey(key.publicKeyPem));
  return verifyRelease(envelope, { fleet: fleet.id, keys, threshold: releaseThreshold });
}

async function checkManifest(tx: Writes, fleet: Fleet, manifest: Manifest, known: Release | undefined): Promise<void> {
  if (known) {
    throw new FettleError(
      'already-exists',
      `Version ${manifest.version} of fleet ${fleet.id} was published before with other contents.`,
    );
  }
  const last = await tx.lastCounter(fleet.id);
  if (manifest.counter <= last) {
    throw new FettleError(
      'counter-reused',
      `The release counter must be above ${last}, found ${manifest.counter}. Publish again: the counter is asked for anew.`,
      {
        details: { next: last + 1 },
      },
    );
  }
  for (const artifact of manifest.artifacts) {
    if (!fleet.deviceTypes.includes(artifact.deviceType)) {
      const message = `Fleet ${fleet.id} has no device type ${artifact.deviceType}; it has ${fleet.deviceTypes.join(', ')}.`;
      throw new FettleError('invalid-input', message);
    }
    const stored = await tx.artifact(artifact.digest);
    if (stored?.sizeBytes !== artifact.sizeBytes) {
      throw new FettleError(
        'artifact-missing',
        `Artifact ${artifact.digest} (${artifact.sizeBytes} bytes) was not uploaded. Upload it first.`,
      );
    }
  }
}

/** The counter that the next release of the fleet should carry. */
export async function nextCounter(scope: Scope, brain: Brain, fleet: FleetId): Promise<number> {
  demand(scope, 'fleet.read');
  const reads = brain.store.reads(scope);
  await requireFleet(reads, fleet);
  return (await reads.lastCounter(fleet)) + 1;
}

export async function listReleases(
  scope: Scope,
  brain: Brain,
  fleet: FleetId,
  page: PageRequest,
): Promise<Page<Release>> {
  demand(scope, 'fleet.read');
  const reads = brain.store.reads(scope);
  await requireFleet(reads, fleet);
  return reads.releases(fleet, page);
}

export async function getRelease(scope: Scope, brain: Brain, fleet: FleetId, version: string): Promise<Release> {
  demand(scope, 'fleet.read');
  const release = await brain.store.reads(scope).releaseByVersion(fleet, version);
  if (!release) throw new FettleError('not-found', `Fleet ${fleet} has no release ${version}.`);
  return release;
}

/** Withdraws a release: nobody is offered it from now on, and open deployments of it are told to stop. */
export async function revokeRelease(
  scope: Scope,
  brain: Brain,
  fleet: FleetId,
  input: { version: string; reason: string },
): Promise<Release> {
  demand(scope, 'release.revoke');
  const revoked = await brain.store.transact(scope, async (tx) => {
    const release = await tx.releaseByVersion(fleet, input.version);
    if (!release) throw new FettleError('not-found', `Fleet ${fleet} has no release ${input.version}.`);
    if (release.status === 'revoked') return release;
    const changed: Release = { ...release, status: 'revoked' };
    await tx.updateRelease(changed);
    const object = `release/${release.id}`;
    await tx.appendAudit({ verb: 'release.revoked', object, fleet, before: null, after: null, reason: input.reason });
    return changed;
  });
  fleetChanged(brain, scope.tenant, fleet);
  return revoked;
}
