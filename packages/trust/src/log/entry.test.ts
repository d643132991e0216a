import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditEvent } from '@fettle/model';
import fc from 'fast-check';
import { readBundle, writeBundle } from './bundle.ts';
import { encodeEntry, entryDifferences, entryOf, erasedValues, fieldsToCommit, readEntry } from './entry.ts';

const event: AuditEvent = {
  sequence: 7,
  at: 1_700_000_000_123,
  actor: 'operator:Jane Doe',
  verb: 'rollout.paused',
  object: 'rollout/r1',
  fleet: 'thermostat',
  before: 'aa'.repeat(32),
  after: null,
  reason: 'Jane called from the plant',
};
const salts = { actor: '01'.repeat(32), reason: '02'.repeat(32) };

test('an entry has neither the name of an operator nor free text, in sorted keys', () => {
  const text = encodeEntry(entryOf('acme', event, salts));
  assert.doesNotMatch(text, /Jane|plant/);
  assert.match(
    text,
    /^\{"actor":\{"kind":"operator"\},"before":"(aa){32}","commitments":\{"actor":"[0-9a-f]{64}","reason":/,
  );
  assert.match(text, /"ts":"2023-11-14T22:13:20.123Z","v":1,"verb":"rollout.paused"\}$/);
  assert.deepEqual(readEntry(text), entryOf('acme', event, salts));
});

test('devices, rollouts and the server are named, and an empty reason is not committed to', () => {
  const actorOf = (actor: string) => entryOf('acme', { ...event, actor, reason: '' }, {}).actor;
  assert.deepEqual(actorOf('device:d:1'), { kind: 'device', id: 'd:1' });
  assert.deepEqual(actorOf('server'), { kind: 'server' });
  assert.deepEqual(fieldsToCommit({ actor: 'server', reason: '' }), []);
  assert.deepEqual(fieldsToCommit(event), ['actor', 'reason']);
});

test('an event of every kind of actor is the same as its entry in the log, however that was written', () => {
  const actors = ['server', 'operator:Jane', 'device:d:1', 'rollout:rol_1', 'person:per_1', 'publisher:ci', 'signer'];
  for (const actor of actors) {
    const read = readEntry(encodeEntry(entryOf('acme', { ...event, actor }, salts)));
    assert.ok(read, actor);
    assert.deepEqual(entryDifferences(read, { ...event, actor }, salts), [], actor);
  }
});

test('every change to an event is found against its entry, and what was erased is not', () => {
  const entry = entryOf('acme', event, salts);
  assert.deepEqual(entryDifferences(entry, event, salts), []);
  const changes: Partial<AuditEvent>[] = [
    { sequence: 8 },
    { at: event.at + 1 },
    { actor: 'operator:John' },
    { actor: 'device:d1' },
    { verb: 'rollout.resumed' },
    { object: 'rollout/r2' },
    { fleet: null },
    { before: null },
    { after: 'bb'.repeat(32) },
    { reason: 'no reason' },
  ];
  for (const change of changes) {
    assert.notDeepEqual(entryDifferences(entry, { ...event, ...change }, salts), [], JSON.stringify(change));
  }
  const { reason, ...rest } = salts;
  assert.deepEqual(entryDifferences(entry, { ...event, reason: erasedValues.reason }, rest), []);
  assert.deepEqual(entryDifferences(entry, { ...event, ...erasedValues }, {}), []);
  assert.deepEqual(entryDifferences(entry, { ...event, reason: 'other' }, rest), ['reason']);
  assert.deepEqual(entryDifferences(entry, event, { reason }), ['actor']);
});

test('text that is not exactly an entry of ours is none', () => {
  const text = encodeEntry(entryOf('acme', event, salts));
  for (const changed of [
    ` ${text}`,
    text.replace('"v":1', '"v":2'),
    text.replace('paused', 'stopped'),
    '{}',
    'x',
    'null',
  ]) {
    assert.equal(readEntry(changed), undefined, changed);
  }
});

test('a bundle of entries reads back, and any other bytes do not', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 20 }), (entries) => {
      const bytes = writeBundle(entries);
      assert.deepEqual(
        readBundle(bytes, entries.length)?.map((one) => [...one]),
        entries.map((one) => [...one]),
      );
      assert.equal(readBundle(bytes, entries.length + 1), undefined);
      assert.equal(readBundle(Buffer.concat([bytes, Uint8Array.of(0)]), entries.length), undefined);
    }),
  );
});
