import { createHash } from 'node:crypto';
import { FettleError, type Fleet, type FleetId, makeId, type Release, releaseId } from '@fettle/model';
import { readPublicKey, verifyRelease } from '@fettle/trust';
import { demandGranted } from '../access/confine.ts';
import { demand, type Scope } from '../access/scope.ts';
import { type Brain, fleetChanged } from '../brain.ts';
import { demandClearance } from '../checks/demand-clearance.ts';
import { requireFleet } from '../fleets/fleets.ts';
import type { Page, PageRequest, Reads } from '../ports.ts';
import { delegationOf } from '../trust/stored-files.ts';
import { demandNewRelease } from './demand-release.ts';
import { demandImages, type InspectedImages, inspectImages } from './inspect-artifact.ts';
import { noteRefusedImage } from './note-refused-image.ts';
import { publishedWords } from './published-words.ts';

/** How many of the fleet's keys must have signed a release. */
export const releaseThreshold = 1;

/**
 * Publishes a release: atomic, and only if the fleet's keys signed exactly this.
 * The same envelope again changes nothing.
 * @param envelope DSSE envelope as JSON text; kept and handed to devices byte for byte
 * @throws FettleError `signature-invalid`, `counter-reused`, `artifact-missing`, `already-exists`, `invalid-input`,
 * `image-refused`, `gate-failed`, `wrong-state` for a fleet that the image repository delegates to
 */
export async function publishRelease(
  scope: Scope,
  brain: Brain,
  fleet: FleetId,
  envelope: string,
): Promise<{ release: Release; created: boolean }> {
  demand(scope, 'release.publish');
  const digest = createHash('sha256').update(envelope).digest('hex');
  const published = await noteRefusedImage(scope, brain, { fleet, digest }, async () => {
    const inspected = await inspectSigned(scope, brain, fleet, envelope);
    return writeSigned(scope, brain, fleet, { envelope, digest, inspected });
  });
  if (!published.ok) throw new FettleError('signature-invalid', published.message);
  fleetChanged(brain, scope.tenant, fleet);
  return published;
}

/** Looks into images only for somebody whose signature is good, and before any lock is held. */
async function inspectSigned(
  scope: Scope,
  brain: Brain,
  fleet: FleetId,
  envelope: string,
): Promise<InspectedImages | undefined> {
  const reads = brain.store.reads(scope);
  const found = await requireFleet(reads, fleet);
  await demandPlain(reads, fleet);
  const verdict = verdictOf(found, envelope);
  if (!verdict.ok) return undefined;
  const { manifest } = verdict;
  if ((await reads.releaseByVersion(fleet, manifest.version))?.envelope === envelope) return undefined;
  demandGranted(scope, manifest.artifacts);
  await demandNewRelease(reads, found, manifest);
  const inspected = await inspectImages(brain, found, manifest);
  await demandImages(reads, found, { manifest, inspected });
  await demandClearance(reads, found, { manifest, now: brain.clock.now() });
  return inspected;
}

interface SignedRelease {
  readonly envelope: string;
  readonly digest: string;
  readonly inspected: InspectedImages | undefined;
}

function writeSigned(scope: Scope, brain: Brain, fleet: FleetId, { envelope, digest, inspected }: SignedRelease) {
  return brain.store.transact(scope, async (tx) => {
    const found = await requireFleet(tx, fleet);
    await demandPlain(tx, fleet);
    const verdict = verdictOf(found, envelope);
    if (!verdict.ok) {
      const event = { verb: 'release.refused', object: `fleet/${fleet}`, fleet, before: null, after: digest } as const;
      await tx.appendAudit({ ...event, reason: verdict.message });
      return verdict;
    }
    const { manifest } = verdict;
    const known = await tx.releaseByVersion(fleet, manifest.version);
    if (known?.envelope === envelope) return { ok: true as const, release: known, created: false };
    await demandNewRelease(tx, found, manifest);
    const images = await demandImages(tx, found, { manifest, inspected });
    const clearance = await demandClearance(tx, found, { manifest, now: brain.clock.now() });
    const release: Release = {
      ...manifest,
      id: releaseId(makeId('rel', brain.clock.now(), brain.random.bytes(10))),
      status: 'published',
      signedBy: verdict.signedBy.map((key) => key.id),
      publishedAt: brain.clock.now(),
      envelope,
      ...(images.length === 0 ? {} : { images }),
      ...(clearance ? { clearance } : {}),
      ...(scope.only?.source ? { source: scope.only.source } : {}),
    };
    await tx.insertRelease(release);
    await tx.appendAudit({
      verb: 'release.published',
      object: `release/${release.id}`,
      fleet,
      before: null,
      after: digest,
      reason: publishedWords(release),
    });
    return { ok: true as const, release, created: true };
  });
}

function verdictOf(fleet: Fleet, envelope: string) {
  if (fleet.keys.length === 0) {
    const message = `Fleet ${fleet.id} has no release key yet. Add one: fettle fleet key add ${fleet.id} KEY.pub.pem`;
    return { ok: false as const, message };
  }
  const keys = fleet.keys.map((key) => readPublicKey(key.publicKeyPem));
  return verifyRelease(envelope, { fleet: fleet.id, keys, threshold: releaseThreshold });
}

/** A fleet that the top-level targets delegate to has no other way any more: who owns its old keys gains nothing. */
async function demandPlain(reads: Reads, fleet: FleetId): Promise<void> {
  if (!(await delegationOf(reads, fleet))) return;
  const message = `The image repository delegates to fleet ${fleet}: publish signed targets, a signed manifest is not enough.`;
  throw new FettleError('wrong-state', message);
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
