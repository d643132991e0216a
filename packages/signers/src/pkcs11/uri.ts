import { FettleError } from '@fettle/model';
import { encode, readPairs } from '../locator.ts';

/** Which token: by label, serial number, or both. */
export interface TokenName {
  readonly token?: string | undefined;
  readonly serial?: string | undefined;
}

/** Which key in a token: by label, id (as hex), or both. */
export interface KeyName {
  readonly object?: string | undefined;
  readonly id?: string | undefined;
}

export interface Pkcs11Uri {
  readonly tokenName: TokenName;
  readonly keyName: KeyName;
  readonly modulePath: string;
  readonly pinSource: string | undefined;
}

/**
 * Reads a PKCS#11 URI (RFC 7512 §2.3): path attributes between semicolons, query attributes between ampersands.
 * @throws FettleError `invalid-input` for attributes that we do not select by, and for a PIN in the locator itself
 */
export function readPkcs11Uri(text: string): Pkcs11Uri {
  const rest = text.slice('pkcs11:'.length);
  const at = rest.indexOf('?');
  const path = at < 0 ? rest : rest.slice(0, at);
  // The id is bytes, percent-encoded, which need not be UTF-8 (RFC 7512 §2.3): it must not be decoded as text.
  const idPart = path.split(';').find((part) => part.startsWith('id='));
  const others = path.split(';').filter((part) => part !== idPart);
  const names = readPairs(others.join(';'), ';', ['token', 'serial', 'object', 'id', 'type']);
  const query = readPairs(at < 0 ? '' : rest.slice(at + 1), '&', ['module-path', 'pin-source']);
  const [token, serial, object] = [names.get('token'), names.get('serial'), names.get('object')];
  if (names.has('id')) throw new FettleError('invalid-input', '"id" comes twice in the locator: say it once.');
  if ((names.get('type') ?? 'private') !== 'private') {
    throw new FettleError('invalid-input', 'Expected type=private in the locator, or no type: only such keys sign.');
  }
  if (!token && !serial) throw missing('a token', 'token=LABEL');
  const id = idPart === undefined ? undefined : hexOfId(idPart.slice('id='.length));
  if (!object && !id) throw missing('a key', 'object=LABEL');
  const modulePath = query.get('module-path');
  if (!modulePath?.startsWith('/')) {
    throw missing('the absolute path of the PKCS#11 module', '?module-path=/usr/lib/softhsm/libsofthsm2.so');
  }
  return { tokenName: { token, serial }, keyName: { object, id }, modulePath, pinSource: query.get('pin-source') };
}

/** Writes a URI that reads back to the same. */
export function writePkcs11Uri({ tokenName, keyName, modulePath, pinSource }: Pkcs11Uri): string {
  const { token, serial } = tokenName;
  const { object, id } = keyName;
  const path = [
    ...(token ? [`token=${encode(token)}`] : []),
    ...(serial ? [`serial=${encode(serial)}`] : []),
    ...(object ? [`object=${encode(object)}`] : []),
    ...(id ? [`id=${id.replaceAll(/../g, '%$&')}`] : []),
  ];
  const query = [`module-path=${encode(modulePath)}`, ...(pinSource ? [`pin-source=${encode(pinSource)}`] : [])];
  return `pkcs11:${path.join(';')}?${query.join('&')}`;
}

export function describeToken({ token, serial }: TokenName): string {
  return [...(token ? [`"${token}"`] : []), ...(serial ? [`with serial number ${serial}`] : [])].join(' ');
}

export function describeKey({ object, id }: KeyName): string {
  return [...(object ? [`"${object}"`] : []), ...(id ? [`with id ${id}`] : [])].join(' ');
}

function hexOfId(text: string): string {
  if (/^(?:%[0-9A-Fa-f]{2}|[A-Za-z0-9._~-])+$/.test(text)) {
    const bytes = text.replaceAll(/%(..)|(.)/g, (_, hex: string | undefined, letter: string) =>
      hex === undefined ? letter.charCodeAt(0).toString(16) : hex.toLowerCase(),
    );
    if (bytes.length <= 128) return bytes;
  }
  throw new FettleError('invalid-input', 'Expected a key id of at most 64 bytes, percent-encoded as id=%01%02.');
}

function missing(what: string, example: string): FettleError {
  return new FettleError('invalid-input', `Expected ${what} in the locator, found none. Write ${example}.`);
}
