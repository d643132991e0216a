import {
  FettleError,
  type FleetId,
  isTopRole,
  type KeyId,
  type TrustChange,
  type TrustChangeId,
  type TrustFile,
  type TrustSignature,
} from '@fettle/model';
import {
  assembleFile,
  type Metadata,
  openMetadata,
  publicKeyOf,
  type TargetsMetadata,
  type TufSignature,
} from '@fettle/trust';
import { demand, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import type { Reads } from '../ports.ts';
import { type Authority, authoritiesOf, lackingSignatures } from './authorities.ts';
import { commitFiles } from './commit-files.ts';
import { demandFile } from './demand-file.ts';
import { metadataOf, openChange } from './find-change.ts';
import { inFirstPhase } from './first-phase.ts';
import { signImage } from './sign-image.ts';
import { readRole } from './stored-files.ts';

export interface PublishOptions {
  /** Also while a rollout of an affected fleet is in its first phase. */
  readonly force: boolean;
  readonly reason: string;
}

/**
 * Publishes a change that has its signatures: has snapshot and timestamp signed first, then writes everything at once.
 * What a crash leaves between the two is a version that nobody sees: publishing again takes the next one.
 * @throws FettleError `signature-invalid` while signatures are lacking, `wrong-state` for a rollout in its first phase or
 * when somebody else published meanwhile, `invalid-input` when it does not follow what stands any more
 */
export async function publishTrustChange(
  scope: Scope,
  brain: Brain,
  id: TrustChangeId,
  { force, reason }: PublishOptions,
): Promise<TrustChange> {
  demand(scope, 'trust.write');
  const { tenant } = scope;
  const reads = brain.store.reads(scope);
  const now = brain.clock.now();
  const change = await openChange(reads, id, now);
  const { repository, role } = change;
  const next = metadataOf(change);
  const standing = await reads.trustVersions(repository);
  await demandFile(scope, brain, { repository, role, next });
  const fresh = await signedFile(reads, change, { next, now });
  await demandCalm(reads, change, { next, force, reason });
  const signed = repository === 'image' ? await signImage(brain, { tenant, reads, fresh }) : [];
  return brain.store.transact(scope, async (tx) => {
    await openChange(tx, id, now);
    await commitFiles(tx, [fresh, ...signed], { standing, reason: force ? `forced: ${reason}` : reason });
    const published: TrustChange = { ...change, status: 'published' };
    await tx.updateTrustChange(published);
    return published;
  });
}

async function signedFile(
  reads: Reads,
  change: TrustChange,
  { next, now }: { readonly next: Metadata; readonly now: number },
): Promise<TrustFile> {
  const { repository, role, version, payload } = change;
  const authorities = await authoritiesOf(reads, change, next);
  const signatures = (await reads.trustSignatures(change.id)).flatMap((one) => named(one, authorities));
  const opened = openMetadata(assembleFile(Buffer.from(payload, 'utf8'), signatures));
  if (!opened.ok) throw new FettleError('internal', `Change ${change.id} makes no file: ${opened.message}`);
  const lacking = lackingSignatures(opened.file, authorities);
  if (lacking !== undefined) throw new FettleError('signature-invalid', `${lacking} Gather more, then publish.`);
  return { repository, role, version, text: opened.file.text, createdAt: now };
}

/** A signature under the name that the file has for its key. */
function named({ keyId, signature }: TrustSignature, authorities: readonly Authority[]): readonly TufSignature[] {
  const keyid = keyidOf(keyId, authorities);
  return keyid === undefined ? [] : [{ keyid, sig: signature }];
}

/** The TUF keyid under which roles know a key. */
export function keyidOf(id: KeyId, authorities: readonly Authority[]): string | undefined {
  for (const { role, keys } of authorities) {
    const found = role.keyids.find((keyid) => {
      const key = keys.get(keyid);
      return key !== undefined && publicKeyOf(key)?.id === id;
    });
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @throws FettleError `wrong-state` while an affected fleet has a rollout in its first phase */
async function demandCalm(
  reads: Reads,
  change: TrustChange,
  { next, force, reason }: PublishOptions & { readonly next: Metadata },
): Promise<void> {
  if (force) {
    if (reason.trim() === '') throw new FettleError('invalid-input', 'Forcing needs a reason: it is kept for ever.');
    return;
  }
  for (const fleet of await affectedFleets(reads, change, next)) {
    const [rollout] = await inFirstPhase(reads, fleet);
    if (!rollout) continue;
    const message = `Rollout ${rollout.id} of fleet ${fleet} is in its first phase. Wait, pause and abort it, or publish with force and a reason.`;
    throw new FettleError('wrong-state', message, { details: { rollout: rollout.id, fleet } });
  }
}

/** A new root concerns every fleet, new targets those whose keys change, a fleet's own role that fleet. */
async function affectedFleets(reads: Reads, { role }: TrustChange, next: Metadata): Promise<readonly FleetId[]> {
  if (!isTopRole(role)) return [role];
  const targets = (await readRole(reads, 'image', 'targets'))?.metadata;
  const names = (metadata: TargetsMetadata | undefined) => metadata?.delegations?.roles ?? [];
  if (next.type !== 'targets') return names(targets).map(({ name }) => name as FleetId);
  const before = new Map(names(targets).map((one) => [one.name, keysText(one)]));
  return names(next).flatMap((one) => (before.get(one.name) === keysText(one) ? [] : [one.name as FleetId]));
}

function keysText({ keyids, threshold }: { readonly keyids: readonly string[]; readonly threshold: number }): string {
  return `${threshold} ${[...keyids].sort().join(' ')}`;
}
