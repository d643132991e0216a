import { FettleError, type FleetId, isTopRole, type RoleName, type TenantId, type TrustFile } from '@fettle/model';
import type { TufSignature } from '@fettle/trust';
import type { EvidenceFile, OnlineSigner, SigningRequest } from './online-signer.ts';
import type { TrustReads } from './trust-store.ts';

export interface EvidenceOrder {
  readonly tenant: TenantId;
  readonly reads: TrustReads;
  /** A file that is not stored yet. */
  readonly fresh?: TrustFile | undefined;
  /** The one fleet whose role matters; all of them when absent. */
  readonly fleet?: FleetId;
}

/**
 * Has something signed, and shows the signer what it has not seen. Two publications that collided may have left it with
 * the file of the one that lost: when it refuses, it is shown the newest files once more.
 * @throws FettleError what the signer throws
 */
export async function signShown(
  signer: OnlineSigner,
  request: Pick<SigningRequest, 'of' | 'payload'>,
  order: EvidenceOrder,
): Promise<TufSignature> {
  const evidence = await evidenceFor(signer, order, 'newer');
  try {
    return await signer.sign({ ...request, evidence });
  } catch (error) {
    if (!(error instanceof FettleError) || error.code !== 'signing-refused') throw error;
    return signer.sign({ ...request, evidence: await evidenceFor(signer, order, 'newest') });
  }
}

/** What of the image repository the signer has not seen yet: new roots in order, then targets and roles of fleets. */
async function evidenceFor(
  signer: OnlineSigner,
  order: EvidenceOrder,
  which: 'newer' | 'newest',
): Promise<readonly EvidenceFile[]> {
  const { tenant, reads, fresh } = order;
  const known = await signer.knownVersions(tenant, 'image');
  const versions = await reads.trustVersions('image');
  const files: TrustFile[] = [];
  const add = (file: TrustFile | undefined) => file && files.push(file);
  const newestRoot = versions.find(({ role }) => role === 'root')?.version ?? 0;
  // A signer that has never seen a root takes the first that it is shown: it gets the very first.
  for (let version = (known.root ?? 0) + 1; version <= newestRoot; version++) {
    add(await reads.trustFile('image', 'root', version));
  }
  if (fresh?.role === 'root') add(fresh);
  for (const role of rolesOf(versions, order)) {
    const version = versions.find((one) => one.role === role)?.version ?? 0;
    if (fresh?.role === role) add(fresh);
    else if (version > (known[role] ?? 0) || which === 'newest') add(await reads.trustFile('image', role, version));
  }
  return files.map(({ repository, role, version, text }) => ({ repository, role, version, text }));
}

function rolesOf(versions: readonly { readonly role: RoleName }[], { fresh, fleet }: EvidenceOrder): Set<RoleName> {
  const roles = fleet === undefined ? versions.map(({ role }) => role) : [fleet];
  const fleets = [...roles, ...(fresh ? [fresh.role] : [])].filter((role) => !isTopRole(role));
  return new Set<RoleName>(['targets', ...fleets]);
}
