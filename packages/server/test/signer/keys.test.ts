import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { tenantId } from '@fettle/model';
import { generateKeyPem, signerFromPem, tufKeyOf } from '@fettle/trust';
import { keyRoles } from '../../src/signer/keys/key-roles.ts';
import { openTestSigner } from './open-signer.ts';
import { testTenant } from './signed-repositories.ts';

const other = tenantId('other');

test('the keys of a tenant are made at the first question, for nobody else to read, and stay', async (t) => {
  const signer = await openTestSigner(t);
  const keys = await signer.client.keys(testTenant);
  const folder = join(signer.folder, 'tenants', testTenant);
  assert.equal(statSync(signer.folder).mode & 0o777, 0o700);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.deepEqual(readdirSync(folder).sort(), keyRoles.map((role) => `${role}.pem`).sort());
  for (const file of readdirSync(folder)) assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600);
  await signer.restart();
  assert.deepEqual(await signer.client.keys(testTenant), keys);
});

test('no key serves two roles or two tenants', async (t) => {
  const signer = await openTestSigner(t);
  const all = [await signer.client.keys(testTenant), await signer.client.keys(other)].flatMap(
    ({ image, director, time }) => [...Object.values(image), ...Object.values(director), time],
  );
  assert.equal(new Set(all.map(({ keyid }) => keyid)).size, 12);
});

test('a key that is lost is not made anew silently, but when somebody says so', async (t) => {
  const signer = await openTestSigner(t);
  const { time } = await signer.client.keys(testTenant);
  const file = join(signer.folder, 'tenants', testTenant, 'time.pem');
  const kept = readFileSync(file);
  rmSync(file);
  await signer.restart();
  await assert.rejects(signer.client.keys(testTenant), { code: 'not-found', message: /--replace-key default\/time/ });
  writeFileSync(file, kept, { mode: 0o600 });
  assert.deepEqual((await signer.client.keys(testTenant)).time, time);
  await signer.restart({ replace: [{ tenant: testTenant, role: 'time' }] });
  assert.notEqual((await signer.client.keys(testTenant)).time.keyid, time.keyid);
  // The old one is put aside, not destroyed.
  const aside = readdirSync(join(signer.folder, 'tenants', testTenant)).filter((name) => name.includes('.replaced-'));
  assert.equal(aside.length, 1);
});

test('a key file that was exchanged is refused, and so is one that others may read', async (t) => {
  const signer = await openTestSigner(t);
  await signer.client.keys(testTenant);
  const file = join(signer.folder, 'tenants', testTenant, 'director-targets.pem');
  const kept = readFileSync(file);
  writeFileSync(file, generateKeyPem().privateKeyPem);
  await signer.restart();
  await assert.rejects(signer.client.keys(testTenant), { code: 'key-refused' });
  rmSync(file);
  writeFileSync(file, kept, { mode: 0o644 });
  await assert.rejects(signer.client.keys(testTenant), { code: 'invalid-input', message: /0600/ });
});

test('a key that is held elsewhere signs for its role, and is opened at the start', async (t) => {
  const signer = await openTestSigner(t);
  const { privateKeyPem } = generateKeyPem('ecdsa-p256');
  const file = join(signer.folder, 'elsewhere.pem');
  writeFileSync(file, privateKeyPem, { mode: 0o600 });
  await signer.restart({ locators: new Map([['other/director-targets', `file:${file}`]]) });
  const { director } = await signer.client.keys(other);
  assert.deepEqual(director.targets, tufKeyOf(signerFromPem(privateKeyPem).publicKey));
  // The same key for another tenant would let a signature of the one stand for the other.
  await assert.rejects(signer.restart({ locators: new Map([['third/time', `file:${file}`]]) }), {
    code: 'key-refused',
    message: /other\/director-targets/,
  });
  await assert.rejects(signer.restart({ locators: new Map([['third/time', 'file:/nowhere.pem']]) }), {
    code: 'not-found',
  });
});
