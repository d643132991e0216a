import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { errorOf } from '@fettle/api';
import { FettleError } from '@fettle/model';
import type { Context } from '../context.ts';

/** The audit log signs within seconds what a dossier has to prove. */
const longestWaitMs = 60_000;

export interface Fetched {
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Writes the dossier of a release to a file, whole or not at all. */
export async function fetchDossier(
  context: Context,
  about: { readonly fleet: string; readonly version: string },
  file: string,
): Promise<Fetched> {
  const { server = '', token = '' } = await context.settings();
  const path = `/api/v1/fleets/${encodeURIComponent(about.fleet)}/releases/${encodeURIComponent(about.version)}/dossier`;
  const response = await askUntilProven(context, `${server.replace(/\/+$/, '')}${path}`, token);
  const fresh = `${file}.part`;
  const hash = createHash('sha256');
  let sizeBytes = 0;
  try {
    await pipeline(
      response.body ?? [],
      async function* (pieces: AsyncIterable<Uint8Array>) {
        for await (const piece of pieces) {
          hash.update(piece);
          sizeBytes += piece.length;
          yield piece;
        }
      },
      createWriteStream(fresh, { mode: 0o600 }),
      { signal: context.io.signal },
    );
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
  return { sizeBytes, sha256: hash.digest('hex') };
}

async function askUntilProven({ io }: Context, url: string, token: string): Promise<Response> {
  const until = performance.now() + longestWaitMs;
  for (;;) {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(url, { headers, signal: io.signal, redirect: 'error' });
    if (response.ok) return response;
    const error = await errorOf(response);
    if (!(error instanceof FettleError) || error.code !== 'overloaded' || performance.now() > until) throw error;
    await delay(1_000, undefined, { signal: io.signal });
  }
}
