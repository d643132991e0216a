import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { limits } from '@fettle/model';
import { native } from '@fettle/protocol';
import { emptyJournal, type Journal } from './journal.ts';
import { acknowledge, dropReport, nextReports, reportOutcome, reportWork } from './reports.ts';
import { startWork } from './transitions.ts';

const deployment = 'dep_00000000000000000000000001';
const atWork: Journal = startWork(
  emptyJournal,
  { deployment, version: '2', counter: 2, securityFloor: 0, artifacts: [], from: 'a' },
  { now: 0, bootId: 'boot-1' },
);

describe('reports', () => {
  test('sequence numbers rise by one with every report', () => {
    let journal = atWork;
    for (let n = 0; n < 3; n++) journal = reportWork(journal, { status: 'installing' }, 0);
    assert.deepEqual(
      journal.reports.map(({ sequence }) => sequence),
      [1, 2, 3, 4],
    );
  });

  test('progress is replaced by the next progress, and by nothing else', () => {
    let journal = atWork;
    for (let n = 1; n <= 50; n++)
      journal = reportWork(journal, { status: 'downloading', detail: `${n} %`, progress: true }, 0);
    assert.deepEqual(
      journal.reports.map(({ detail }) => detail),
      ['', '50 %'],
    );
  });

  test('the queue is bounded, and outcomes outlive everything else', () => {
    let journal = atWork;
    const id = (n: number) => `dep_${String(n).padStart(26, '0')}`;
    for (let n = 0; n < 100; n++) {
      journal = reportWork(journal, { status: 'installing' }, 0);
      journal = reportOutcome(journal, { deployment: id(n), sequence: 9, status: 'failed' }, 0);
    }
    assert.equal(journal.reports.length, 128);
    assert.equal(journal.reports.filter(({ weight }) => weight === 'outcome').length, 100);
    assert.ok(journal.droppedReports > 0);
    assert.ok(journal.finished.length <= 16);
  });

  test('an acknowledgement drops that deployment up to that sequence', () => {
    const journal = reportWork(atWork, { status: 'installing' }, 0);
    assert.deepEqual(
      acknowledge(journal, [{ deployment, sequence: 1 }]).reports.map(({ sequence }) => sequence),
      [2],
    );
    assert.equal(acknowledge(journal, []), journal);
    const other = { deployment: 'dep_00000000000000000000000002', sequence: 99 };
    assert.equal(acknowledge(journal, [other]), journal);
  });

  test('a dropped report is counted', () => {
    const [first] = nextReports(atWork);
    assert.ok(first);
    const after = dropReport(atWork, first);
    assert.deepEqual([after.reports.length, after.droppedReports], [0, 1]);
  });

  test('a batch fits a message however long the details are, and is valid', () => {
    let journal = atWork;
    for (let n = 0; n < 100; n++)
      journal = reportWork(journal, { status: 'checking', detail: '"\u00e4\n'.repeat(3_000) }, 0);
    const batch = nextReports(journal);
    assert.ok(batch.length > 0 && batch.length < 64);
    const text = native.reportsRequest.encode({ reports: batch });
    assert.ok(Buffer.byteLength(text) <= limits.deviceBodyBytes);
    assert.equal(native.reportsRequest.decode(text).ok, true);
  });
});
