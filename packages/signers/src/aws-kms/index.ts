import { createHash } from 'node:crypto';
import { FettleError } from '@fettle/model';
import { type KeyKind, type PublicKey, readPublicKey } from '@fettle/trust';
import { requireAddress } from '../json-call.ts';
import { readLocator, writeLocator } from '../locator.ts';
import { defaultTimeoutMs, type OpenedSigner, openedSigner } from '../opened-signer.ts';
import type { ReadSecret } from '../secrets.ts';
import { retrying, within } from '../within.ts';
import { readCredentials } from './credentials.ts';
import { callKms, type KmsCall, type KmsPlace } from './kms-calls.ts';
import type { AwsCredentials } from './sign-request.ts';

export interface KmsOptions {
  readonly readSecret: ReadSecret;
  readonly timeoutMs?: number | undefined;
}

// Those that take a digest: the message itself may be no longer than 4096 bytes there, and metadata is.
const algorithmOf: Partial<Record<KeyKind, string>> = {
  'ecdsa-p256': 'ECDSA_SHA_256',
  'rsa-pss': 'RSASSA_PSS_SHA_256',
};

/**
 * Opens a key of AWS KMS. An alias is followed once: what it means later does not change this signer.
 * @param locator `awskms:KEY-ID`, ARN or alias, with region, endpoint, secret-source
 * @throws FettleError `not-found`, `not-authenticated`, `forbidden`, `key-refused`, `signer-unavailable`
 */
export async function openKmsSigner(locator: string, options: KmsOptions): Promise<OpenedSigner> {
  const { readSecret, timeoutMs = defaultTimeoutMs } = options;
  const { name, place, source, endpoint } = readKmsLocator(locator);
  const call = sessionOf(place, readSecret, source);
  const found = await within(
    (signal) => retrying(() => call({ action: 'GetPublicKey', body: { KeyId: name }, signal }), { signal }),
    { timeoutMs, what: `AWS KMS in ${place.region}` },
  );
  const { keyId, publicKey, algorithm } = readKmsKey(found, name);
  const holder = {
    publicKey,
    protection: 'service' as const,
    locator: writeLocator('awskms', keyId, { region: place.region, endpoint, 'secret-source': source }),
    sign: async (message: Uint8Array, signal: AbortSignal) => {
      const digest = createHash('sha256').update(message).digest('base64');
      const body = { KeyId: keyId, Message: digest, MessageType: 'DIGEST', SigningAlgorithm: algorithm };
      const { Signature } = await retrying(() => call({ action: 'Sign', body, signal }), { signal });
      return bytesOf(Signature, 'Signature');
    },
    close: async () => undefined,
  };
  return openedSigner(holder, timeoutMs);
}

function readKmsLocator(locator: string) {
  const { name, parameters } = readLocator(locator, ['region', 'endpoint', 'secret-source']);
  const region = parameters.get('region') ?? '';
  if (!/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region)) {
    throw new FettleError('invalid-input', 'Expected region=eu-central-1 or another in the locator, found none.');
  }
  const usual = `https://kms.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  const endpoint = parameters.get('endpoint');
  const place: KmsPlace = { region, endpoint: requireAddress(endpoint ?? usual, `endpoint=${usual}`) };
  return { name, place, endpoint, source: parameters.get('secret-source') };
}

// Credentials of a role expire: they are read again where they came from, once for each refusal.
function sessionOf(place: KmsPlace, readSecret: ReadSecret, source: string | undefined) {
  let credentials: Promise<AwsCredentials> | undefined;
  return async (call: KmsCall) => {
    credentials ??= readCredentials(readSecret, source);
    const used = credentials;
    try {
      return await callKms(place, await used, call);
    } catch (error) {
      if (credentials === used && error instanceof FettleError) credentials = undefined;
      if (!(error instanceof FettleError) || error.details.type !== 'ExpiredTokenException') throw error;
    }
    credentials ??= readCredentials(readSecret, source);
    return await callKms(place, await credentials, call);
  };
}

function readKmsKey(found: Readonly<Record<string, unknown>>, name: string) {
  const { KeyId: keyId, KeyUsage: usage, PublicKey: spki } = found;
  if (usage !== 'SIGN_VERIFY') throw refused(name, 'KeyUsage SIGN_VERIFY', JSON.stringify(usage));
  if (typeof keyId !== 'string' || keyId === '') throw refused(name, 'a KeyId', 'none');
  let publicKey: PublicKey;
  try {
    publicKey = readPublicKey(bytesOf(spki, 'PublicKey'));
  } catch (cause) {
    if (cause instanceof FettleError && cause.code === 'invalid-input')
      throw refused(name, 'P-256 or RSA (3072 bits or more)', 'another kind');
    throw cause;
  }
  const algorithm = algorithmOf[publicKey.kind];
  if (!algorithm) throw refused(name, 'P-256 or RSA (3072 bits or more)', publicKey.kind);
  return { keyId, publicKey, algorithm };
}

function bytesOf(value: unknown, what: string): Uint8Array {
  const bytes = Buffer.from(typeof value === 'string' ? value : '', 'base64');
  if (bytes.length > 0) return bytes;
  throw new FettleError('signer-unavailable', `Expected ${what} in the answer of AWS KMS, found none.`);
}

function refused(name: string, expected: string, found: string): FettleError {
  return new FettleError('key-refused', `Expected the key ${name} in AWS KMS with ${expected}, found ${found}.`);
}
