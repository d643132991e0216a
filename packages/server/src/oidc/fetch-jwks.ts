import { isIssuer, type JsonWebKeySet, type KeyQuestion, readJwks } from '@fettle/control';
import { FettleError } from '@fettle/model';

const mostBytes = 262_144;
const timeoutMs = 5_000;

/**
 * Fetches the keys of an issuer that a publisher names.
 * @source OpenID Connect Discovery 1.0 §4
 * @throws FettleError when the issuer does not answer as it should
 */
export async function fetchJwks({ issuer, keys }: Pick<KeyQuestion, 'issuer' | 'keys'>): Promise<JsonWebKeySet> {
  const url = keys.kind === 'url' ? keys.url : await discover(issuer);
  return readJwks(await fetchText(url));
}

async function discover(issuer: string): Promise<string> {
  const base = issuer.endsWith('/') ? issuer.slice(0, -1) : issuer;
  const text = await fetchText(`${base}/.well-known/openid-configuration`);
  let found: { readonly issuer?: unknown; readonly jwks_uri?: unknown } | null;
  try {
    found = JSON.parse(text);
  } catch (cause) {
    throw new FettleError('overloaded', `The discovery document of ${issuer} is not JSON.`, { cause });
  }
  // §4.3: it has to be the very issuer, else another one's keys would be taken for its own.
  if (found?.issuer !== issuer) {
    throw new FettleError('overloaded', `Expected the discovery document of ${issuer}, found that of another issuer.`);
  }
  const { jwks_uri: url } = found;
  if (typeof url === 'string' && isIssuer(url) && !isDowngrade(issuer, url)) return url;
  throw new FettleError('overloaded', `The discovery document of ${issuer} names no https URL of keys.`);
}

/** An issuer elsewhere may not send us to our own machine. */
function isDowngrade(issuer: string, url: string): boolean {
  return new URL(issuer).protocol === 'https:' && new URL(url).protocol !== 'https:';
}

async function fetchText(url: string): Promise<string> {
  const signal = AbortSignal.timeout(timeoutMs);
  const headers = { accept: 'application/json' };
  const response = await fetch(url, { signal, headers, redirect: 'error', credentials: 'omit' }).catch(
    (cause: unknown) => {
      throw new FettleError('overloaded', `${url} does not answer.`, { cause });
    },
  );
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new FettleError('overloaded', `${url} answered with status ${response.status}.`);
  }
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body) {
    size += piece.length;
    if (size > mostBytes) throw new FettleError('overloaded', `${url} answered more than ${mostBytes} bytes.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
