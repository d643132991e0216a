import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { FettleError } from '@fettle/model';
import { encodeMetadata, generateKeyPem, signerFromPem, signMetadata, tufKeyOf } from '@fettle/trust';
import { firstPlan, rootOf } from './next-root.ts';
import { keepPin, pinFile, readPin } from './pins.ts';

const home = await mkdtemp(join(tmpdir(), 'fettle-pins-'));
after(() => rm(home, { recursive: true }));
const env = { HOME: home };
const name = { origin: 'fettle.example:8450/default', repository: 'image' } as const;

async function rootText(version: number): Promise<string> {
  const signer = signerFromPem(generateKeyPem().privateKeyPem);
  const key = tufKeyOf(signer.publicKey);
  const holders = { keys: [key], threshold: 1 };
  const online = { targets: undefined, snapshot: key, timestamp: key, time: undefined };
  const root = rootOf(firstPlan('image', { officers: holders, targets: holders }, online), {
    version,
    expiresAt: 1e12,
  });
  return Buffer.from(await signMetadata(encodeMetadata(root), [signer])).toString('utf8');
}

test('a pin goes on to newer roots and never back', async () => {
  assert.equal(await readPin(env, name), undefined);
  const [second, third] = [await rootText(2), await rootText(3)];
  const file = await keepPin(env, name, second);
  assert.equal(await readPin(env, name), second);
  await keepPin(env, name, third);
  await keepPin(env, name, second);
  await keepPin(env, name, await rootText(3));
  assert.equal(await readPin(env, name), third);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.equal(await readPin(env, { ...name, repository: 'director' }), undefined, 'each repository has its own');
});

test('no origin leads out of the folder of pins', () => {
  for (const origin of ['..', '../x', 'a/../b', 'a/b/c', '/etc/passwd', 'host/', 'host/T', '']) {
    assert.throws(
      () => pinFile(env, { ...name, origin }),
      (error) => error instanceof FettleError,
      origin,
    );
  }
  assert.match(pinFile(env, name), /trust\/fettle\.example_8450_default\.image\.root\.json$/);
});
