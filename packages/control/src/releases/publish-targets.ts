import {
  FettleError,
  type Fleet,
  type FleetId,
  type Manifest,
  makeId,
  nativeSignatureFor,
  type Release,
  releaseId,
  type TrustFile,
} from '@fettle/model';
import { type Metadata, openMetadata, openTargetCustom, type ParsedSigned, type TargetsMetadata } from '@fettle/trust';
import { demandGranted } from '../access/confine.ts';
import { demand, type Scope } from '../access/scope.ts';
import { type Brain, fleetChanged } from '../brain.ts';
import { demandClearance } from '../checks/demand-clearance.ts';
import { requireFleet } from '../fleets/fleets.ts';
import type { Reads } from '../ports.ts';
import { type Authority, authorityOfFleet, lackingSignatures, signerIds } from '../trust/authorities.ts';
import { commitFiles } from '../trust/commit-files.ts';
import { demandNone, revokedOf } from '../trust/demand-file.ts';
import { judgeFile } from '../trust/judge-file.ts';
import { type FleetRoleStep, judgeFleetRole, releaseAdded, stepOfFleetRole } from '../trust/judge-fleet-role.ts';
import { signImage } from '../trust/sign-image.ts';
import { digestOfText, readRole } from '../trust/stored-files.ts';
import { demandNewRelease } from './demand-release.ts';
import { demandImages, inspectImages } from './inspect-artifact.ts';
import { noteRefusedImage } from './note-refused-image.ts';
import { publishedWords } from './published-words.ts';

interface FleetFile {
  readonly file: ParsedSigned;
  readonly next: TargetsMetadata;
  readonly authorities: readonly Authority[];
}

/**
 * Publishes a release of a fleet that the top-level targets delegate to: the next file of its role, which keeps what was
 * there and adds the targets of one release. The same file again changes nothing.
 * @param text the whole signed file, kept byte for byte
 * @throws FettleError `signature-invalid`, `invalid-input`, `counter-reused`, `artifact-missing`, `already-exists`,
 * `image-refused`, `gate-failed`, `wrong-state` when the fleet is not delegated to or somebody else published meanwhile
 */
export async function publishTargets(
  scope: Scope,
  brain: Brain,
  fleet: FleetId,
  text: string,
): Promise<{ release: Release; created: boolean }> {
  demand(scope, 'release.publish');
  const { tenant } = scope;
  const reads = brain.store.reads(scope);
  const found = await requireFleet(reads, fleet);
  const standing = await reads.trustVersions('image');
  const previous = await readRole(reads, 'image', fleet);
  if (previous?.file.text === text) return { release: await newestRelease(reads, fleet), created: false };
  const read = await readFleetFile(reads, fleet, text);
  const lacking = lackingSignatures(read.file, read.authorities);
  if (lacking !== undefined) await refuse(scope, brain, { fleet, text, lacking });
  const step = stepOfFleetRole(previous?.metadata, read.next);
  await demandFleetRole(brain, reads, { fleet, previous: previous?.metadata, next: read.next, step });
  const added = releaseAdded(fleet, step);
  if (!added.ok) throw new FettleError('invalid-input', added.message);
  const { manifest } = added;
  demandGranted(scope, manifest.artifacts);
  await demandNewRelease(reads, found, manifest);
  const digest = digestOfText(text);
  const inspected = await noteRefusedImage(scope, brain, { fleet, digest }, async () => {
    demandNativeSignatures(found, step);
    const seen = await inspectImages(brain, found, manifest);
    await demandImages(reads, found, { manifest, inspected: seen });
    await demandClearance(reads, found, { manifest, now: brain.clock.now() });
    return seen;
  });
  const now = brain.clock.now();
  const fresh: TrustFile = { repository: 'image', role: fleet, version: read.next.version, text, createdAt: now };
  const signed = await signImage(brain, { tenant, reads, fresh });
  const release = await brain.store.transact(scope, async (tx) => {
    const standingFleet = await requireFleet(tx, fleet);
    await demandNewRelease(tx, standingFleet, manifest);
    const images = await demandImages(tx, standingFleet, { manifest, inspected });
    const clearance = await demandClearance(tx, standingFleet, { manifest, now: brain.clock.now() });
    const made: Release = {
      ...releaseOf(brain, manifest, read),
      ...(images.length === 0 ? {} : { images }),
      ...(clearance ? { clearance } : {}),
      ...(scope.only?.source ? { source: scope.only.source } : {}),
    };
    await commitFiles(tx, [fresh, ...signed], { standing, reason: `release ${manifest.version}` });
    await tx.insertRelease(made);
    await tx.appendAudit({
      verb: 'release.published',
      object: `release/${made.id}`,
      fleet,
      before: null,
      after: digest,
      reason: publishedWords(made),
    });
    return made;
  });
  fleetChanged(brain, tenant, fleet);
  return { release, created: true };
}

/** Devices verify what the signed metadata demands of them: it has to demand all that the fleet's policy does. */
function demandNativeSignatures({ id, imagePolicy }: Fleet, { added }: FleetRoleStep): void {
  for (const { path, target } of added) {
    const opened = openTargetCustom(target.custom);
    if (!opened.ok) throw new FettleError('invalid-input', opened.message);
    const { match } = opened.custom;
    const [deviceType = ''] = match.deviceTypes;
    const demanded = nativeSignatureFor(imagePolicy, { component: match.component, deviceType });
    if (demanded === undefined || match.nativeSignature === demanded) continue;
    const found = match.nativeSignature ?? 'none';
    const message = `Expected ${path} to demand a native signature of ${demanded}, as the image policy of fleet ${id} says, found ${found}.`;
    throw new FettleError('image-refused', message, { details: { finding: 'not-demanded' } });
  }
}

function releaseOf(brain: Brain, manifest: Manifest, { file, authorities }: FleetFile): Release {
  const now = brain.clock.now();
  return {
    ...manifest,
    id: releaseId(makeId('rel', now, brain.random.bytes(10))),
    status: 'published',
    signedBy: signerIds(file, authorities),
    publishedAt: now,
    // Its metadata stands in the image repository: there is no envelope that could say anything else.
    envelope: '',
  };
}

async function readFleetFile(reads: Reads, fleet: FleetId, text: string): Promise<FleetFile> {
  const targets = await readRole(reads, 'image', 'targets');
  const authorities = targets ? authorityOfFleet(targets.metadata, fleet) : [];
  if (authorities.length === 0) {
    const message = `The image repository does not delegate to fleet ${fleet}. Publish a signed manifest (envelope), or delegate first.`;
    throw new FettleError('wrong-state', message);
  }
  const opened = openMetadata(Buffer.from(text, 'utf8'));
  if (!opened.ok) throw new FettleError('invalid-input', `Not a metadata file: ${opened.message}`);
  if (opened.metadata.type === 'targets') return { file: opened.file, next: opened.metadata, authorities };
  throw new FettleError('invalid-input', `Expected metadata of type targets, found ${opened.metadata.type}.`);
}

interface Comparison {
  readonly fleet: FleetId;
  readonly previous: Metadata | undefined;
  readonly next: TargetsMetadata;
  readonly step: FleetRoleStep;
}

async function demandFleetRole(brain: Brain, reads: Reads, { fleet, previous, next, step }: Comparison): Promise<void> {
  const now = brain.clock.now();
  const common = {
    repository: 'image',
    role: fleet,
    previous,
    now,
    online: undefined,
    fleets: new Set<string>(),
  } as const;
  const revoked = await revokedOf(reads, fleet, step.dropped);
  demandNone([...judgeFile(next, common), ...judgeFleetRole(step, next, (version) => revoked.has(version))]);
}

async function newestRelease(reads: Reads, fleet: FleetId): Promise<Release> {
  const release = await reads.releaseByCounter(fleet, await reads.lastCounter(fleet));
  if (release) return release;
  throw new FettleError('already-exists', `This file of fleet ${fleet} is published, and has no release.`);
}

/** A file that the wrong keys signed is an event: somebody tried. */
async function refuse(
  scope: Scope,
  brain: Brain,
  { fleet, text, lacking }: { readonly fleet: FleetId; readonly text: string; readonly lacking: string },
): Promise<never> {
  await brain.store.transact(scope, (tx) =>
    tx.appendAudit({
      verb: 'release.refused',
      object: `fleet/${fleet}`,
      fleet,
      before: null,
      after: digestOfText(text),
      reason: lacking,
    }),
  );
  throw new FettleError('signature-invalid', lacking);
}
