import { FettleError } from '@fettle/model';
import type { Environment } from '../io.ts';

/** An ID token of the job that this runs in, and where it was found. */
export interface FoundIdToken {
  readonly token: string;
  readonly from: string;
}

const variables = {
  /** What GitLab, Jenkins and others are told to put the token in. */
  token: 'FETTLE_ID_TOKEN',
  audience: 'FETTLE_AUDIENCE',
  requestUrl: 'ACTIONS_ID_TOKEN_REQUEST_URL',
  requestToken: 'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
} as const;

const timeoutMs = 10_000;
const mostCharacters = 16_384;

/** Whether this runs in a job that can prove what it is. */
export function hasIdToken(env: Environment): boolean {
  return Boolean(env[variables.token] || (env[variables.requestUrl] && env[variables.requestToken]));
}

/** Whom the token is for: unless told otherwise the server, as it is named here. */
export function audienceOf(server: string, env: Environment): string {
  return env[variables.audience] || server.replace(/\/+$/, '');
}

/**
 * The ID token of this job: from the environment, or from GitHub's runner, which makes one for the audience.
 * @returns undefined where there is none to be had
 * @throws FettleError when the runner does not give one although it should
 */
export async function findIdToken(
  env: Environment,
  { audience, signal }: { readonly audience: string; readonly signal: AbortSignal },
): Promise<FoundIdToken | undefined> {
  const given = env[variables.token];
  if (given) return { token: given.trim(), from: variables.token };
  const { [variables.requestUrl]: url, [variables.requestToken]: bearer } = env;
  if (!url || !bearer) return undefined;
  return { token: await askRunner(url, { bearer, audience, signal }), from: 'the runner of GitHub Actions' };
}

/** @source GitHub, OpenID Connect reference, "Methods for requesting the OIDC token" */
async function askRunner(
  url: string,
  { bearer, audience, signal }: { readonly bearer: string; readonly audience: string; readonly signal: AbortSignal },
): Promise<string> {
  if (!URL.canParse(url)) throw noToken(`${variables.requestUrl} is no URL`);
  const asked = new URL(url);
  asked.searchParams.set('audience', audience);
  const headers = { authorization: `Bearer ${bearer}`, accept: 'application/json' };
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  let text: string;
  let status: number;
  try {
    const response = await fetch(asked, { headers, signal: limit, redirect: 'error' });
    status = response.status;
    text = await response.text();
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw noToken('it does not answer', cause);
  }
  if (status !== 200) throw noToken(`it answered with status ${status}`);
  const value = text.length <= 2 * mostCharacters ? tokenIn(text) : undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw noToken('its answer has no token');
}

function tokenIn(text: string): unknown {
  try {
    return (JSON.parse(text) as { readonly value?: unknown } | null)?.value;
  } catch {
    return undefined;
  }
}

function noToken(why: string, cause?: unknown): FettleError {
  const message = `Expected an ID token from the runner of GitHub Actions, but ${why}.`;
  return new FettleError('not-authenticated', message, {
    ...(cause === undefined ? {} : { cause }),
    details: { next: 'give the job the permission id-token: write' },
  });
}
