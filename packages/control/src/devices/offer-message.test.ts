import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Demands, type Deployment, defaultPolicy, deviceType } from '@fettle/model';
import { native } from '@fettle/protocol';
import { deploymentNumber, sampleRelease, sampleRollout } from '../../test/samples.ts';
import { offerMessage } from './offer-message.ts';

const deployment = { id: deploymentNumber(1), attempt: 2 } as Deployment;
const demandsOf = (demands: Partial<Demands>) => {
  const policy = { ...defaultPolicy, demands: { ...defaultPolicy.demands, ...demands } };
  const about = { release: sampleRelease(2), rollout: sampleRollout(1, { policy }) };
  const offer = offerMessage(deployment, about, deviceType('board-a'));
  const answer = { nextCheckInSeconds: 1, serverTime: 'now', offer };
  assert.ok(native.checkInResponse.check(answer).ok);
  return offer.demands;
};

test('an offer carries what the rollout demands of the device, and nothing that it does not demand', () => {
  assert.deepEqual(demandsOf({}), { notInUse: true });
  assert.deepEqual(demandsOf({ notInUse: false }), {});
  const all = { mainsPower: true, unmeteredLink: true, consent: true, minBatteryPercent: 0 } as const;
  assert.deepEqual(demandsOf({ ...all, maxClockSkewSeconds: 60, minCertificateDays: 3 }), { ...all, notInUse: true });
});
