import type { Instant } from '@fettle/model';
import type { JsonObject } from '../canonical.ts';
import { instantText } from '../fields.ts';
import type { RoleKeys } from '../metadata.ts';
import { type ParsedSigned, parseSigned } from '../parse-signed.ts';
import { Refusal, type TufProblem } from '../problem.ts';
import type { TufKey } from '../tuf-key.ts';
import { demandThreshold } from '../verify-role.ts';
import type { TrustedState } from './trusted-state.ts';

/**
 * Gets a metadata file by its name on the wire. Reads at most `maxBytes` + 1 bytes: one too many tells that there are
 * more. A rejection means that nothing could be fetched, and may pass.
 */
export type FetchMetadata = (name: string, maxBytes: number) => Promise<Uint8Array | 'absent'>;

/** One run of the client workflow: what is trusted moves on step by step. */
export interface Cycle {
  readonly fetch: FetchMetadata;
  state: TrustedState;
}

/** Who has to sign a file, and how it is named when they did not. */
export interface RoleDemand {
  readonly role: RoleKeys;
  readonly keys: ReadonlyMap<string, TufKey>;
  readonly code: TufProblem;
  readonly what: string;
}

/** Fetches bytes within a bound. @throws Refusal `fetch-failed`, `metadata-too-large` */
export async function fetchBytes(cycle: Cycle, name: string, maxBytes: number): Promise<Uint8Array | undefined> {
  let bytes: Uint8Array | 'absent';
  try {
    bytes = await cycle.fetch(name, maxBytes);
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Refusal('fetch-failed', `Expected to fetch ${name}: ${why.slice(0, 200)}`);
  }
  if (bytes === 'absent') return undefined;
  if (bytes.length > maxBytes) {
    throw new Refusal('metadata-too-large', `Expected at most ${maxBytes} bytes of ${name}, more were served.`);
  }
  return bytes;
}

/** As `fetchBytes`, for a file that has to be there. @throws Refusal `metadata-absent` besides */
export async function demandBytes(cycle: Cycle, name: string, maxBytes: number): Promise<Uint8Array> {
  const bytes = await fetchBytes(cycle, name, maxBytes);
  if (bytes === undefined) throw new Refusal('metadata-absent', `Expected ${name} to be served, it was not.`);
  return bytes;
}

/** Reads a file after its signatures were found good. @throws Refusal */
export function readVerified<T>(
  bytes: Uint8Array,
  maxBytes: number,
  { demand, read }: { readonly demand: RoleDemand; readonly read: (signed: JsonObject) => T },
): { readonly file: ParsedSigned; readonly metadata: T } {
  const file = parseSigned(bytes, maxBytes);
  demandThreshold(file, demand.role, demand);
  return { file, metadata: read(file.signed) };
}

/**
 * Reads a file that was trusted before. One that today's keys did not sign is none: what keeps an attacker from using
 * that is that changed keys drop it anyway (TUF 1.0.34 §5.3.11).
 */
export function readTrusted<T>(
  text: string | undefined,
  maxBytes: number,
  how: { readonly demand: RoleDemand; readonly read: (signed: JsonObject) => T },
): { readonly file: ParsedSigned; readonly metadata: T } | undefined {
  if (text === undefined) return undefined;
  try {
    return readVerified(Buffer.from(text, 'utf8'), maxBytes, how);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** Demands that a file has not expired. @throws Refusal `metadata-expired` */
export function demandFresh(metadata: { readonly expiresAt: Instant }, what: string, now: Instant): void {
  if (metadata.expiresAt > now) return;
  const expired = instantText(metadata.expiresAt);
  throw new Refusal(
    'metadata-expired',
    `Expected ${what} to be fresh, it expired at ${expired}; now is ${instantText(now)}.`,
  );
}
