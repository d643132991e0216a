import { FettleError } from '@fettle/model';
import type { RootMetadata } from '../metadata.ts';
import { type ParsedSigned, parseSigned } from '../parse-signed.ts';
import { type Refused, refusedBy } from '../problem.ts';
import { readRoot } from '../read-metadata.ts';
import { tufLimits } from '../tuf-limits.ts';
import { demandThreshold } from '../verify-role.ts';

/**
 * What a client trusts of one repository: the files themselves, as text, exactly as they were received.
 * It is JSON; write it in one atomic step after every update, a refused one too.
 */
export interface TrustedState {
  readonly root: string;
  readonly timestamp?: string;
  readonly snapshot?: string;
  readonly targets?: string;
  /** By role name. */
  readonly delegated: Readonly<Record<string, string>>;
}

/**
 * The first trust in a repository: a root that somebody provisioned.
 * @param bytes `N.root.json`, signed by its own threshold; any version, expired or not
 * @source TUF 1.0.34 §5.2
 */
export function trustRoot(
  bytes: Uint8Array,
): { readonly ok: true; readonly state: TrustedState; readonly root: RootMetadata } | Refused {
  try {
    const { file, root } = readOwnRoot(bytes);
    return { ok: true, state: { root: file.text, delegated: {} }, root };
  } catch (error) {
    return refusedBy(error);
  }
}

/**
 * Where a client begins: with what it stored, unless the root that it was provisioned with is newer or another one.
 * What was stored besides the root stays, but for snapshot and timestamp where the newer root has other keys for them:
 * whoever had the old keys may have driven their versions up.
 * @returns a refusal only where the provisioned root itself is none
 * @source TUF 1.0.34 §5.3.11
 */
export function resumeTrust(provisioned: Uint8Array, stored: TrustedState | undefined): ReturnType<typeof trustRoot> {
  const given = trustRoot(provisioned);
  if (!given.ok || !stored) return given;
  const own = trustRoot(Buffer.from(stored.root, 'utf8'));
  if (!own.ok) return given;
  const storedWins = own.root.version > given.root.version || stored.root === given.state.root;
  if (storedWins) return { ok: true, state: stored, root: own.root };
  return { ok: true, state: { ...keptUnder(own.root, given.root, stored), root: given.state.root }, root: given.root };
}

/** What of a state stays when another root takes the place of the one before. @source TUF 1.0.34 §5.3.11 */
export function keptUnder(before: RootMetadata, after: RootMetadata, state: TrustedState): TrustedState {
  if (!onlineKeysChanged(before, after)) return state;
  const { timestamp: _, snapshot: __, ...rest } = state;
  return rest;
}

function onlineKeysChanged(before: RootMetadata, after: RootMetadata): boolean {
  return (['timestamp', 'snapshot'] as const).some((role) => {
    const old = new Set(before.roles[role].keyids);
    const { keyids, threshold } = after.roles[role];
    const same = keyids.length === old.size && keyids.every((keyid) => old.has(keyid));
    return !same || threshold !== before.roles[role].threshold;
  });
}

/** The root that a client trusts. @throws FettleError `invalid-input` when the state does not hold one */
export function trustedRoot(state: TrustedState): RootMetadata {
  const trust = trustRoot(Buffer.from(state.root, 'utf8'));
  if (trust.ok) return trust.root;
  throw new FettleError('invalid-input', `Expected a trusted root in the state: ${trust.message}`);
}

/** Reads a root and demands that its own threshold signed it. @throws Refusal */
export function readOwnRoot(bytes: Uint8Array): { readonly file: ParsedSigned; readonly root: RootMetadata } {
  const file = parseSigned(bytes, tufLimits.rootBytes);
  const root = readRoot(file.signed);
  const what = `root ${root.version} by its own keys`;
  demandThreshold(file, root.roles.root, { keys: root.keys, code: 'root-signatures-missing', what });
  return { file, root };
}
