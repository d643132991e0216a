import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesSource } from '@fettle/images';
import { makeSet, osvRecord } from '../../../test/vulnerabilities/small-data.ts';
import { importOsv } from '../imports/import-osv.ts';
import { openStoredSet } from './open-stored-set.ts';

const record = (name: string) => JSON.stringify(osvRecord('CVE-2026-1', { ecosystem: 'Debian:12', name }));

test('a data set is opened under its own name, and no other in its place, however sound', async () => {
  const [own, other] = [await makeSet(importOsv, record('openssl')), await makeSet(importOsv, record('bash'))];
  const opened = await openStoredSet(bytesSource(own.bytes), own.set.digest);
  assert.deepEqual([opened.digest, opened.header.records], [own.set.digest, 1]);
  await assert.rejects(openStoredSet(bytesSource(other.bytes), own.set.digest), {
    code: 'digest-mismatch',
    message: /somebody changed the file/,
  });
  const flipped = Buffer.from(own.bytes);
  flipped[20] = (flipped[20] ?? 0) ^ 1;
  await assert.rejects(openStoredSet(bytesSource(flipped), own.set.digest), { code: 'digest-mismatch' });
});
