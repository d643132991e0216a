import { FettleError, type Instant, isTopRole, type TenantId, type TrustFile } from '@fettle/model';
import {
  assembleFile,
  encodeMetadata,
  type FileMeta,
  openMetadata,
  type RootMetadata,
  type SnapshotMetadata,
  type TimestampMetadata,
  validSigners,
} from '@fettle/trust';
import type { Brain } from '../brain.ts';
import { overtaken } from './commit-files.ts';
import { signShown } from './evidence.ts';
import type { OnlineSigner, SignedRole } from './online-signer.ts';
import { listed, openStored, readRole } from './stored-files.ts';
import type { TrustReads } from './trust-store.ts';

const hourMs = 3_600_000;
/** How long snapshot and timestamp live: a little less than the signer allows, as clocks are never quite equal. */
export const lifeMs = { snapshot: 7 * 24 * hourMs - hourMs, timestamp: 23 * hourMs } as const;

/** What is signed together: the newest snapshot, and a timestamp that names it. */
export interface SigningOrder {
  readonly tenant: TenantId;
  readonly reads: TrustReads;
  /** A file that is published with them. */
  readonly fresh?: TrustFile | undefined;
  /** The stored snapshot as it is: only the timestamp is signed. */
  readonly keepSnapshot?: boolean;
}

/**
 * Has snapshot and timestamp of the image repository signed, over what is stored and what comes with them.
 * @returns nothing before there are targets to list
 * @throws FettleError what the signer throws
 */
export async function signImage(brain: Brain, order: SigningOrder): Promise<readonly TrustFile[]> {
  const { reads, fresh, tenant } = order;
  const signer = requireSigner(brain);
  const root = fresh?.role === 'root' ? openStored(fresh) : (await readRole(reads, 'image', 'root'))?.metadata;
  if (root?.type !== 'root') return [];
  const last = await readRole(reads, 'image', 'snapshot');
  const now = brain.clock.now();
  const signed: TrustFile[] = [];
  let named = last?.file;
  const ofSnapshot = { tenant, repository: 'image', role: 'snapshot' } as const;
  const lastSigned = await signer.lastVersion(ofSnapshot);
  // A timestamp may only name what was signed last: after a crash between signing and storing that is not what stands.
  if (!order.keepSnapshot || last?.file.version !== lastSigned) {
    const meta = await listAll(reads, last?.metadata, fresh);
    if (!meta.has('targets')) return [];
    const of = ofSnapshot;
    const version = lastSigned + 1;
    const snapshot: SnapshotMetadata = { type: 'snapshot', ...common(version, now + lifeMs.snapshot), meta };
    named = await signFile(signer, {
      of,
      metadata: snapshot,
      order,
      root,
      now,
      snapshotVersion: last?.file.version ?? 0,
    });
    signed.push(named);
  }
  if (!named) return [];
  const of = { tenant, repository: 'image', role: 'timestamp' } as const;
  const version = (await signer.lastVersion(of)) + 1;
  const expiresAt = now + lifeMs.timestamp;
  const timestamp: TimestampMetadata = { type: 'timestamp', ...common(version, expiresAt), snapshot: listed(named) };
  const snapshotVersion = named.version;
  signed.push(await signFile(signer, { of, metadata: timestamp, order, root, now, snapshotVersion }));
  return signed;
}

/** @throws FettleError `wrong-state` where nothing is signed online */
export function requireSigner({ signer }: Pick<Brain, 'signer'>): OnlineSigner {
  if (signer) return signer;
  throw new FettleError('wrong-state', 'This server has no signer, so it has no repositories. Start it with one.');
}

/** Every role but root with its newest file; what the last snapshot lists rightly is not read again. */
async function listAll(
  reads: TrustReads,
  last: SnapshotMetadata | undefined,
  fresh: TrustFile | undefined,
): Promise<ReadonlyMap<string, FileMeta>> {
  const meta = new Map<string, FileMeta>();
  for (const { role, version } of await reads.trustVersions('image')) {
    if (isTopRole(role) && role !== 'targets') continue;
    const known = last?.meta.get(role);
    const file = known?.version === version ? undefined : await reads.trustFile('image', role, version);
    const entry = file ? listed(file) : known;
    if (entry) meta.set(role, entry);
  }
  if (fresh && fresh.role !== 'root') meta.set(fresh.role, listed(fresh));
  return meta;
}

function common(version: number, expiresAt: Instant) {
  return { version, expiresAt, unknown: {} };
}

interface ToSign {
  readonly of: SignedRole & { readonly repository: 'image' };
  readonly metadata: SnapshotMetadata | TimestampMetadata;
  readonly order: SigningOrder;
  readonly root: RootMetadata;
  readonly now: Instant;
  /** The snapshot that was signed last, as far as the store knows. */
  readonly snapshotVersion: number;
}

async function signFile(signer: OnlineSigner, toSign: ToSign): Promise<TrustFile> {
  const { of, metadata, order, root, now } = toSign;
  const payload = encodeMetadata(metadata);
  let bytes: Uint8Array;
  try {
    const isSnapshot = metadata.type === 'snapshot';
    const signature = isSnapshot ? await signShown(signer, { of, payload }, order) : await signer.sign({ of, payload });
    bytes = assembleFile(payload, [signature]);
  } catch (error) {
    throw await explained(signer, toSign, error);
  }
  const opened = openMetadata(bytes);
  const { type, version } = metadata;
  const role = root.roles[type];
  // Never stores what no client would take.
  if (!opened.ok || validSigners(opened.file, role, root.keys).length < role.threshold) {
    const message = `The root does not name the key that the signer has for the ${type}. Publish a root that does.`;
    throw new FettleError('wrong-state', message);
  }
  return { repository: 'image', role: type, version, text: opened.file.text, createdAt: now };
}

/** A refusal that came of somebody else who signed in between, or was cut off before writing, says so. */
async function explained(signer: OnlineSigner, { of, metadata, snapshotVersion }: ToSign, error: unknown) {
  if (!(error instanceof FettleError) || error.code !== 'signing-refused') return error;
  if ((await signer.lastVersion(of)) !== metadata.version - 1) return overtaken(error);
  const isElsewhere = (await signer.lastVersion({ ...of, role: 'snapshot' })) !== snapshotVersion;
  return isElsewhere ? overtaken(error) : error;
}
