import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSigner, secretReader } from '@fettle/signers';
import { readPublicKey, verifySignature } from '@fettle/trust';
import nodeVault from 'node-vault';
import { startVaultDouble, type VaultDouble } from '../../contract/signers/vault-double.ts';
import { secondJudgeAccepts } from '../openssl/second-judge.ts';

// The third-party client `node-vault` against the double that our own signer is tested with: a double that only
// pleases us would please nobody else.
const message = Buffer.from('release 7');
const input = message.toString('base64');

async function withVault(act: (vault: VaultDouble, client: nodeVault.client) => Promise<void>): Promise<void> {
  const vault = await startVaultDouble();
  try {
    const endpoint = vault.server.address;
    await act(vault, nodeVault({ endpoint, token: vault.rootToken, namespace: vault.namespace }));
  } finally {
    await vault.server.close();
  }
}

test('node-vault logs in by AppRole and its token works', () =>
  withVault(async (vault) => {
    const client = nodeVault({ endpoint: vault.server.address });
    const { auth } = await client.approleLogin({ role_id: vault.roleId, secret_id: vault.secretId });
    assert.match(auth.client_token, /^hvs\./);
    await client.write('transit/keys/targets', { type: 'ed25519' });
    const { data } = await client.read('transit/keys/targets');
    assert.equal(data.latest_version, 1);
    assert.equal((await client.tokenRenewSelf()).auth.client_token, auth.client_token);
  }));

test('a signature that node-vault asks for is accepted by openssl, and by Vault itself', () =>
  withVault(async (_vault, client) => {
    for (const [type, options] of [
      ['ecdsa-p256', { marshaling_algorithm: 'asn1' }],
      ['rsa-3072', { signature_algorithm: 'pss', salt_length: 'hash' }],
    ] as const) {
      await client.write(`transit/keys/${type}`, { type });
      const { data } = await client.write(`transit/sign/${type}/sha2-256`, { input, ...options });
      const { data: key } = await client.read(`transit/keys/${type}`);
      const publicKey = readPublicKey(key.keys['1'].public_key);
      const signature = Buffer.from(data.signature.replace('vault:v1:', ''), 'base64');
      assert.ok(secondJudgeAccepts(publicKey, message, signature), type);
      const asked = { input, signature: data.signature, ...options };
      assert.equal((await client.write(`transit/verify/${type}/sha2-256`, asked)).data.valid, true);
      const other = { ...asked, input: Buffer.from('release 8').toString('base64') };
      assert.equal((await client.write(`transit/verify/${type}/sha2-256`, other)).data.valid, false);
    }
  }));

test('node-vault and our signer see the same key and accept each other', () =>
  withVault(async (vault, client) => {
    await client.write('transit/keys/targets', { type: 'ed25519' });
    const readSecret = secretReader({ environment: { TOKEN: vault.rootToken } });
    const place = `address=${vault.server.address}&namespace=${vault.namespace}&secret-source=env:TOKEN`;
    const signer = await openSigner(`vault:targets?${place}`, { readSecret });
    const ours = Buffer.from(await signer.sign(message)).toString('base64');
    const verified = await client.write('transit/verify/targets', { input, signature: `vault:v1:${ours}` });
    assert.equal(verified.data.valid, true);
    const { data } = await client.write('transit/sign/targets', { input });
    const theirs = Buffer.from(data.signature.replace('vault:v1:', ''), 'base64');
    assert.ok(verifySignature(signer.publicKey, message, theirs));
    await signer.close();
  }));

test('several inputs are signed in one call, and a bad one fails alone', () =>
  withVault(async (_vault, client) => {
    await client.write('transit/keys/targets', { type: 'ed25519' });
    const batch_input = [{ input, reference: 'good' }, { reference: 'bad' }];
    const { data } = await client.write('transit/sign/targets', { batch_input });
    const [good, bad] = data.batch_results;
    assert.match(good.signature, /^vault:v1:/);
    assert.deepEqual([good.reference, bad.reference], ['good', 'bad']);
    assert.match(bad.error, /input/);
  }));

test('refusals reach node-vault in the shape that it expects', () =>
  withVault(async (vault, client) => {
    const statusOf = async (work: Promise<unknown>) => {
      const error = await work.then(
        () => assert.fail('expected a refusal'),
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof Error && 'response' in error);
      return (error.response as { statusCode: number }).statusCode;
    };
    assert.equal(await statusOf(client.read('transit/keys/nobody')), 404);
    assert.equal(await statusOf(client.write('transit/sign/nobody', { input })), 400);
    const stranger = nodeVault({ endpoint: vault.server.address, token: 'hvs.stranger' });
    assert.equal(await statusOf(stranger.read('transit/keys/nobody')), 403);
    vault.sealed = true;
    assert.equal(await statusOf(client.read('transit/keys/nobody')), 503);
  }));
