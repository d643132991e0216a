import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Inspection } from './inspection.ts';
import { judgeImage } from './judge.ts';
import type { ImageDemand } from './judgement.ts';

const [ours, theirs] = ['a'.repeat(64), 'b'.repeat(64)];
const signature = { what: 'image', algorithm: 'ecdsa', keyId: ours, keyHint: null, verdict: 'ok' } as const;
const good: Inspection = {
  format: 'mcuboot',
  version: '1.2.3+45',
  counter: 7,
  hardwareIds: ['class:1', 'class:2'],
  hashes: [{ what: 'image', algorithm: 'sha256', ok: true }],
  signatures: [signature],
  unsigned: [],
  encrypted: false,
  layers: [],
  warnings: [],
};
const { version: _version, counter: _counter, ...silent } = good;

test('an image that is all that is demanded passes, with a sentence for each thing', () => {
  const demand = {
    format: 'mcuboot',
    signedBy: [theirs, ours],
    minCounter: 7,
    hardwareId: 'class:2',
    version: '1.2.3',
  } as const;
  const { verdict, findings } = judgeImage(good, demand);
  assert.equal(verdict, 'pass');
  const codes = ['hash-ok', 'format-ok', 'signature-ok', 'counter-ok', 'hardware-ok', 'version-ok'];
  assert.deepEqual(
    findings.map(({ code }) => code),
    codes,
  );
});

const other = { ...signature, keyId: theirs };
const rows: readonly (readonly [string, Inspection, ImageDemand, string, string])[] = [
  ['broken', { ...good, problem: { code: 'overlap', message: 'x' } }, {}, 'fail', 'malformed'],
  [
    'of another hash',
    { ...good, hashes: [{ what: 'image', algorithm: 'sha256', ok: false }] },
    {},
    'fail',
    'hash-mismatch',
  ],
  [
    'badly signed although nobody asks',
    { ...good, signatures: [{ ...signature, verdict: 'bad' }] },
    {},
    'fail',
    'signature-bad',
  ],
  ['of another format', good, { format: 'esp32' }, 'fail', 'format-mismatch'],
  ['not signed', { ...good, signatures: [], unsigned: ['image'] }, { signedBy: [ours] }, 'fail', 'signature-missing'],
  ['without parts', { ...good, signatures: [] }, { signedBy: [ours] }, 'fail', 'signature-missing'],
  [
    'signed by a key that is not allowed',
    { ...good, signatures: [other] },
    { signedBy: [ours] },
    'fail',
    'key-not-allowed',
  ],
  ['signed, but no key is allowed', good, { signedBy: [] }, 'fail', 'key-not-allowed'],
  [
    'badly signed',
    { ...good, signatures: [{ ...signature, verdict: 'bad' }] },
    { signedBy: [ours] },
    'fail',
    'signature-bad',
  ],
  [
    'signed by an unknown key',
    { ...good, signatures: [{ ...other, verdict: 'unknown-key' }] },
    { signedBy: [theirs] },
    'inconclusive',
    'key-unknown',
  ],
  [
    'signed in a way nobody checks',
    { ...good, signatures: [{ ...other, verdict: 'unchecked' }] },
    { signedBy: [ours] },
    'inconclusive',
    'signature-unchecked',
  ],
  [
    'encrypted',
    { ...good, encrypted: true, signatures: [{ ...other, verdict: 'unchecked' }] },
    { signedBy: [ours] },
    'inconclusive',
    'encrypted',
  ],
  [
    'of a format without signatures',
    { ...good, format: 'uf2' },
    { signedBy: [ours] },
    'inconclusive',
    'format-without-signature',
  ],
  [
    'raw',
    { ...silent, format: 'raw', signatures: [] },
    { signedBy: [ours] },
    'inconclusive',
    'format-without-signature',
  ],
  ['too old', good, { minCounter: 8 }, 'fail', 'counter-too-low'],
  ['without its counter', silent, { minCounter: 0 }, 'fail', 'counter-missing'],
  [
    'of a format without counters',
    { ...silent, format: 'fit' },
    { minCounter: 0 },
    'inconclusive',
    'format-without-counter',
  ],
  ['for other hardware', good, { hardwareId: 'class:3' }, 'fail', 'hardware-mismatch'],
  [
    'silent about hardware',
    { ...good, hardwareIds: [] },
    { hardwareId: 'class:3' },
    'inconclusive',
    'hardware-not-stated',
  ],
  ['of another version', good, { version: '1.2.4' }, 'fail', 'version-mismatch'],
  ['of another build', good, { version: '1.2.3+44' }, 'fail', 'version-mismatch'],
  ['silent about its version', silent, { version: '1.2.3' }, 'inconclusive', 'version-not-stated'],
];
for (const [what, inspection, demand, verdict, code] of rows) {
  test(`an image that is ${what} gets ${verdict} for ${code}`, () => {
    const judgement = judgeImage(inspection, demand);
    assert.equal(judgement.verdict, verdict);
    assert.ok(judgement.findings.some((finding) => finding.code === code && finding.verdict === verdict));
  });
}

test('versions are the same with a "v" and with all of their build', () => {
  for (const version of ['1.2.3', 'v1.2.3', '1.2.3+45', 'v1.2.3+45']) {
    assert.equal(judgeImage(good, { version }).verdict, 'pass');
  }
  assert.equal(judgeImage({ ...good, version: 'v1.2.3' }, { version: '1.2.3' }).verdict, 'pass');
});

test('a failure outweighs what is unclear, and a broken image is judged by nothing else', () => {
  assert.equal(judgeImage(silent, { version: '1.2.3', format: 'esp32' }).verdict, 'fail');
  const broken = { ...good, problem: { code: 'limit', message: 'x' } } as const;
  const demand = { signedBy: [ours], minCounter: 1, hardwareId: 'class:1', version: '1.2.3' };
  assert.deepEqual(
    judgeImage(broken, demand).findings.map(({ code }) => code),
    ['malformed'],
  );
});

test('one good signature of several is enough when no other one is bad', () => {
  const stranger = { ...other, verdict: 'unknown-key' } as const;
  assert.equal(judgeImage({ ...good, signatures: [stranger, signature] }, { signedBy: [ours] }).verdict, 'pass');
  const bad = { ...other, verdict: 'bad' } as const;
  assert.equal(judgeImage({ ...good, signatures: [bad, signature] }, { signedBy: [ours] }).verdict, 'fail');
});
