import { createClient, type ExchangedView } from '@fettle/api';
import { FettleError } from '@fettle/model';
import type { Settings } from '../config.ts';
import type { Io } from '../io.ts';
import { audienceOf, findIdToken } from './id-token.ts';

/**
 * Exchanges the ID token of this job for a token that publishes to one fleet.
 * @returns undefined where this is no job that has one
 */
export async function exchangeHere(
  { server = '', fleet }: Pick<Settings, 'server' | 'fleet'>,
  { env, signal }: Pick<Io, 'env' | 'signal'>,
): Promise<ExchangedView | undefined> {
  const found = await findIdToken(env, { audience: audienceOf(server, env), signal });
  if (!found) return undefined;
  // The one call that needs no token of ours.
  const client = createClient({ server, token: '' });
  const asked = { token: found.token, ...(fleet ? { fleet } : {}) };
  try {
    return await client.exchangeIdToken(asked, { signal });
  } catch (error) {
    if (!(error instanceof FettleError) || error.details.next !== undefined) throw error;
    if (error.code !== 'forbidden' && error.code !== 'not-authenticated') throw error;
    const next = 'fettle audit list, or fettle publisher list, as somebody who may';
    throw new FettleError(error.code, `${error.message} The ID token came from ${found.from}.`, {
      cause: error,
      details: { ...error.details, next },
    });
  }
}
