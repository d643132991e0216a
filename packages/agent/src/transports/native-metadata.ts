import { native } from '@fettle/protocol';
import { openHttp, readBytes } from './http.ts';
import type { MetadataDemand } from './transport.ts';

export interface MetadataWay {
  readonly server: string;
  readonly tenant: string;
  readonly ca: string | null;
  /** Null for the public repository. */
  readonly token: string | null;
}

export type MetadataAnswer =
  | { readonly is: 'bytes'; readonly bytes: Uint8Array }
  | { readonly is: 'absent' | 'refused' };

const idleMs = 30_000;
/** For one file, however slowly it trickles in. */
const wholeMs = 300_000;

/**
 * Gets a metadata file; reads one byte more than it may have at most. Redirects are not followed.
 * @throws what the network throws, and for every answer that is neither the file nor its absence
 */
export async function getMetadata(demand: MetadataDemand, way: MetadataWay): Promise<MetadataAnswer> {
  const url = new URL(pathOf(demand, way.tenant), way.server);
  const authorization: Record<string, string> = way.token === null ? {} : { authorization: `Bearer ${way.token}` };
  const headers = { 'accept-encoding': 'identity', ...authorization };
  const answer = await openHttp({ method: 'GET', url, headers, ca: way.ca, idleMs, signal: demand.signal });
  const status = answer.statusCode ?? 0;
  if (status === 200) return { is: 'bytes', bytes: await readBytes(answer, demand.maxBytes, wholeMs) };
  answer.destroy();
  if (status === 404) return { is: 'absent' };
  if (status === 401) return { is: 'refused' };
  throw new Error(`${demand.name} was answered with ${status}.`);
}

/** @source docs/protocols/repository.md: the image repository is public, the director is for the device alone */
function pathOf({ repository, name }: MetadataDemand, tenant: string): string {
  const file = encodeURIComponent(name);
  if (repository === 'director') return `${native.nativePaths.director}/${file}`;
  return `/repository/${encodeURIComponent(tenant)}/metadata/${file}`;
}
