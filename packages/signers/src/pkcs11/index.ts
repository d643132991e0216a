import { FettleError } from '@fettle/model';
import { type PublicKey, readPublicKey } from '@fettle/trust';
import { defaultTimeoutMs, type OpenedSigner, openedSigner } from '../opened-signer.ts';
import type { ReadSecret } from '../secrets.ts';
import { within } from '../within.ts';
import type { TokenKeyKind } from './ec-keys.ts';
import type { Order, Outcome } from './messages.ts';
import { acquireModule } from './module-host.ts';
import { TokenClient } from './token-client.ts';
import type { KeyInToken } from './token-keys.ts';
import { describeKey, describeToken, type Pkcs11Uri, readPkcs11Uri, writePkcs11Uri } from './uri.ts';

export type { TokenKeyKind } from './ec-keys.ts';
export type { KeyInToken } from './token-keys.ts';

export interface TokenOptions {
  readonly readSecret: ReadSecret;
  readonly timeoutMs?: number | undefined;
}

/**
 * Opens a key in a PKCS#11 token.
 * @param locator a PKCS#11 URI (RFC 7512) with token, object or id, module-path, pin-source
 * @throws FettleError `not-found`, `not-authenticated`, `key-refused`, `signer-unavailable`
 */
export async function openPkcs11Signer(locator: string, options: TokenOptions): Promise<OpenedSigner> {
  const uri = readPkcs11Uri(locator);
  const { call, close } = await openToken(uri, options);
  const { tokenName: token, keyName: key } = uri;
  try {
    const publicKey = readPublicKey(bytesOf(await call({ act: 'describe', token, key })));
    return openedSigner(
      {
        publicKey,
        protection: 'token',
        locator: writePkcs11Uri(uri),
        sign: async (message, signal) => bytesOf(await call({ act: 'sign', token, key, message }, signal)),
        close,
      },
      options.timeoutMs,
    );
  } catch (error) {
    await close();
    throw error;
  }
}

/** Makes a key in the token, that can sign and cannot leave, under the label and id of the locator. */
export async function generateTokenKey(locator: string, kind: TokenKeyKind, options: TokenOptions): Promise<PublicKey> {
  const uri = readPkcs11Uri(locator);
  const { object, id } = uri.keyName;
  if (!object || !id) {
    const found = describeKey(uri.keyName);
    throw new FettleError('invalid-input', `Expected object=LABEL and id=%01 for a new key, found only ${found}.`);
  }
  return await withToken(uri, options, async (call) => {
    const wanted = { object, id, kind };
    return readPublicKey(bytesOf(await call({ act: 'generate', token: uri.tokenName, wanted })));
  });
}

/** The private keys in the token of a locator, whatever key it names. */
export async function listTokenKeys(locator: string, options: TokenOptions): Promise<readonly KeyInToken[]> {
  const uri = readPkcs11Uri(locator);
  return await withToken(uri, options, async (call) => (await call({ act: 'list', token: uri.tokenName })).keys ?? []);
}

type Call = (order: Order, signal?: AbortSignal) => Promise<Outcome>;

async function withToken<T>(uri: Pkcs11Uri, options: TokenOptions, act: (call: Call) => Promise<T>): Promise<T> {
  const { call, close } = await openToken(uri, options);
  try {
    return await act(call);
  } finally {
    await close();
  }
}

async function openToken(uri: Pkcs11Uri, { readSecret, timeoutMs = defaultTimeoutMs }: TokenOptions) {
  const what = `token ${describeToken(uri.tokenName)}`;
  const pin = await readSecret({ source: uri.pinSource, what: `PIN of ${what}` });
  const host = await acquireModule(uri.modulePath);
  const client = new TokenClient(host, uri.tokenName, pin);
  try {
    await within((over) => client.open(over), { timeoutMs, what });
  } catch (error) {
    await host.release();
    throw error;
  }
  const call: Call = async (order, signal) =>
    signal ? await client.call(order, signal) : await within((over) => client.call(order, over), { timeoutMs, what });
  return { call, close: () => host.release() };
}

function bytesOf({ bytes }: Outcome): Uint8Array {
  if (bytes) return bytes;
  throw new FettleError('internal', 'Expected bytes from the thread of the PKCS#11 module, found none.');
}
