import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Contacts } from './contacts.ts';
import type { RecordedDevice } from './recording.ts';
import { Sharing } from './sharing.ts';
import { usualAttempt } from './usual-attempt.ts';

function makeDevice(revision: string): RecordedDevice {
  const attempt = usualAttempt('2.0.0', 1);
  const error = { code: 'refused', class: 'permanent', message: `by ${revision}` } as const;
  const failed = { ms: 1, isCheckIn: true, reports: [{ back: 0, sequence: 9, status: 'failed', error } as const] };
  return {
    device: {} as RecordedDevice['device'],
    skewSeconds: 0,
    says: [{ at: 0, attributes: { 'hardware-revision': revision } }],
    contacts: Contacts.of([]),
    attempts: [{ ...attempt, tells: [...attempt.tells, failed] }],
  };
}

test('devices that say and report the same share it, and nothing of what they say is changed', () => {
  const sharing = new Sharing();
  const devices = ['r1', 'r1', 'r2'].map((revision) => sharing.device(makeDevice(revision)));
  assert.deepEqual(devices, ['r1', 'r1', 'r2'].map(makeDevice));
  const [one, same, other] = devices;
  assert.equal(one?.says[0]?.attributes, same?.says[0]?.attributes);
  assert.notEqual(one?.says[0]?.attributes, other?.says[0]?.attributes);
  assert.equal(one?.attempts[0]?.tells[0]?.reports, other?.attempts[0]?.tells[0]?.reports);
});
