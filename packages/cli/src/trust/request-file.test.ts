import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FettleError } from '@fettle/model';
import fc from 'fast-check';
import { mostRequestBytes, readRequest, readSignature, writeRequest, writeSignature } from './request-file.ts';

const now = 1_800_000_000_000;
const request = {
  change: 'chg_1',
  origin: 'fettle.example:8450/default',
  repository: 'image',
  role: 'root',
  version: 2,
  payload: Buffer.from('{"_type":"root"}'),
  summary: ['Version 2 of root.'],
  keyids: ['a'.repeat(64)],
  requestedBy: 'operator:ann',
  reason: 'a year is over',
  created: now,
  expires: now + 1_000,
  evidence: { roots: ['{}'], targets: undefined, previous: undefined },
} as const;
const signature = {
  requestSha256: 'b'.repeat(64),
  change: 'chg_1',
  keyid: 'a'.repeat(64),
  sig: 'c0ffee',
  signer: 'ann',
  meaning: 'reviewed',
  time: now,
};
const code = (wanted: string) => (error: unknown) => error instanceof FettleError && error.code === wanted;

test('what was written reads back to the same, and each request is another file', () => {
  const text = writeRequest(request);
  const { nonce, payload, ...rest } = readRequest(text, now);
  const { payload: bytes, ...given } = request;
  assert.deepEqual({ ...rest }, given);
  assert.deepEqual(Buffer.from(payload), bytes);
  assert.match(nonce, /^[0-9a-f]{32}$/);
  assert.notEqual(writeRequest(request), text);
  assert.deepEqual(readSignature(writeSignature(signature)), signature);
});

test('what is too large, too old, changed or unknown is refused', () => {
  assert.throws(() => writeRequest({ ...request, reason: 'x'.repeat(mostRequestBytes) }), code('too-large'));
  const members = JSON.parse(writeRequest(request)) as Record<string, unknown>;
  const read =
    (change: Record<string, unknown>, at = now) =>
    () =>
      readRequest(JSON.stringify({ ...members, ...change }), at);
  assert.throws(read({}, now + 1_000), code('wrong-state'));
  assert.throws(read({ payload: Buffer.from('{}').toString('base64') }), code('digest-mismatch'));
  const wrong: readonly Record<string, unknown>[] = [
    { format: 'fettle-signature/1' },
    { origin: '../x' },
    { repository: 'other' },
    { version: 0 },
    { version: '2' },
    { payload: 'no base64!' },
    { sha256: 'A'.repeat(64) },
    { roots: 'one' },
    { roots: [1] },
    { expires: 'tomorrow' },
    { nonce: 'ab' },
    { unknown: 1 },
    { change: undefined },
  ];
  for (const change of wrong) assert.throws(read(change), code('invalid-input'), JSON.stringify(change));
  for (const text of ['', '[]', 'null', '{', '"x"']) assert.throws(() => readRequest(text, now), code('invalid-input'));
  assert.throws(() => readRequest(' '.repeat(mostRequestBytes + 1), now), code('too-large'));
});

test('random files are refused and do no more', () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.array(fc.string(), { maxLength: 3 }));
  const members = fc.dictionary(fc.constantFrom(...Object.keys(request), ...Object.keys(signature), 'format'), value);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        members.map((one) => JSON.stringify(one)),
      ),
      (text) => {
        for (const read of [() => readRequest(text, now), () => readSignature(text)]) {
          assert.throws(read, (error) => error instanceof FettleError);
        }
      },
    ),
  );
});
