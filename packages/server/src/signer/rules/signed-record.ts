import type { OnlineRole, SignedRole } from '@fettle/control';
import type { DeviceId } from '@fettle/model';
import type { FileMeta, Metadata } from '@fettle/trust';

/** What the signer keeps of the last file that it signed for a role. */
export interface SignedRecord {
  readonly version: number;
  /** SHA-256 of the signed bytes. */
  readonly payloadSha256: string;
  /** The whole file, its one signature included: what the next role up has to name. */
  readonly file: FileMeta;
  /** The version of the one file that it names; of director snapshots and of timestamps. */
  readonly listed: number | undefined;
}

/** Which of the director's files follow one another: those of one device; of the image repository there is one line. */
export function laneOf({ tenant, ...of }: SignedRole): string {
  return of.repository === 'image' ? `${tenant}/image` : `${tenant}/director/${of.device}`;
}

/** The role's name in keys, rates and the log: `director-targets`. */
export function roleNameOf(of: SignedRole): `${SignedRole['repository']}-${OnlineRole}` {
  return `${of.repository}-${of.role}`;
}

/**
 * As much of a director's last file as its successor is judged by. Millions of these files are signed: the signer keeps
 * their versions and digests, not their text.
 */
export function previousDirectorFile(
  { role, device }: { readonly role: OnlineRole; readonly device: DeviceId },
  { version, listed = 0 }: Pick<SignedRecord, 'version' | 'listed'>,
): Metadata {
  const common = { version, expiresAt: 0, unknown: {} };
  const meta = { version: listed, length: undefined, sha256: undefined };
  switch (role) {
    case 'targets':
      return { ...common, type: role, targets: new Map(), delegations: undefined, device, floors: new Map() };
    case 'snapshot':
      return { ...common, type: role, meta: new Map([['targets', meta]]) };
    case 'timestamp':
      return { ...common, type: role, snapshot: meta };
  }
}
