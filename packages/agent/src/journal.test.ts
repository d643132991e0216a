import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decodeJournal, emptyJournal, encodeJournal, type Journal, maxJournalBytes } from './journal.ts';
import { startWork } from './transitions.ts';

const artifacts = [{ component: 'rootfs', sha256: 'a'.repeat(64), sizeBytes: 5, url: '/x' }];
const accepted = {
  deployment: 'dep_00000000000000000000000001',
  version: '2.0.0',
  counter: 2,
  securityFloor: 1,
  artifacts,
  from: 'a',
  demands: { notInUse: true },
} as const;
const full: Journal = startWork(
  {
    ...emptyJournal,
    floor: 3,
    slots: { a: { state: 'known', version: '1', counter: 1, components: {} }, b: { state: 'dirty' } },
  },
  { ...accepted, artifacts: [...artifacts] },
  { now: 0, bootId: 'boot-1' },
);

describe('journal', () => {
  test('decoding gives back what was encoded', () => {
    for (const journal of [emptyJournal, full]) {
      assert.deepEqual(decodeJournal(encodeJournal(journal)), { ok: true, journal });
    }
  });

  test('random bytes never crash the decoder and are never a journal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        assert.equal(decodeJournal(bytes).ok, false);
      }),
    );
  });

  test('one changed byte anywhere is found', () => {
    const bytes = encodeJournal(full);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ change;
        assert.equal(decodeJournal(damaged).ok, false);
      }),
    );
  });

  test('a journal cut off anywhere is found', () => {
    const bytes = encodeJournal(full);
    for (let length = 0; length < bytes.length; length++) {
      assert.equal(decodeJournal(bytes.subarray(0, length)).ok, false);
    }
  });

  test('a right checksum over wrong contents is refused by the schema', () => {
    for (const wrong of [
      { ...emptyJournal, floor: -1 },
      { ...full, work: {} },
    ]) {
      const reading = decodeJournal(encodeJournal(wrong as unknown as Journal));
      assert.equal(reading.ok, false);
    }
  });

  test('what a newer agent has added is kept, and what an older one does not know is not missed', () => {
    const { work } = full;
    assert.ok(work);
    const { demands: _, ...older } = work;
    for (const journal of [
      { ...full, work: { ...work, colour: 'red' }, more: [1] },
      { ...full, work: older },
    ]) {
      assert.deepEqual(decodeJournal(encodeJournal(journal as Journal)), { ok: true, journal });
    }
  });

  test('a journal without end is not read', () => {
    const reading = decodeJournal(Buffer.alloc(maxJournalBytes + 1, 0x20));
    assert.ok(!reading.ok && reading.message.includes('more than'));
  });
});
