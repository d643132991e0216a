import { FettleError, type KeyId } from '@fettle/model';
import { locatorExamples, schemeOf } from './locator.ts';
import type { OpenedSigner } from './opened-signer.ts';
import type { ReadSecret } from './secrets.ts';

export interface OpenOptions {
  readonly readSecret: ReadSecret;
  /** The key that was enrolled: any other behind the same locator is refused. */
  readonly expectedKeyId?: KeyId;
  /** How long one signature, and each step of opening, may take. */
  readonly timeoutMs?: number;
}

/**
 * Opens the key that a locator names; only the back end that it needs is loaded.
 * @throws FettleError `invalid-input` for a locator that cannot be read, `not-found`, `not-authenticated`, `forbidden`,
 * `key-refused` for a key that could be copied or is not the expected one, `signer-unavailable` when nobody answers
 */
export async function openSigner(locator: string, options: OpenOptions): Promise<OpenedSigner> {
  const signer = await openByScheme(locator, options);
  const { expectedKeyId } = options;
  if (expectedKeyId === undefined || signer.keyId === expectedKeyId) return signer;
  await signer.close();
  const message = `Expected key ${expectedKeyId} at ${signer.locator}, found ${signer.keyId}. Name the right key, or enrol this one.`;
  throw new FettleError('key-refused', message);
}

async function openByScheme(locator: string, { readSecret, timeoutMs }: OpenOptions): Promise<OpenedSigner> {
  const scheme = schemeOf(locator);
  switch (scheme) {
    case 'file':
      return await (await import('./file/index.ts')).openFileSigner(locator, readSecret);
    case 'pkcs11':
      return await (await import('./pkcs11/index.ts')).openPkcs11Signer(locator, { readSecret, timeoutMs });
    case 'vault':
      return await (await import('./vault/index.ts')).openVaultSigner(locator, { readSecret, timeoutMs });
    case 'awskms':
      return await (await import('./aws-kms/index.ts')).openKmsSigner(locator, { readSecret, timeoutMs });
  }
  throw new FettleError('invalid-input', `Expected a key locator, one of ${locatorExamples}; found "${scheme}:".`);
}
