import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FettleError } from '@fettle/model';
import fc from 'fast-check';
import { encodeCanonical } from './canonical.ts';
import { testSigner } from './testing/test-signer.ts';
import { floorAfterRoot, signTime, timeKeysOf, trustedTime } from './time.ts';
import { tufKeyOf } from './tuf-key.ts';

const hourMs = 3_600_000;
const built = Date.parse('2026-05-01T00:00:00Z');
const real = Date.parse('2026-06-01T12:00:00Z');
const rootExpiresAt = Date.parse('2027-01-01T00:00:00Z');
const nonce = 'ab'.repeat(16);
const key = testSigner();
const timeKeys = timeKeysOf({ time: { keys: [tufKeyOf(key.publicKey)], floor: undefined } });

// Metadata as the matrix needs it: good until tomorrow, frozen since yesterday.
const goodUntil = real + 24 * hourMs;
const frozenSince = real - 24 * hourMs;

const clocks = {
  none: undefined,
  '1970': 0,
  'build date': built,
  now: real,
  '2099': Date.parse('2099-01-01T00:00:00Z'),
  broken: Number.NaN,
  'year 300000': 9e15,
} as const;
const answers = {
  honest: () => signTime(nonce, real, key),
  none: async () => undefined,
  'replayed nonce': () => signTime('cd'.repeat(16), real - 48 * hourMs, key),
  'another key': () => signTime(nonce, real - 48 * hourMs, testSigner()),
  'future, stolen key': () => signTime(nonce, Date.parse('2098-01-01T00:00:00Z'), key),
  garbage: async () => Buffer.from('{"nonce":'),
} as const;

for (const [clockName, clock] of Object.entries(clocks)) {
  for (const [answerName, makeAnswer] of Object.entries(answers)) {
    test(`clock ${clockName}, answer ${answerName}`, async () => {
      const answer = await makeAnswer();
      const evidence = { floor: built, clock, answer, nonce, timeKeys, rootExpiresAt };
      const time = trustedTime(evidence);
      if (answerName === 'honest') {
        assert.equal(time.now, real);
        assert.equal(time.floor, real);
        assert.ok(goodUntil > time.now, 'a good update installs once an answer arrived, whatever the clock says');
        assert.ok(frozenSince <= time.now, 'frozen metadata is found');
      } else if (answerName === 'future, stolen key') {
        assert.equal(time.source, 'answer');
        assert.equal(time.floor, rootExpiresAt, 'what is kept never goes beyond the root');
      } else {
        const usable = clock !== undefined && clock >= built && clock < 9e15;
        assert.deepEqual([time.now, time.source], usable ? [clock, 'clock'] : [built, 'floor']);
        assert.equal(time.floor, built, 'a clock never raises the floor');
        assert.equal(time.problem === undefined, answerName === 'none');
      }
    });
  }
}

test('an answer older than the floor is not taken', async () => {
  const answer = await signTime(nonce, built - hourMs, key);
  const time = trustedTime({ floor: built, clock: undefined, answer, nonce, timeKeys, rootExpiresAt });
  assert.deepEqual(time, { now: built, floor: built, source: 'floor', problem: 'before-floor' });
});

test('after a stolen time key drove the floor up, a newer root that says so lets the device back', async () => {
  const stolen = await signTime(nonce, rootExpiresAt + hourMs, key);
  const { floor } = trustedTime({ floor: built, clock: undefined, answer: stolen, nonce, timeKeys, rootExpiresAt });
  assert.equal(floor, rootExpiresAt);
  const time = { keys: [], floor: real };
  assert.equal(floorAfterRoot(floor, { version: 4 }, { version: 5, time }), real);
  assert.equal(floorAfterRoot(floor, { version: 4 }, { version: 5, time: undefined }), floor);
  assert.equal(floorAfterRoot(floor, { version: 5 }, { version: 5, time }), floor, 'the same root says it only once');
});

test('an old answer to the same nonce, with a changed time, is no answer', async () => {
  const text = Buffer.from(await signTime(nonce, real, key)).toString();
  const answer = Buffer.from(text.replace('2026-06-01', '2026-06-02'));
  const time = trustedTime({ floor: built, clock: undefined, answer, nonce, timeKeys, rootExpiresAt });
  assert.equal(time.problem, 'signature');
});

test('a nonce that is too short to be one is neither answered nor taken', async () => {
  await assert.rejects(signTime('ab', real, key), (error) => error instanceof FettleError);
  const answer = encodeCanonical({
    keyid: tufKeyOf(key.publicKey).keyid,
    nonce: 'ab',
    sig: '',
    time: '2026-06-01T12:00:00Z',
  });
  const time = trustedTime({ floor: built, clock: undefined, answer, nonce: 'ab', timeKeys, rootExpiresAt });
  assert.equal(time.problem, 'other-nonce');
});

test('whatever bytes come as an answer, the floor never falls and nothing is thrown', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (answer) => {
      const time = trustedTime({ floor: built, clock: real, answer, nonce, timeKeys, rootExpiresAt });
      assert.deepEqual([time.now, time.floor, time.source], [real, built, 'clock']);
    }),
    { seed: 20_262 },
  );
});
