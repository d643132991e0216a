import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deploymentStatuses, limits } from '@fettle/model';
import fc from 'fast-check';
import { checkInRequest, checkInResponse, enrolRequest, isTooDeep, reportsRequest, tokenRequest } from './codec.ts';
import type { CheckInRequest, CheckInResponse, ReportMessage } from './messages.ts';

const name = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,8}[a-z0-9]$/);
const sha256 = fc.stringMatching(/^[0-9a-f]{64}$/);
const made = fc.stringMatching(/^dep_[0-9a-hjkmnp-tv-z]{26}$/);
const report: fc.Arbitrary<ReportMessage> = fc.record(
  {
    deployment: made,
    sequence: fc.integer({ min: 1, max: 1_000_000 }),
    status: fc.constantFrom(...deploymentStatuses),
    deviceTime: fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date('2099-01-01') })
      .map((at) => at.toISOString()),
    error: fc.record({
      code: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/),
      class: fc.constantFrom('permanent' as const, 'transient' as const),
      message: fc.string({ maxLength: 100 }),
    }),
    detail: fc.string({ maxLength: 100 }),
  },
  { requiredKeys: ['deployment', 'sequence', 'status'] },
);
const request: fc.Arbitrary<CheckInRequest> = fc.record(
  {
    attributes: fc.dictionary(name, fc.oneof(fc.string({ maxLength: 50 }), fc.integer(), fc.boolean()), {
      noNullPrototype: true,
    }),
    current: fc.dictionary(name, fc.record({ version: fc.constant('1.0.0'), counter: fc.nat(), sha256 }), {
      noNullPrototype: true,
      maxKeys: 4,
    }),
    reports: fc.array(report, { maxLength: 5 }),
  },
  { requiredKeys: ['attributes', 'current'] },
);
const response: fc.Arbitrary<CheckInResponse> = fc.record(
  {
    nextCheckInSeconds: fc.integer({ min: 1, max: 86_400 }),
    serverTime: fc.constant('2026-11-22T10:00:00.000Z'),
    abort: made,
    offer: fc.record(
      {
        deployment: made,
        version: fc.constant('2.0.0'),
        envelope: fc.string({ maxLength: 300 }),
        attempt: fc.integer({ min: 1, max: 9 }),
        artifacts: fc.array(
          fc.record({
            component: name,
            kind: fc.constant('image' as const),
            sha256,
            sizeBytes: fc.nat(),
            url: fc.webPath(),
          }),
          { maxLength: 3 },
        ),
        demands: fc.record(
          {
            notInUse: fc.boolean(),
            minBatteryPercent: fc.integer({ min: 0, max: 100 }),
            mainsPower: fc.boolean(),
            unmeteredLink: fc.boolean(),
            consent: fc.boolean(),
          },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: ['deployment', 'version', 'envelope', 'attempt', 'artifacts'] },
    ),
    acknowledged: fc.array(fc.record({ deployment: made, sequence: fc.integer({ min: 1 }) }), { maxLength: 3 }),
  },
  { requiredKeys: ['nextCheckInSeconds', 'serverTime'] },
);

test('a check-in that was encoded is decoded to the same', () => {
  fc.assert(
    fc.property(request, (message) => {
      assert.deepEqual(checkInRequest.decode(checkInRequest.encode(message)), {
        ok: true,
        value: structuredClone(message),
      });
    }),
  );
});

test('an answer that was encoded is decoded to the same', () => {
  fc.assert(
    fc.property(response, (message) => {
      assert.deepEqual(checkInResponse.decode(checkInResponse.encode(message)), {
        ok: true,
        value: structuredClone(message),
      });
    }),
  );
});

test('any text is decoded or refused with a reason, never thrown at', () => {
  for (const codec of [checkInRequest, reportsRequest, enrolRequest, tokenRequest]) {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => typeof codec.decode(text).ok === 'boolean'));
  }
});

test('fields that a newer side adds are no reason to refuse', () => {
  const text = JSON.stringify({ attributes: {}, current: {}, colour: 'red' });
  assert.ok(checkInRequest.decode(text).ok);
});

test('a demand that a newer server makes is no reason to refuse the offer', () => {
  const offer = { deployment: `dep_${'0'.repeat(26)}`, version: '2.0.0', envelope: '{}', artifacts: [], attempt: 1 };
  const answer = { nextCheckInSeconds: 1, serverTime: 'x', offer: { ...offer, demands: { moonPhase: 'full' } } };
  assert.ok(checkInResponse.decode(JSON.stringify(answer)).ok);
});

test('limits on count, length and depth hold, and the refusal names the place', () => {
  const many = Object.fromEntries(Array.from({ length: limits.attributesPerDevice + 1 }, (_, i) => [`a${i}`, 1]));
  const long = { a: 'x'.repeat(limits.attributeValueLength + 1) };
  for (const attributes of [many, long, { 'a b': 1 }, { a: null }, { a: [] }]) {
    const decoded = checkInRequest.decode(JSON.stringify({ attributes, current: {} }));
    assert.equal(decoded.ok, false);
    assert.match(decoded.ok ? '' : decoded.path, /^\/attributes/);
  }
  const deep = `{"attributes":{},"current":{},"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
  assert.equal(checkInRequest.decode(deep).ok, false);
});

test('depth is counted outside strings only', () => {
  assert.ok(isTooDeep('[[[1]]]', 2));
  assert.ok(!isTooDeep('[["[[[[\\"[["]]', 2));
});
