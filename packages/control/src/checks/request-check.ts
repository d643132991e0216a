import {
  type CheckedArtifact,
  type CheckId,
  checkId,
  componentName,
  type Digest,
  deviceType,
  digest,
  FettleError,
  type Fleet,
  type FleetId,
  isVersion,
  limits,
  makeId,
  type ReleaseCheck,
  type SuppliedDocument,
  suppliedKinds,
} from '@fettle/model';
import { demand, type Scope } from '../access/scope.ts';
import { digestOf } from '../audit/digest-of.ts';
import type { Brain } from '../brain.ts';
import { requireFleet } from '../fleets/fleets.ts';
import type { Page, PageRequest, Reads } from '../ports.ts';
import { readReports } from './gate-reports.ts';
import { type Today, todayOf, whyOutdated } from './is-current.ts';
import { policyDigest } from './policy-digest.ts';

export interface NewCheck {
  readonly version: string;
  readonly artifacts: readonly { readonly deviceType: string; readonly component: string; readonly digest: string }[];
  /** Documents that were supplied before. */
  readonly supplied: readonly { readonly kind: string; readonly digest: string }[];
  /** Whether it runs although the same was checked before, as data may be newer. */
  readonly anew: boolean;
}

/**
 * Has all gates look at the artifacts of a release that is to be. The same artifacts, version and documents under the same
 * policy are checked once, unless asked anew or the last check came to no end.
 * @throws FettleError `invalid-input`, `artifact-missing`, `limit-reached`
 */
export async function requestCheck(
  scope: Scope,
  brain: Brain,
  fleet: FleetId,
  input: NewCheck,
): Promise<{ readonly check: ReleaseCheck; readonly created: boolean }> {
  demand(scope, 'release.publish');
  if (!isVersion(input.version)) throw new FettleError('invalid-input', 'Expected a release version.');
  return brain.store.transact(scope, async (tx) => {
    const found = await requireFleet(tx, fleet);
    const artifacts = await readArtifacts(tx, found, input);
    const supplied = await readSupplied(tx, input);
    const subject = checkSubject(fleet, { version: input.version, artifacts, supplied });
    const known = await tx.checkOfSubject(fleet, { version: input.version, subject });
    const now = brain.clock.now();
    if (known && isStill(known, await todayOf(tx, found, now), input)) return { check: known, created: false };
    demandRoom(await tx.openChecks(), fleet);
    const check: ReleaseCheck = {
      id: checkId(makeId('chk', now, brain.random.bytes(10))),
      fleet,
      version: input.version,
      artifacts,
      supplied,
      subject,
      status: 'queued',
      statusReason: 'it waits for its turn',
      policyDigest: policyDigest(found.releasePolicy),
      waivers: [],
      stages: [],
      records: [],
      requestedBy: scope.actor,
      source: scope.only?.source ?? null,
      createdAt: now,
      startedAt: null,
      endedAt: null,
    };
    await tx.insertCheck(check);
    await tx.appendAudit({
      verb: 'check.requested',
      object: `check/${check.id}`,
      fleet,
      before: null,
      after: subject,
      reason: `version ${check.version}, ${artifacts.length} artifact(s)`,
    });
    return { check, created: true };
  });
}

/** What a check is about: the same in every process, whoever asks. */
export function checkSubject(
  fleet: FleetId,
  of: Pick<ReleaseCheck, 'version' | 'supplied'> & {
    readonly artifacts: readonly Omit<CheckedArtifact, 'sizeBytes'>[];
  },
): string {
  const artifacts = of.artifacts
    .map(({ deviceType, component, digest }) => `${deviceType}/${component}/${digest}`)
    .sort();
  const supplied = of.supplied.map(({ kind, digest }) => `${kind}/${digest}`).sort();
  return digestOf({ fleet, version: of.version, artifacts, supplied });
}

export async function getCheck(scope: Scope, brain: Brain, fleet: FleetId, id: CheckId): Promise<ReleaseCheck> {
  demand(scope, 'fleet.read');
  const check = await brain.store.reads(scope).releaseCheck(id);
  if (check?.fleet !== fleet) throw new FettleError('not-found', `Fleet ${fleet} has no check ${id}.`);
  return check;
}

/** A check with everything that its gates said. */
export async function checkReports(scope: Scope, brain: Brain, fleet: FleetId, id: CheckId) {
  const check = await getCheck(scope, brain, fleet, id);
  return { check, reports: await readReports(brain.store.reads(scope), check) };
}

export async function listChecks(
  scope: Scope,
  brain: Brain,
  fleet: FleetId,
  page: PageRequest,
): Promise<Page<ReleaseCheck>> {
  demand(scope, 'fleet.read');
  const reads = brain.store.reads(scope);
  await requireFleet(reads, fleet);
  return reads.releaseChecks(fleet, page);
}

/** A check that is under way answers for itself; one that is done, while it is of today. */
function isStill(known: ReleaseCheck, today: Today, { anew }: NewCheck): boolean {
  if (known.status === 'queued' || known.status === 'running') return true;
  return !anew && whyOutdated(known, today) === null;
}

function demandRoom(open: readonly ReleaseCheck[], fleet: FleetId): void {
  const own = open.filter((one) => one.fleet === fleet).length;
  if (own < limits.openChecksPerFleet && open.length < limits.openChecks) return;
  const most = own < limits.openChecksPerFleet ? `${limits.openChecks}` : `${limits.openChecksPerFleet} of a fleet`;
  throw new FettleError('limit-reached', `At most ${most} checks may wait. Try again in a minute.`);
}

async function readArtifacts(tx: Reads, fleet: Fleet, { artifacts }: NewCheck): Promise<readonly CheckedArtifact[]> {
  if (artifacts.length === 0 || artifacts.length > limits.artifactsPerRelease) {
    throw new FettleError('invalid-input', `Expected 1 to ${limits.artifactsPerRelease} artifacts.`);
  }
  const read: CheckedArtifact[] = [];
  for (const one of artifacts) {
    const stored = await tx.artifact(digest(one.digest));
    if (!stored) {
      throw new FettleError('artifact-missing', `Artifact ${one.digest} was not uploaded. Upload it first.`);
    }
    const type = deviceType(one.deviceType);
    if (!fleet.deviceTypes.includes(type)) {
      throw new FettleError('invalid-input', `Fleet ${fleet.id} has no device type ${type}.`);
    }
    read.push({ deviceType: type, component: componentName(one.component), ...stored });
  }
  return read;
}

async function readSupplied(tx: Reads, { supplied }: NewCheck): Promise<readonly SuppliedDocument[]> {
  if (supplied.length > limits.suppliedPerCheck) {
    throw new FettleError('invalid-input', `Expected at most ${limits.suppliedPerCheck} documents.`);
  }
  const read: SuppliedDocument[] = [];
  for (const one of supplied) {
    const kind = suppliedKinds.find((known) => known === one.kind);
    if (!kind) throw new FettleError('invalid-input', `Expected documents of kind ${suppliedKinds.join(', ')}.`);
    const wanted: Digest = digest(one.digest);
    if (!(await tx.evidence(wanted))) {
      throw new FettleError('not-found', `Document ${wanted} was not supplied. Send it first.`);
    }
    read.push({ kind, digest: wanted });
  }
  return read;
}
