import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { deploymentStatuses, deploymentTable, errorCodes, fleetId } from '@fettle/model';
import { native } from '@fettle/protocol';
import { preAuthEncoding, readPublicKey, trustedTime, tufKeyOf, verifyRelease } from '@fettle/trust';

const page = readFileSync(new URL('../../docs/protocols/native.md', import.meta.url), 'utf8');

function block(kind: string): string {
  const found = new RegExp(`\`\`\`${kind}\n([^\`]+)\`\`\``).exec(page)?.[1];
  assert.ok(found, `the page has a block "${kind}"`);
  return found.trim();
}

/** A vector: `name  value` lines. */
function vector(name: string): (field: string) => string {
  const lines = block(`vector ${name}`).split('\n');
  return (field) =>
    lines
      .find((line) => line.startsWith(`${field}  `))
      ?.slice(field.length)
      .trim() ?? assert.fail(field);
}

function keyOfPage() {
  const seed = Buffer.from(vector('enrol')('private key'), 'hex');
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const der = createPublicKey(privateKey.export({ format: 'pem', type: 'pkcs8' })).export({
    format: 'der',
    type: 'spki',
  });
  return { privateKey, der };
}

test('the enrolment vector is what the code computes', () => {
  const { privateKey, der } = keyOfPage();
  const field = vector('enrol');
  assert.equal(der.toString('base64'), field('public key'));
  assert.equal(der.subarray(0, 12).toString('hex'), '302a300506032b6570032100');
  const text = native.enrolProofText({
    tenant: field('tenant'),
    fleet: field('fleet'),
    device: field('device'),
    deviceType: field('device type'),
    publicKey: field('public key'),
  });
  assert.equal(Buffer.from(text).toString('hex'), field('text (hex)'));
  assert.equal(sign(null, Buffer.from(text), privateKey).toString('base64'), field('proof'));
});

test('the token vector is what the code computes', () => {
  const field = vector('token');
  const text = native.tokenProofText({
    tenant: field('tenant'),
    device: field('device'),
    challenge: field('challenge'),
  });
  assert.equal(Buffer.from(text).toString('hex'), field('text (hex)'));
  assert.equal(sign(null, Buffer.from(text), keyOfPage().privateKey).toString('base64'), field('proof'));
});

test('the envelope vector verifies with the key of the page, and its message is as told', () => {
  const envelope = block('vector envelope');
  const key = readPublicKey(keyOfPage().der);
  const verdict = verifyRelease(envelope, { fleet: fleetId('routers'), keys: [key], threshold: 1 });
  assert.ok(verdict.ok);
  assert.deepEqual([verdict.manifest.counter, verdict.manifest.securityFloor], [7, 3]);
  const { payloadType, payload } = JSON.parse(envelope) as { payloadType: string; payload: string };
  const message = Buffer.from(preAuthEncoding(payloadType, Buffer.from(payload, 'base64'))).toString();
  const told = /begins `([^`…]+)…/.exec(page)?.[1];
  assert.ok(told && message.startsWith(told));
});

test('the signed time of the page is what a device takes, and its message is as told', () => {
  const key = readPublicKey(keyOfPage().der);
  const field = vector('time');
  const { nonce } = JSON.parse(block('json timeRequest')) as { nonce: string };
  const answer = JSON.parse(block('json timeResponse')) as { keyid: string; sig: string; time: string };
  assert.equal(answer.sig, field('sig'));
  const message = `{"_type":"fettle-time/1","nonce":"${nonce}","time":"${answer.time}"}`;
  assert.equal(Buffer.from(message).toString('hex'), field('message (hex)'));
  const told = trustedTime({
    floor: 0,
    clock: undefined,
    answer: Buffer.from(JSON.stringify(answer)),
    nonce,
    timeKeys: new Map([[answer.keyid, key]]),
    rootExpiresAt: Date.parse('2030-01-01T00:00:00Z'),
  });
  assert.deepEqual([told.source, told.now], ['answer', Date.parse(answer.time)]);
  assert.equal(tufKeyOf(key).keyid, answer.keyid);
});

const { enrolRequest, enrolResponse, challengeRequest, challengeResponse, tokenRequest, tokenResponse } = native;
const { checkInRequest, checkInResponse, reportsRequest, reportsResponse, timeRequest, timeResponse } = native;
const codecs = { enrolRequest, enrolResponse, challengeRequest, challengeResponse, tokenRequest, tokenResponse };
for (const [name, codec] of Object.entries({
  ...codecs,
  checkInRequest,
  checkInResponse,
  reportsRequest,
  reportsResponse,
  timeRequest,
  timeResponse,
})) {
  test(`the example of ${name} is a valid message`, () => {
    const decoded = codec.decode(block(`json ${name}`));
    assert.ok(decoded.ok, decoded.ok ? '' : decoded.message);
  });
}

test('the example of a problem document is one', () => {
  const example = JSON.parse(block('json problem')) as Record<string, unknown>;
  for (const field of native.problemSchema.required) assert.ok(field in example, field);
  assert.ok(Object.hasOwn(errorCodes, String(example.code)));
});

test('every field of every message is explained', () => {
  const schemas = Object.entries(native).filter(([name]) => name.endsWith('Schema'));
  const fields = new Set(
    schemas.flatMap(([, schema]) => Object.keys((schema as { properties?: object }).properties ?? {})),
  );
  for (const problemOnly of ['type', 'title', 'instance']) fields.delete(problemOnly);
  for (const field of fields) {
    assert.match(page, new RegExp(`\`[^\`]*\\b${field}\\b[^\`]*\``), `${field} is explained on the page`);
  }
});

test('the table of statuses is the table of the model', () => {
  for (const status of deploymentStatuses) {
    const row = new RegExp(`^\\| \`${status}\` \\| (server|device) \\|.*\\| ([^|]*) \\|$`, 'm').exec(page);
    assert.ok(row, `${status} has a row`);
    const { deadlineMs } = deploymentTable[status];
    const told = /(\d+) (min|h)/.exec(row[2] ?? '');
    assert.equal(told ? Number(told[1]) * (told[2] === 'h' ? 3_600_000 : 60_000) : 0, deadlineMs, status);
  }
});

test('every path and every error code on the page exists', () => {
  for (const path of Object.values(native.nativePaths)) assert.ok(page.includes(path), path);
  const told = [...page.matchAll(/^\| [\d, ]+ \| (`[^|]+`) \|/gm)].flatMap(([, cell]) => [
    ...(cell ?? '').matchAll(/`([^`]+)`/g),
  ]);
  assert.ok(told.length >= 15);
  for (const [, code] of told) assert.ok(Object.hasOwn(errorCodes, code ?? ''), `${code} is an error code`);
});
