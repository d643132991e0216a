import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { openSigner, secretReader } from '@fettle/signers';
import { verifySignature } from '@fettle/trust';
import { signersContract } from './signers/signers.contract.ts';
import { startVaultDouble, type VaultDouble } from './signers/vault-double.ts';
import { doorOfDouble, doorOfRealVault, openVaultWorld } from './signers/vault-world.ts';

signersContract('Vault transit (double)', () => openVaultWorld(doorOfDouble));

// Whoever has a Vault lets it be judged as well; docs/signers.md says how.
const { FETTLE_TEST_VAULT_ADDRESS: address, FETTLE_TEST_VAULT_TOKEN: token } = process.env;
if (address && token)
  signersContract('Vault transit (real)', () => openVaultWorld(() => doorOfRealVault(address, token)));

const message = Buffer.from('release 7');

async function withVault(act: (vault: VaultDouble) => Promise<void>): Promise<void> {
  const vault = await startVaultDouble();
  try {
    await act(vault);
  } finally {
    await vault.server.close();
  }
}

function makeKey(vault: VaultDouble, name: string, body: object = { type: 'ed25519' }): void {
  assert.equal(vault.transit.answer('POST', `keys/${name}`, { ...body }).status, 200);
}

function open(vault: VaultDouble, key: string, parameters: string) {
  const { roleId, secretId, jwt, rootToken } = vault;
  const readSecret = secretReader({ environment: { SECRET: secretId, JWT: jwt, TOKEN: rootToken, BAD: 'nothing' } });
  const locator = `vault:${key}?address=${vault.server.address}&${parameters.replace('ROLE', roleId)}`;
  return openSigner(locator, { readSecret, timeoutMs: 10_000 });
}

for (const [name, parameters] of [
  ['token', 'secret-source=env:TOKEN'],
  ['AppRole', 'auth=approle&role-id=ROLE&secret-source=env:SECRET'],
  ['JWT', 'auth=jwt&role=fettle&secret-source=env:JWT'],
] as const) {
  test(`login by ${name}, in a namespace, opens a key that signs`, () =>
    withVault(async (vault) => {
      makeKey(vault, 'targets');
      const signer = await open(vault, 'targets', `${parameters}&namespace=team/firmware`);
      assert.ok(verifySignature(signer.publicKey, message, await signer.sign(message)));
      assert.equal(vault.server.seen.at(-1)?.headers['x-vault-namespace'], 'team/firmware');
      await signer.close();
    }));
}

test('a login that Vault refuses is told as such, by both of its statuses', () =>
  withVault(async (vault) => {
    const wrongSecret = open(vault, 'targets', 'auth=approle&role-id=ROLE&secret-source=env:BAD');
    await assert.rejects(wrongSecret, { code: 'not-authenticated' });
    const wrongJwt = open(vault, 'targets', 'auth=jwt&role=fettle&secret-source=env:BAD');
    await assert.rejects(wrongJwt, { code: 'not-authenticated' });
    const wrongRole = open(vault, 'targets', 'auth=jwt&role=nobody&secret-source=env:JWT');
    await assert.rejects(wrongRole, { code: 'not-authenticated' });
  }));

test('a token that was revoked is replaced by one new login, however many signatures met it', () =>
  withVault(async (vault) => {
    makeKey(vault, 'targets');
    const signer = await open(vault, 'targets', 'auth=approle&role-id=ROLE&secret-source=env:SECRET');
    for (const token of vault.tokens.values()) token.valid = false;
    const signatures = await Promise.all(Array.from({ length: 20 }, () => signer.sign(message)));
    assert.ok(signatures.every((signature) => verifySignature(signer.publicKey, message, signature)));
    assert.equal(vault.server.seen.filter(({ path }) => path === '/v1/auth/approle/login').length, 2);
    await signer.close();
  }));

test('a token that somebody replaces in its place is taken from there once the old one is refused', () =>
  withVault(async (vault) => {
    makeKey(vault, 'targets');
    let token = vault.rootToken;
    const locator = `vault:targets?address=${vault.server.address}&secret-source=file:unread`;
    const signer = await openSigner(locator, { readSecret: async () => token, timeoutMs: 10_000 });
    for (const issued of vault.tokens.values()) issued.valid = false;
    await assert.rejects(signer.sign(message), { code: 'forbidden' });
    token = 'hvs.the-next';
    vault.tokens.set(token, { lease: 0, renewable: false, valid: true });
    assert.ok(verifySignature(signer.publicKey, message, await signer.sign(message)));
    await signer.close();
  }));

test('a token is renewed before its lease ends, without a signature asking for it', () =>
  withVault(async (vault) => {
    makeKey(vault, 'targets');
    vault.leaseSeconds = 1;
    const signer = await open(vault, 'targets', 'auth=approle&role-id=ROLE&secret-source=env:SECRET');
    const deadline = AbortSignal.timeout(30_000);
    while (!vault.server.seen.some(({ path }) => path === '/v1/auth/token/renew-self')) {
      await once(vault.server.events, 'request', { signal: deadline });
    }
    assert.ok(verifySignature(signer.publicKey, message, await signer.sign(message)));
    await signer.close();
  }));

test('a key that can be exported, backed up in the clear or derived, or is too weak, is refused', () =>
  withVault(async (vault) => {
    makeKey(vault, 'exportable', { type: 'ed25519', exportable: true });
    makeKey(vault, 'backup', { type: 'ed25519', allow_plaintext_backup: true });
    makeKey(vault, 'derived', { type: 'ed25519', derived: true });
    makeKey(vault, 'weak', { type: 'rsa-2048' });
    makeKey(vault, 'p384', { type: 'ecdsa-p384' });
    for (const name of ['exportable', 'backup', 'derived', 'weak', 'p384']) {
      await assert.rejects(open(vault, name, 'secret-source=env:TOKEN'), { code: 'key-refused' }, name);
    }
    await assert.rejects(open(vault, 'nobody', 'secret-source=env:TOKEN'), { code: 'not-found' });
  }));

test('the version is pinned in the locator, signs on after a rotation, and is refused once it may sign no more', () =>
  withVault(async (vault) => {
    makeKey(vault, 'targets', { type: 'ecdsa-p256' });
    const first = await open(vault, 'targets', 'secret-source=env:TOKEN');
    assert.match(first.locator, /[?&]version=1(?:&|$)/);
    vault.transit.answer('POST', 'keys/targets/rotate', {});
    assert.ok(verifySignature(first.publicKey, message, await first.sign(message)));
    const second = await open(vault, 'targets', 'secret-source=env:TOKEN');
    assert.match(second.locator, /[?&]version=2(?:&|$)/);
    assert.notEqual(second.keyId, first.keyId);
    vault.transit.answer('POST', 'keys/targets/config', { min_encryption_version: 2 });
    await assert.rejects(first.sign(message), { code: 'key-refused' });
    await assert.rejects(open(vault, 'targets', 'version=1&secret-source=env:TOKEN'), { code: 'key-refused' });
    await assert.rejects(open(vault, 'targets', 'version=9&secret-source=env:TOKEN'), { code: 'not-found' });
    await Promise.all([first.close(), second.close()]);
  }));

test('a sealed Vault is away, not a refusal of the login, and an answer of something else is neither', () =>
  withVault(async (vault) => {
    makeKey(vault, 'targets');
    const signer = await open(vault, 'targets', 'secret-source=env:TOKEN');
    vault.sealed = true;
    await assert.rejects(signer.sign(message), { code: 'signer-unavailable' });
    await assert.rejects(open(vault, 'targets', 'auth=approle&role-id=ROLE&secret-source=env:SECRET'), {
      code: 'signer-unavailable',
    });
    vault.sealed = false;
    assert.ok(verifySignature(signer.publicKey, message, await signer.sign(message)));
    await signer.close();
  }));
