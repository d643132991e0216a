import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyIdOf } from '@fettle/trust';
import { contextOf } from '../../test/hardening/fake-tree.ts';
import { makeKey, type SigningKey, signedImage, steadyBytes } from '../../test/hardening/signed-images.ts';
import { checkSignature } from './check-signature.ts';
import { type SignatureRule, type SignatureSettings, signatureFacts } from './settings.ts';

const body = steadyBytes(10_000);
const [ours, theirs] = [makeKey(), makeKey()];
const pemOf = ({ publicKey }: SigningKey) => publicKey.export({ type: 'spki', format: 'pem' }).toString();
const rule: SignatureRule = {
  component: 'main',
  deviceType: 'thermostat',
  format: 'mcuboot',
  keys: [pemOf(ours)],
  required: true,
};
const optional = { ...rule, required: false };
const good = await signedImage(ours, '1.2.3');
const strange = await signedImage(theirs, '1.2.3');
const changed = Buffer.from(good);
changed[200] = (changed[200] ?? 0) ^ 1;

const rows: readonly (readonly [string, Uint8Array, SignatureSettings, string, string | undefined])[] = [
  ['signed by the key of the rule', good, { rules: [rule] }, 'pass', undefined],
  ['signed by another key', strange, { rules: [rule] }, 'inconclusive', 'key-unknown'],
  ['signed by another key, where none is required', strange, { rules: [optional] }, 'inconclusive', 'key-unknown'],
  ['that was changed', changed, { rules: [rule] }, 'fail', 'hash-mismatch'],
  ['that was changed, without a rule', changed, {}, 'fail', 'hash-mismatch'],
  ['of another format', body, { rules: [rule] }, 'fail', 'format-mismatch'],
  ['of another format, where none is required', body, { rules: [optional] }, 'pass', 'format-mismatch'],
  ['of another component', strange, { rules: [{ ...rule, component: 'radio' }] }, 'pass', 'no-rule'],
  ['below the counter of the last release', good, { rules: [rule], leastCounter: 8 }, 'fail', 'counter-too-low'],
  ['at the counter of the last release', good, { rules: [rule], leastCounter: 7 }, 'pass', undefined],
  ['whose release before had no counter', good, { rules: [rule], leastCounter: null }, 'pass', undefined],
];
for (const [what, bytes, settings, verdict, code] of rows) {
  test(`an image ${what}: ${verdict}`, async () => {
    const report = await checkSignature(contextOf(bytes), settings);
    assert.equal(report.verdict, verdict, report.summary);
    assert.equal(code === undefined || report.findings.some((finding) => finding.rule === code), true);
    assert.equal(code === undefined, report.findings.length === 0);
  });
}

test('the report names the key that signed, in facts, summary and inputs', async () => {
  const id = keyIdOf(ours.publicKey);
  const report = await checkSignature(contextOf(good), { rules: [rule] });
  assert.deepEqual([report.facts.signedBy, report.facts.goodSignatures], [[id], 1]);
  assert.ok(report.summary.includes(id.slice(0, 16)));
  assert.ok(report.inputs.some(({ version }) => version === id));
  assert.deepEqual(Object.keys(report.facts).sort(), Object.keys(signatureFacts).sort());
});

test('a rule with a private key or a format that is none is refused', async () => {
  const pem = ours.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  for (const wrong of [
    { ...rule, keys: [pem] },
    { ...rule, format: 'exe' },
  ]) {
    await assert.rejects(checkSignature(contextOf(good), { rules: [wrong] }), { code: 'invalid-input' });
  }
});
