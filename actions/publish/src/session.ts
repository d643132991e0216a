import { type Context, createContext, type Environment, exchangeHere, findIdToken } from '@fettle/cli/publish';
import { FettleError } from '@fettle/model';
import { mask, plainLines } from './commands.ts';
import type { Host } from './host.ts';
import type { Inputs } from './inputs.ts';

/** The server as this job sees it, with a token that the job got for its ID token. */
export interface Session {
  readonly context: Context;
  readonly fleet: string;
  /** The instant at which the token is of no use any more. */
  readonly expiresAt: number;
}

/**
 * Exchanges a new ID token of the job for a token of one fleet. Both are hidden in the log before anything else is said.
 * @throws FettleError `not-authenticated`, `forbidden`, `token-replayed`, `overloaded`
 */
export async function openSession(inputs: Inputs, host: Host, signal: AbortSignal): Promise<Session> {
  const { server, audience = server } = inputs;
  const env: Environment = host.env;
  const found = await findIdToken(env, { audience, signal });
  if (!found) {
    throw new FettleError('not-authenticated', 'Expected a job that can prove what it is, found no ID token.', {
      details: { next: 'permissions: { id-token: write, contents: read } in the job' },
    });
  }
  host.write(mask(found.token));
  const given = await exchangeHere(
    { server, ...(inputs.fleet === undefined ? {} : { fleet: inputs.fleet }) },
    { env: { FETTLE_ID_TOKEN: found.token }, signal },
  );
  if (!given) throw new FettleError('internal', 'Expected a token for the ID token, found none.');
  host.write(mask(given.token));
  const { token, fleet } = given;
  const log = { write: (text: string) => host.write(plainLines(text)) };
  const io = { stdout: log, stderr: log, env: { ...env, XDG_CONFIG_HOME: host.folder }, signal };
  return { context: createContext(io, { server, token, fleet }), fleet, expiresAt: Date.parse(given.expiresAt) };
}
