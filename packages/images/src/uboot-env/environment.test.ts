import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { type EnvForm, encodeEnvironment, parseEnvironment } from './environment.ts';

const forms: readonly EnvForm[] = ['single', 'redundant'];
const byteText = (least: number, without: string) =>
  fc
    .array(fc.integer({ min: 1, max: 255 }), { minLength: least, maxLength: 24 })
    .map((codes) => String.fromCharCode(...codes))
    .filter((text) => ![...without].some((c) => text.includes(c)));
const anyVariables = fc
  .uniqueArray(fc.tuple(byteText(1, '='), byteText(1, '')), { maxLength: 12, selector: ([name]) => name })
  .map((entries) => new Map(entries));

test('what was encoded is read back, in both forms and any size that holds it', () => {
  const input = [anyVariables, fc.constantFrom(...forms), fc.integer({ min: 0, max: 255 }), fc.nat(3000)] as const;
  fc.assert(
    fc.property(...input, (variables, form, flag, spare) => {
      const sizeBytes = 1024 + spare;
      const copy = encodeEnvironment(variables, { form, sizeBytes, flag });
      assert.equal(copy.length, sizeBytes);
      const expected = { ok: true, variables, flag: form === 'redundant' ? flag : null };
      assert.deepEqual(parseEnvironment(copy, form), expected);
    }),
  );
});

test('random bytes never crash the reader, with a wrong checksum or with a right one', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), fc.constantFrom(...forms), (bytes, form) => {
      assert.equal(typeof parseEnvironment(bytes, form).ok, 'boolean');
      if (bytes.length < 6) return;
      const copy = Buffer.from(bytes);
      copy.writeUInt32LE(crc32(copy.subarray(form === 'redundant' ? 5 : 4)), 0);
      const parsed = parseEnvironment(copy, form);
      assert.equal(parsed.ok || parsed.message.includes('without a name'), true);
    }),
  );
});

test('one changed byte anywhere but in the flag makes a copy invalid', () => {
  const copy = encodeEnvironment(new Map([['slot', 'b']]), { form: 'redundant', sizeBytes: 64, flag: 9 });
  for (let at = 0; at < copy.length; at++) {
    const changed = Uint8Array.from(copy, (byte, i) => (i === at ? byte ^ 0x10 : byte));
    assert.equal(parseEnvironment(changed, 'redundant').ok, at === 4, `byte ${at}`);
  }
});

test('a copy of one form is not valid in the other', () => {
  const single = encodeEnvironment(new Map([['slot', 'b']]), { form: 'single', sizeBytes: 64 });
  assert.equal(parseEnvironment(single, 'redundant').ok, false);
});

test('padding may be any byte, the last of two equal names counts, and a name without a value does not exist', () => {
  const copy = Buffer.alloc(128, 0xff);
  copy.write('slot=a\0gone=1\0slot=b\0gone=\0bare\0\0', 4, 'latin1');
  copy.writeUInt32LE(crc32(copy.subarray(4)), 0);
  assert.deepEqual(parseEnvironment(copy, 'single'), { ok: true, variables: new Map([['slot', 'b']]), flag: null });
});

test('a list that runs to the last byte without an end is read to there', () => {
  const copy = Buffer.alloc(4 + 'slot=b'.length);
  copy.write('slot=b', 4, 'latin1');
  copy.writeUInt32LE(crc32(copy.subarray(4)), 0);
  assert.deepEqual(parseEnvironment(copy, 'single'), { ok: true, variables: new Map([['slot', 'b']]), flag: null });
});

test('copies of an impossible size are refused', () => {
  for (const size of [0, 5, 1_048_577]) assert.equal(parseEnvironment(new Uint8Array(size), 'single').ok, false);
});

test('variables that fill the copy to the last byte fit, one byte more does not', () => {
  const exact = new Map([['n', 'x'.repeat(64 - 4 - 'n='.length - 2)]]);
  assert.equal(parseEnvironment(encodeEnvironment(exact, { form: 'single', sizeBytes: 64 }), 'single').ok, true);
  assert.throws(() => encodeEnvironment(exact, { form: 'redundant', sizeBytes: 64, flag: 0 }), { code: 'too-large' });
});

test('an empty value is left out', () => {
  const copy = encodeEnvironment(
    new Map([
      ['empty', ''],
      ['slot', 'a'],
    ]),
    { form: 'single', sizeBytes: 32 },
  );
  assert.deepEqual(parseEnvironment(copy, 'single'), { ok: true, variables: new Map([['slot', 'a']]), flag: null });
});

test('names, values, sizes and flags that cannot be stored are refused', () => {
  const bad: [string, string][] = [
    ['', 'v'],
    ['a=b', 'v'],
    ['a\0', 'v'],
    ['a', 'v\0'],
    ['ž', 'v'],
    ['a', '☃'],
  ];
  for (const entry of bad) {
    assert.throws(() => encodeEnvironment(new Map([entry]), { form: 'single', sizeBytes: 64 }), {
      code: 'invalid-input',
    });
  }
  for (const sizeBytes of [5, 1_048_577, 64.5, Number.NaN]) {
    assert.throws(() => encodeEnvironment(new Map(), { form: 'single', sizeBytes }), { code: 'invalid-input' });
  }
  for (const flag of [-1, 256, 1.5, null, undefined]) {
    assert.throws(() => encodeEnvironment(new Map(), { form: 'redundant', sizeBytes: 64, flag }), {
      code: 'invalid-input',
    });
  }
});
