import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { encodeCanonical, encodeTufKey, type JsonObject, type JsonValue, signatureBy, tufKeyOf } from '@fettle/trust';
import { testSigner } from '@fettle/trust/testing';
import { canonicalize } from '@tufjs/canonical-json';
import fc from 'fast-check';
import { need } from '../need.ts';

// Judged by two encoders that others wrote: npm's @tufjs/canonical-json and Debian's python3-securesystemslib.
const seeded = { seed: 20_266, numRuns: 1_000 };
const text = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .filter((given) => given.isWellFormed() && given.normalize('NFC') === given && !/(?!\n)\p{Cc}/u.test(given));
const key = fc.stringMatching(/^[A-Za-z0-9._/-]{1,8}$/).filter((given) => given !== '__proto__');
const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger().map((n) => n + 0),
      text,
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

interface Question {
  readonly key: JsonObject;
  readonly message: string;
  readonly sig: string;
}

function ask(values: readonly JsonValue[], signatures: readonly Question[]) {
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', [join(import.meta.dirname, 'canonical.py')], {
    input: JSON.stringify({ values, signatures }),
    encoding: 'utf8',
    maxBuffer: 64 * 1_024 * 1_024,
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as {
    readonly canonical: readonly string[];
    readonly verified: readonly { readonly keyid: string; readonly good: boolean }[];
  };
}

test('our canonical bytes are those of @tufjs/canonical-json, whatever the value', () => {
  fc.assert(
    fc.property(value, (given) => {
      assert.equal(Buffer.from(encodeCanonical(given)).toString(), canonicalize(given));
    }),
    seeded,
  );
});

const library = '/usr/lib/python3/dist-packages/securesystemslib/formats.py';
if (need('canonical JSON and signatures by securesystemslib', [library])) {
  test('our canonical bytes are those of securesystemslib, whatever the value', () => {
    const values = fc.sample(value, seeded);
    const { canonical } = ask(values, []);
    for (const [i, given] of values.entries()) {
      assert.equal(Buffer.from(encodeCanonical(given)).toString('hex'), canonical[i], JSON.stringify(given));
    }
  });

  test('securesystemslib finds our keyids and signatures good, and changed messages bad', async () => {
    const message = encodeCanonical({ _type: 'targets', note: 'é\n"' });
    const questions: Question[] = [];
    const keyids: string[] = [];
    for (const kind of ['ed25519', 'ecdsa-p256', 'rsa-pss'] as const) {
      const signer = testSigner(kind);
      const tufKey = tufKeyOf(signer.publicKey);
      const { sig } = await signatureBy(message, signer);
      const hex = Buffer.from(message).toString('hex');
      questions.push({ key: encodeTufKey(tufKey), message: hex, sig });
      questions.push({ key: encodeTufKey(tufKey), message: `${hex}20`, sig });
      keyids.push(tufKey.keyid);
    }
    const { verified } = ask([], questions);
    assert.deepEqual(
      verified.map(({ good }) => good),
      [true, false, true, false, true, false],
    );
    for (const [i, keyid] of keyids.entries()) assert.equal(verified[2 * i]?.keyid, keyid);
  });
}
