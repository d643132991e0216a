import { defaultTimeoutMs, type OpenedSigner, openedSigner } from '../opened-signer.ts';
import type { ReadSecret } from '../secrets.ts';
import { retrying, within } from '../within.ts';
import { readVaultSettings, writeVaultLocator } from './settings.ts';
import { readSignature, readTransitKey, signRequest } from './transit-key.ts';
import { VaultSession } from './vault-session.ts';

export interface VaultOptions {
  readonly readSecret: ReadSecret;
  readonly timeoutMs?: number | undefined;
}

/**
 * Opens a key of Vault's transit engine, at one version, which a rotation does not change.
 * @param locator `vault:KEY` with address, mount, version, namespace, auth, auth-mount, role-id, role, secret-source
 * @throws FettleError `not-found`, `not-authenticated`, `forbidden`, `key-refused`, `signer-unavailable`
 */
export async function openVaultSigner(locator: string, options: VaultOptions): Promise<OpenedSigner> {
  const { readSecret, timeoutMs = defaultTimeoutMs } = options;
  const settings = readVaultSettings(locator);
  const { key, mount, address } = settings;
  const session = new VaultSession(settings, readSecret);
  try {
    const read = { path: `${mount}/keys/${key}` };
    const body = await within((signal) => retrying(() => session.call({ ...read, signal }), { signal }), {
      timeoutMs,
      what: `Vault at ${address}`,
    });
    const transitKey = readTransitKey(body, settings);
    const holder = {
      publicKey: transitKey.publicKey,
      protection: 'service' as const,
      locator: writeVaultLocator(settings, transitKey.version),
      sign: async (message: Uint8Array, signal: AbortSignal) => {
        const call = { path: `${mount}/sign/${key}`, body: signRequest(transitKey, message), signal };
        return readSignature(await retrying(() => session.call(call), { signal }), transitKey, key);
      },
      close: async () => session.close(),
    };
    return openedSigner(holder, timeoutMs);
  } catch (error) {
    session.close();
    throw error;
  }
}
