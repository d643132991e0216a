import { errorOf } from '@fettle/api';
import { FettleError } from '@fettle/model';
import type { Context } from '../context.ts';
import type { LogSource } from './log-source.ts';

const longestWaitMs = 30_000;
/** A tile of entries of the greatest length. */
const mostFileBytes = 256 * 65_537;

/** The log of the server that the command line is logged in to. */
export async function serverSource(context: Context): Promise<LogSource> {
  const client = await context.client();
  const { server = '', token = '' } = await context.settings();
  const { tenant } = await client.whoami();
  return {
    name: server,
    async log() {
      const newest = (await client.auditLogs()).items.at(-1);
      if (newest) return newest;
      throw new FettleError('not-found', 'The server has no audit log yet: it begins with the first event.');
    },
    async file(path) {
      const url = `${server.replace(/\/+$/, '')}/audit/${encodeURIComponent(tenant)}/${path}`;
      const signal = AbortSignal.timeout(longestWaitMs);
      const response = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal, redirect: 'error' });
      if (!response.ok) throw await errorOf(response);
      return readBounded(response, path);
    },
    events: (after) => client.all('listAudit', { order: 'oldest', limit: 500, after: String(after) }),
    salts: (after) => client.all('auditSalts', { limit: 500, after: String(after) }),
  };
}

async function readBounded(response: Response, path: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > mostFileBytes) throw new FettleError('too-large', `${path} is longer than such a file can be.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
