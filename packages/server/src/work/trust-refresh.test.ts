import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Brain } from '@fettle/control';
import { tenantId } from '@fettle/model';
import { refreshTrust } from './trust-refresh.ts';

const tenants = ['acme', 'broken', 'other', 'worse'].map(tenantId);

/** A brain whose store fails for some tenants; notes for which it was asked. */
function brainOver(broken: readonly string[], asked: string[]): Brain {
  const trustVersions = (tenant: string) => async () => {
    asked.push(tenant);
    if (broken.includes(tenant)) throw new Error(`${tenant} is away`);
    return [];
  };
  const store = {
    tenants: async () => tenants,
    reads: ({ tenant }: { tenant: string }) => ({ trustVersions: trustVersions(tenant) }),
  };
  return { store, signer: {} } as unknown as Brain;
}

test('one tenant that fails does not keep the others waiting, and is told of', async () => {
  const asked: string[] = [];
  await assert.rejects(refreshTrust(brainOver(['broken'], asked)), /broken is away/);
  assert.deepEqual(asked, tenants);
});

test('several failures are told together', async () => {
  await assert.rejects(refreshTrust(brainOver(['broken', 'worse'], [])), (error: unknown) => {
    return error instanceof AggregateError && error.errors.length === 2;
  });
});

test('without a signer nothing is looked at', async () => {
  const asked: string[] = [];
  await refreshTrust({ ...brainOver([], asked), signer: undefined });
  assert.deepEqual(asked, []);
});
