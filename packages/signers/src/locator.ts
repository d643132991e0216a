import { FettleError } from '@fettle/model';

/** A locator of the form `scheme:name?parameter=value&…`, taken apart and decoded. */
export interface Locator {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
}

export const locatorExamples = [
  'file:PATH',
  'pkcs11:token=LABEL;object=LABEL?module-path=PATH&pin-source=file:PATH',
  'vault:KEY?address=https://HOST:8200&secret-source=file:PATH',
  'awskms:KEY?region=REGION&secret-source=file:PATH',
].join(', ');

const maxLocatorLength = 4_096;
// Secrets in a locator end up in process lists, shell histories and records.
const secretNames = new Set([
  'pin',
  'pin-value',
  'passphrase',
  'password',
  'token-value',
  'secret',
  'secret-id',
  'jwt',
]);

/** @throws FettleError `invalid-input` when the text has no scheme, is too long or holds control characters */
export function schemeOf(text: string): string {
  const at = text.indexOf(':');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  if (at > 0 && text.length <= maxLocatorLength && !/[\x00-\x1f\x7f]/.test(text)) return text.slice(0, at);
  throw new FettleError('invalid-input', `Expected a key locator, one of ${locatorExamples}.`);
}

/**
 * Takes a locator apart.
 * @param known the parameters that its back end understands
 * @throws FettleError `invalid-input` for anything unknown, doubled or secret in it
 */
export function readLocator(text: string, known: readonly string[]): Locator {
  const rest = text.slice(schemeOf(text).length + 1);
  const at = rest.indexOf('?');
  const name = decode(at < 0 ? rest : rest.slice(0, at));
  if (name === '') throw new FettleError('invalid-input', `Expected a name after "${schemeOf(text)}:", found none.`);
  return { name, parameters: readPairs(at < 0 ? '' : rest.slice(at + 1), '&', known) };
}

/** Reads `name=value` pairs, percent-decoded (RFC 3986 §2.1); every name is known and comes once. */
export function readPairs(text: string, separator: string, known: readonly string[]): Map<string, string> {
  const pairs = new Map<string, string>();
  if (text === '') return pairs;
  for (const pair of text.split(separator)) {
    const at = pair.indexOf('=');
    const name = at < 0 ? pair : pair.slice(0, at);
    if (secretNames.has(name)) {
      const message = `"${name}" puts a secret into a locator, where others can read it: name its place, as ${sourceNameOf(known)}=file:PATH.`;
      throw new FettleError('invalid-input', message);
    }
    if (at < 0 || !known.includes(name)) {
      throw new FettleError('invalid-input', `Expected one of ${known.join(', ')} in the locator, found "${name}".`);
    }
    if (pairs.has(name)) throw new FettleError('invalid-input', `"${name}" comes twice in the locator: say it once.`);
    pairs.set(name, decode(pair.slice(at + 1)));
  }
  return pairs;
}

/** Writes a locator that reads back to the same; parameters without a value are left out. */
export function writeLocator(scheme: string, name: string, parameters: Readonly<Record<string, string | undefined>>) {
  const pairs = Object.entries(parameters).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${encode(value)}`],
  );
  return `${scheme}:${encode(name)}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
}

/** Percent-encodes all but what reads well and means nothing in a locator. */
export function encode(value: string): string {
  return encodeURIComponent(value).replaceAll('%2F', '/').replaceAll('%3A', ':');
}

/** @throws FettleError `invalid-input` */
export function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch (cause) {
    const message = `Expected percent-encoded text in the locator, found "${value}": write a % as %25.`;
    throw new FettleError('invalid-input', message, { cause });
  }
}

function sourceNameOf(known: readonly string[]): string {
  return known.find((name) => name.endsWith('-source')) ?? 'secret-source';
}
