import { randomUUID } from 'node:crypto';
import { secretReader } from '@fettle/signers';
import type { KeyKind } from '@fettle/trust';
import type { SignerWorld } from './signer-world.ts';
import { startUnsteadyServer, type UnsteadyServer } from './unsteady-server.ts';
import { startVaultDouble } from './vault-double.ts';

const typeOf: Partial<Record<KeyKind, string>> = {
  ed25519: 'ed25519',
  'ecdsa-p256': 'ecdsa-p256',
  'rsa-pss': 'rsa-3072',
};

/** How a Vault is reached: the address of the unsteady door before it, a token, and what has to be closed. */
export interface VaultDoor {
  readonly door: UnsteadyServer;
  readonly token: string;
  close(): Promise<void>;
}

/** The double of this folder. */
export async function doorOfDouble(): Promise<VaultDoor> {
  const vault = await startVaultDouble();
  return { door: vault.server, token: vault.rootToken, close: () => vault.server.close() };
}

/** A Vault of whoever runs the tests, behind a loopback door that can fail; needs a transit engine at `transit`. */
export async function doorOfRealVault(address: string, token: string): Promise<VaultDoor> {
  const door = await startUnsteadyServer(async ({ method, path, headers, body }) => {
    const { host: _host, connection: _connection, 'content-length': _length, ...kept } = headers;
    const sent = method === 'GET' ? {} : { body };
    const answer = await fetch(new URL(path, address), { method, headers: kept, ...sent });
    const text = await answer.text();
    return text === '' ? { status: answer.status } : { status: answer.status, body: JSON.parse(text) };
  });
  return { door, token, close: () => door.close() };
}

export async function openVaultWorld(openDoor: () => Promise<VaultDoor>): Promise<SignerWorld> {
  const { door, token, close } = await openDoor();
  const wrongToken = `hvs.wrong-${randomUUID()}`;
  const call = async (path: string, body: unknown = {}) => {
    const url = `${door.address}/v1/transit/${path}`;
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'x-vault-token': token },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`Vault refused ${path}: ${answer.status} ${await answer.text()}`);
  };
  return {
    kinds: ['ed25519', 'ecdsa-p256', 'rsa-pss'],
    readSecret: secretReader({ environment: { GOOD: token, WRONG: wrongToken } }),
    secrets: [token, wrongToken],
    newKey: async (kind) => {
      const name = `fettle-test-${randomUUID()}`;
      await call(`keys/${name}`, { type: typeOf[kind] });
      return `vault:${name}?address=${door.address}&secret-source=env:GOOD`;
    },
    replaceKey: async (locator) => await call(`keys/${locator.slice('vault:'.length, locator.indexOf('?'))}/rotate`),
    withWrongSecret: (locator) => locator.replace('env:GOOD', 'env:WRONG'),
    goAway: async () => {
      door.mode = 'gone';
    },
    comeBack: async () => {
      door.mode = 'steady';
    },
    stall: {
      stopAnswering: async () => {
        door.mode = 'waiting';
      },
      answerAgain: async () => {
        door.mode = 'steady';
      },
    },
    close,
  };
}
