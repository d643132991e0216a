import type { Device, DirectorSet, Instant } from '@fettle/model';
import { FettleError } from '@fettle/model';
import {
  assembleFile,
  encodeMetadata,
  fileMetaOf,
  type Metadata,
  type RootMetadata,
  type SnapshotMetadata,
  type TargetsMetadata,
  type TimestampMetadata,
} from '@fettle/trust';
import type { Brain } from '../../brain.ts';
import type { DeviceScope } from '../../devices/device-scope.ts';
import { type EvidenceOrder, signShown } from '../evidence.ts';
import type { OnlineRole, OnlineSigner } from '../online-signer.ts';
import { requireSigner } from '../sign-image.ts';
import { digestOfText, openStored } from '../stored-files.ts';
import { type Assignment, assignmentOf, openInRepository } from './assignment.ts';

const dayMs = 86_400_000;
/** How long a set lives, before jitter. */
const lifeMs = 7 * dayMs;

/**
 * The newest files of the director for a device. They are signed when the device asks and its assignment has changed,
 * less than a third of their life is left, or the root names other keys; and kept until then.
 * @returns undefined without a director
 * @source docs/protocols/repository.md; reference: Uptane Standard 2.1.0 §5.3.2
 */
export async function currentSet(scope: DeviceScope, brain: Brain, device: Device): Promise<DirectorSet | undefined> {
  const reads = brain.store.reads(scope);
  const file = await reads.trustFile('director', 'root');
  if (!file) return undefined;
  const root = brain.trust.file(`${scope.tenant} director root ${file.version}`, () => openStored(file));
  if (root.type !== 'root') throw new FettleError('internal', 'The root of the director is no root.');
  const known = await reads.directorSet(device.id);
  if (known && isFresh(known, root, brain.clock.now())) {
    const open = await openInRepository(reads, device);
    if (known.assignment === (open?.deployment.id ?? null)) return known;
  }
  return brain.trust.signOnce(`${scope.tenant} ${device.id}`, () => signSet(scope, brain, device));
}

/** The version of a file that we wrote: canonical form puts it last. */
export function versionOf(text: string): number {
  return Number(/"version":(\d+)\}\}$/.exec(text)?.[1] ?? 0);
}

function isFresh(set: DirectorSet, { roles }: RootMetadata, now: Instant): boolean {
  if (set.expiresAt - now < lifeMs / 3) return false;
  return (['targets', 'snapshot', 'timestamp'] as const).every((role) => {
    const keyid = /"keyid":"([0-9a-f]{64})"/.exec(set[role])?.[1];
    return keyid !== undefined && roles[role].keyids.includes(keyid);
  });
}

async function signSet(scope: DeviceScope, brain: Brain, device: Device): Promise<DirectorSet> {
  const signer = requireSigner(brain);
  const assignment = await assignmentOf(scope, brain, device);
  const expiresAt = brain.clock.now() + jitter(brain) * lifeMs;
  const order = { tenant: scope.tenant, reads: brain.store.reads(scope), fleet: device.fleet };
  const files = await signFiles({ signer, scope, order, assignment, expiresAt });
  const version = versionOf(files.timestamp);
  const set: DirectorSet = { device: device.id, version, assignment: assignment.deployment, ...files, expiresAt };
  await brain.store.transact(scope, async (tx) => {
    await tx.saveDirectorSet(set);
    await tx.appendAudit({
      verb: 'director.signed',
      object: `device/${device.id}`,
      fleet: device.fleet,
      before: null,
      after: digestOfText(set.targets),
      reason: `version ${version} assigns ${assignment.deployment ?? 'nothing'}`,
    });
  });
  return set;
}

interface SigningOfSet {
  /** Where the signer finds what it has not seen of the image repository. */
  readonly order: EvidenceOrder;
  readonly signer: OnlineSigner;
  readonly scope: DeviceScope;
  readonly assignment: Assignment;
  readonly expiresAt: Instant;
}

type SetFiles = Pick<DirectorSet, OnlineRole>;

async function signFiles(order: SigningOfSet): Promise<SetFiles> {
  const { scope, assignment, expiresAt } = order;
  const common = { expiresAt, unknown: {} };
  const targets = await signRole(
    order,
    'targets',
    (version): TargetsMetadata => ({
      type: 'targets',
      version,
      ...common,
      targets: assignment.targets,
      delegations: undefined,
      device: scope.device,
      floors: new Map(),
    }),
  );
  const snapshot = await signRole(
    order,
    'snapshot',
    (version): SnapshotMetadata => ({
      type: 'snapshot',
      version,
      ...common,
      meta: new Map([['targets', metaOf(targets)]]),
    }),
  );
  const timestamp = await signRole(
    order,
    'timestamp',
    (version): TimestampMetadata => ({
      type: 'timestamp',
      version,
      ...common,
      snapshot: metaOf(snapshot),
    }),
  );
  return { targets, snapshot, timestamp };
}

async function signRole(
  { signer, scope, order, assignment }: SigningOfSet,
  role: OnlineRole,
  make: (version: number) => Metadata,
): Promise<string> {
  const of = { tenant: scope.tenant, repository: 'director', role, device: scope.device } as const;
  const payload = encodeMetadata(make((await signer.lastVersion(of)) + 1));
  // What a device shall have stands in the image repository: the signer looks there for itself.
  const looks = role === 'targets' && assignment.targets.size > 0;
  const signature = looks ? await signShown(signer, { of, payload }, order) : await signer.sign({ of, payload });
  return Buffer.from(assembleFile(payload, [signature])).toString('utf8');
}

function metaOf(text: string) {
  return fileMetaOf(versionOf(text), Buffer.from(text, 'utf8'));
}

/** Between 0.8 and 1.2, so that the devices of a rollout do not all come back for new files at once. */
function jitter({ random }: Brain): number {
  const [high = 0, low = 0] = random.bytes(2);
  return 0.8 + (0.4 * (high * 256 + low)) / 65_536;
}
