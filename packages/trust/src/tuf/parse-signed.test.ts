import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openMetadata, openPayload } from './open-metadata.ts';
import { parsePayload, parseSigned } from './parse-signed.ts';
import { Refusal, type TufProblem } from './problem.ts';
import { testFleet } from './testing/test-fleet.ts';

const seeded = { seed: 20_264, numRuns: 500 };
const keyid = 'ab'.repeat(32);
const envelope = (signed: string, signatures = '[]') => `{"signatures":${signatures},"signed":${signed}}`;

test('the signed bytes are those that came, wherever white space stands around them', () => {
  const text = ` {\n "signed" : {"a":"x","b":[1]} ,\t"signatures":[{"sig":"00ff","keyid":"${keyid}","more":1}],"note":1.5}`;
  const file = parseSigned(Buffer.from(text.replace('1.5', '15')), 1_000);
  assert.equal(Buffer.from(file.signedBytes).toString(), '{"a":"x","b":[1]}');
  assert.deepEqual(file.signatures, [{ keyid, sig: '00ff' }]);
});

test('a line feed stands escaped in the file and raw in what is signed', () => {
  const file = parseSigned(Buffer.from(envelope('{"a":"x\\ny"}')), 1_000);
  assert.equal(Buffer.from(file.signedBytes).toString(), '{"a":"x\ny"}');
  assert.deepEqual(parsePayload(file.signedBytes, 1_000), { a: 'x\ny' });
});

const refused: readonly (readonly [string, string, TufProblem])[] = [
  ['no object', '[]', 'metadata-malformed'],
  ['nothing', '', 'metadata-malformed'],
  ['something behind it', `${envelope('{}')} x`, 'metadata-malformed'],
  ['a member twice, in depth', envelope('{"a":{"b":1,"b":1}}'), 'metadata-malformed'],
  ['signed twice', '{"signatures":[],"signed":{},"signed":{}}', 'metadata-malformed'],
  ['a fraction', envelope('{"a":1.0}'), 'metadata-malformed'],
  ['an exponent', envelope('{"a":1e3}'), 'metadata-malformed'],
  ['minus zero', envelope('{"a":-0}'), 'metadata-malformed'],
  ['a leading zero', envelope('{"a":01}'), 'metadata-malformed'],
  ['a number above 2^53', envelope('{"a":9007199254740993}'), 'metadata-malformed'],
  ['a prototype', envelope('{"__proto__":{}}'), 'metadata-malformed'],
  ['too deep', envelope(`{"a":${'['.repeat(20)}${']'.repeat(20)}}`), 'metadata-malformed'],
  ['very deep', envelope(`{"a":${'['.repeat(100_000)}`), 'metadata-malformed'],
  ['a raw control character', envelope('{"a":"\u0001"}'), 'metadata-malformed'],
  ['an unknown escape', envelope('{"a":"\\x41"}'), 'metadata-malformed'],
  ['an open string', '{"a":"', 'metadata-malformed'],
  ['no signatures', '{"signed":{}}', 'metadata-malformed'],
  ['a keyid in capitals', envelope('{}', `[{"keyid":"${keyid.toUpperCase()}","sig":""}]`), 'metadata-malformed'],
  [
    'a keyid twice',
    envelope('{}', `[${`{"keyid":"${keyid}","sig":""},`.repeat(2).slice(0, -1)}]`),
    'metadata-malformed',
  ],
  ['half a byte', envelope('{}', `[{"keyid":"${keyid}","sig":"0"}]`), 'metadata-malformed'],
  ['65 signatures', envelope('{}', JSON.stringify(new Array(65).fill({}))), 'metadata-malformed'],
  ['members out of order', envelope('{"b":1,"a":1}'), 'metadata-not-canonical'],
  ['an escape that is not needed', envelope('{"a":"\\u0041"}'), 'metadata-not-canonical'],
  ['a slash that is escaped', envelope('{"a":"\\/"}'), 'metadata-not-canonical'],
  ['text that is not NFC', envelope('{"a":"e\u0301"}'), 'metadata-not-canonical'],
  ['half a surrogate pair', envelope('{"a":"\\ud800"}'), 'metadata-not-canonical'],
  ['an escaped tab', envelope('{"a":"\\t"}'), 'metadata-not-canonical'],
];

for (const [name, text, code] of refused) {
  test(`${name}: ${code}`, () => {
    assert.throws(
      () => parseSigned(Buffer.from(text), 1_000_000),
      (error) => error instanceof Refusal && error.code === code,
    );
  });
}

test('bytes that are not UTF-8, and more bytes than allowed', () => {
  const code = (expected: TufProblem) => (error: unknown) => error instanceof Refusal && error.code === expected;
  assert.throws(() => parseSigned(Buffer.from([0x7b, 0xff]), 10), code('metadata-malformed'));
  assert.throws(() => parseSigned(Buffer.from(`\ufeff${envelope('{}')}`), 100), code('metadata-malformed'));
  assert.throws(() => parseSigned(Buffer.from(envelope('{}')), 10), code('metadata-too-large'));
  assert.throws(() => parsePayload(Buffer.from('{"a":"\\n"}'), 100), code('metadata-not-canonical'));
});

test('random bytes and mutated metadata give a verdict, never an exception', async () => {
  const { image } = await testFleet();
  const files = [...image.files.values()].map((bytes) => Buffer.from(bytes));
  const mutated = fc
    .tuple(fc.constantFrom(...files), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat())
    .map(([file, changes, cut]) => {
      const copy = Buffer.from(file);
      for (const [at, byte] of changes) copy[at % copy.length] = byte;
      return cut % 3 === 0 ? copy.subarray(0, cut % copy.length) : copy;
    });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated), (bytes) => {
      assert.equal(typeof openMetadata(bytes).ok, 'boolean');
      assert.equal(typeof openPayload(bytes).ok, 'boolean');
    }),
    seeded,
  );
});

test('a string of five million characters and a list of half a million entries are read or refused, not choked on', () => {
  const long = parseSigned(Buffer.from(envelope(`{"a":"${'x'.repeat(4_900_000)}"}`)), 5_000_000);
  assert.equal((long.signed.a as string).length, 4_900_000);
  const wide = openMetadata(Buffer.from(envelope(`{"a":[${'1,'.repeat(600_000)}1]}`)));
  assert.equal(wide.ok === false && wide.code, 'metadata-malformed');
});
