import { FettleError } from '@fettle/model';
import { type Attribute, type Cryptoki, cki, type Handle, returnName, type Template } from './cryptoki.ts';
import { curveOfKind, curveOfParams, spkiOf, type TokenKeyKind } from './ec-keys.ts';
import { describeKey, type KeyName } from './uri.ts';

export interface FoundKey {
  readonly handle: Handle;
  readonly kind: TokenKeyKind;
  readonly mechanism: number;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Buffer;
}

/** A private key as a list shows it; undefined is what the token does not tell. */
export interface KeyInToken {
  readonly object: string;
  readonly id: string;
  readonly kind: TokenKeyKind | undefined;
  readonly extractable: boolean | undefined;
  /** Made in the token, so that it never was anywhere else. */
  readonly madeHere: boolean | undefined;
}

export interface NewTokenKey {
  readonly object: string;
  readonly id: string;
  readonly kind: TokenKeyKind;
}

const maxListed = 1_000;

/**
 * Finds the one private key of that name, and refuses it unless the token says that it can sign and cannot leave.
 * @throws FettleError `not-found`, `key-refused`
 */
export function findKey(cryptoki: Cryptoki, session: Handle, name: KeyName): FoundKey {
  const privateKeys = cryptoki.find(session, templateOf(cki.CKO_PRIVATE_KEY, name), 2);
  const [handle] = privateKeys;
  if (!handle) {
    const message = `Expected the private key ${describeKey(name)} in the token, found none. Correct object=LABEL or id=%01, or make the key.`;
    throw new FettleError('not-found', message);
  }
  if (privateKeys.length > 1) {
    throw refused(name, 'the only one of its name', 'two; name it by object and id');
  }
  refuseUnsafe(cryptoki, session, { handle, name });
  const id = cryptoki.attribute(session, handle, cki.CKA_ID).toString('hex');
  const publicName = id === '' ? name : { id };
  const [half, other] = cryptoki.find(session, templateOf(cki.CKO_PUBLIC_KEY, publicName), 2);
  if (!half || other) throw refused(name, 'one public key object beside the private one', half ? 'two' : 'none');
  const curve = curveOfParams(cryptoki.attribute(session, half, cki.CKA_EC_PARAMS));
  if (!curve) throw refused(name, 'the curve P-256 or Ed25519', 'another one');
  const publicKey = spkiOf(curve, cryptoki.attribute(session, half, cki.CKA_EC_POINT));
  return { handle, kind: curve.kind, mechanism: curve.sign, publicKey };
}

/** All private keys of the token. */
export function listKeysOf(cryptoki: Cryptoki, session: Handle): KeyInToken[] {
  return cryptoki.find(session, templateOf(cki.CKO_PRIVATE_KEY, {}), maxListed).map((handle) => {
    const read = (type: number) => attributeOf(cryptoki, session, { handle, type });
    const params = read(cki.CKA_EC_PARAMS);
    return {
      object: read(cki.CKA_LABEL)?.toString('utf8') ?? '',
      id: read(cki.CKA_ID)?.toString('hex') ?? '',
      kind: params && curveOfParams(params)?.kind,
      extractable: booleanOf(read(cki.CKA_EXTRACTABLE)),
      madeHere: booleanOf(read(cki.CKA_LOCAL)),
    };
  });
}

/** Makes a key pair in the token; the private half signs and does nothing else, and never leaves. */
export function makeKey(cryptoki: Cryptoki, session: Handle, { object, id, kind }: NewTokenKey): FoundKey {
  const curve = curveOfKind(kind);
  for (const name of [{ object }, { id }]) {
    if (cryptoki.find(session, templateOf(cki.CKO_PRIVATE_KEY, name), 1).length > 0) {
      const message = `The token has a key ${describeKey(name)} already: expected a new label and a new id.`;
      throw new FettleError('already-exists', message);
    }
  }
  const named: Template = [
    { type: cki.CKA_TOKEN, value: true },
    { type: cki.CKA_LABEL, value: object },
    { type: cki.CKA_ID, value: Buffer.from(id, 'hex') },
  ];
  const privateKey: Template = [
    ...named,
    { type: cki.CKA_PRIVATE, value: true },
    { type: cki.CKA_SENSITIVE, value: true },
    { type: cki.CKA_EXTRACTABLE, value: false },
    { type: cki.CKA_SIGN, value: true },
    // Some tokens allow everything that is not forbidden.
    { type: cki.CKA_DECRYPT, value: false },
    { type: cki.CKA_UNWRAP, value: false },
  ];
  const verifies: Attribute = { type: cki.CKA_VERIFY, value: true };
  const generate = (params: string) => {
    const publicKey = [...named, verifies, { type: cki.CKA_EC_PARAMS, value: Buffer.from(params, 'hex') }];
    cryptoki.generatePair(session, curve.generate, { publicKey, privateKey });
  };
  firstThatWorks(curve.params, generate);
  return findKey(cryptoki, session, { object, id });
}

// Modules disagree on how to spell a curve; the wrong spelling is refused before anything is made.
function firstThatWorks(spellings: readonly string[], act: (spelling: string) => void): void {
  for (const [index, spelling] of spellings.entries()) {
    try {
      act(spelling);
      return;
    } catch (error) {
      const unknownCurve = /^CKR_(?:CURVE_NOT_SUPPORTED|DOMAIN_PARAMS_INVALID|ATTRIBUTE_VALUE_INVALID)$/;
      if (index === spellings.length - 1 || !unknownCurve.test(returnName(error) ?? '')) throw error;
    }
  }
}

function refuseUnsafe(cryptoki: Cryptoki, session: Handle, key: { handle: Handle; name: KeyName }): void {
  const { handle, name } = key;
  const is = (type: number) => booleanOf(attributeOf(cryptoki, session, { handle, type }));
  if (is(cki.CKA_EXTRACTABLE) !== false) {
    throw refused(name, 'CKA_EXTRACTABLE false', 'a key that could leave the token');
  }
  if (is(cki.CKA_SENSITIVE) !== true) throw refused(name, 'CKA_SENSITIVE true', 'a key that could be read');
  if (is(cki.CKA_SIGN) !== true) throw refused(name, 'CKA_SIGN true', 'a key that is not for signing');
}

function templateOf(objectClass: number, { object, id }: KeyName): Template {
  return [
    { type: cki.CKA_CLASS, value: objectClass },
    ...(object === undefined ? [] : [{ type: cki.CKA_LABEL, value: object }]),
    ...(id === undefined ? [] : [{ type: cki.CKA_ID, value: Buffer.from(id, 'hex') }]),
  ];
}

// A token need not have every attribute on every object; that it is away is another matter.
function attributeOf(cryptoki: Cryptoki, session: Handle, { handle, type }: { handle: Handle; type: number }) {
  try {
    return cryptoki.attribute(session, handle, type);
  } catch (error) {
    if (/^CKR_ATTRIBUTE_(?:TYPE_INVALID|SENSITIVE)$/.test(returnName(error) ?? '')) return undefined;
    throw error;
  }
}

function booleanOf(value: Buffer | undefined): boolean | undefined {
  return value?.length === 1 ? value[0] !== 0 : undefined;
}

function refused(name: KeyName, expected: string, found: string): FettleError {
  return new FettleError('key-refused', `Expected the key ${describeKey(name)} with ${expected}, found ${found}.`);
}
