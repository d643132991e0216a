import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Contacts, ContactTable, never } from './contacts.ts';

const moments = fc
  .array(fc.oneof(fc.constant(1_000), fc.integer({ min: 1, max: 5_000 })), { maxLength: 60 })
  .map((steps) => {
    let at = 0;
    return steps.map((step) => {
      at += step;
      return at;
    });
  });

test('packed moments are the same moments', () => {
  fc.assert(
    fc.property(moments, (list) => {
      const contacts = Contacts.of(list);
      const found: number[] = [];
      for (let at = contacts.next(0); at !== never; at = contacts.next(at + 1)) found.push(at);
      assert.deepEqual(found, list);
      assert.equal(contacts.count, list.length);
    }),
  );
});

test('the next and the last moment are those that looking at all of them finds', () => {
  fc.assert(
    fc.property(moments, fc.integer({ min: 0, max: 200_000 }), (list, at) => {
      const contacts = Contacts.of(list);
      assert.equal(contacts.next(at), list.find((moment) => moment >= at) ?? never);
      assert.equal(contacts.last(at), list.findLast((moment) => moment <= at) ?? -1);
    }),
  );
});

test('a device that keeps its slot is one run, and its silences are found', () => {
  const slots = Array.from({ length: 300 }, (_, index) => 7 + index * 1_800_000);
  assert.equal(Contacts.of(slots).runs.length, 1);
  const contacts = Contacts.of([0, 10, 20, 500, 510]);
  assert.deepEqual(
    [...contacts.gaps(100)],
    [
      [20, 500],
      [510, never],
    ],
  );
});

test('a table of many devices finds the same moments as the contacts of each', () => {
  const devices = [[0, 10, 20, 35], [], [7], [1, 2, 3, 50, 100, 150]].map((moments) => Contacts.of(moments));
  const table = new ContactTable(devices);
  devices.forEach((contacts, device) => {
    for (let at = -1; at < 160; at++) {
      assert.equal(table.next(device, at), contacts.next(at));
      assert.equal(table.last(device, at), contacts.last(at));
    }
  });
});
