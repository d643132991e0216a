import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Finding } from '@fettle/model';
import {
  encodeStatement,
  generateKeyPem,
  readPublicKey,
  signEnvelope,
  signerFromPem,
  statementPayloadType,
} from '@fettle/trust';
import { fingerprintOf } from '../core/findings.ts';
import { covers, readWaiver, waiverFrom, waiverPredicate } from './waiver.ts';

const pair = generateKeyPem();
const keys = [readPublicKey(pair.publicKeyPem)];
const subject = [{ name: 'fleet', sha256: 'a'.repeat(64) }];
const given = {
  fleet: 'thermostats',
  gate: 'secrets',
  rule: 'private-key-pem',
  place: 'rootfs!etc/ssl/*',
  reason: 'a key of the test bench, never used in the field',
  author: 'ada@example.com',
  issuedAt: '2026-11-01T00:00:00Z',
  expiresAt: '2026-12-01T00:00:00Z',
};
const day = (text: string) => Date.parse(`2026-${text}T00:00:00Z`);

async function signed(predicate: Record<string, unknown>, predicateType = waiverPredicate): Promise<string> {
  const statement = encodeStatement({ subject, predicateType, predicate });
  return JSON.stringify(await signEnvelope(statementPayloadType, statement, [signerFromPem(pair.privateKeyPem)]));
}

function findingOf(changes: Partial<Finding> = {}): Finding {
  const fingerprint = fingerprintOf('secrets', 'private-key-pem', ['x']);
  const about = { gate: 'secrets', rule: 'private-key-pem', severity: 'critical' } as const;
  return { ...about, place: 'rootfs!etc/ssl/bench.pem', message: 'A key.', fingerprint, ...changes };
}

describe('a waiver', () => {
  it('is read when enough trusted keys signed it', async () => {
    const read = readWaiver(await signed(given), { keys, threshold: 1 });
    assert.ok(read.ok);
    assert.deepEqual([read.waiver.rule, read.waiver.expiresAt], ['private-key-pem', day('12-01')]);
    assert.deepEqual(read.signedBy, [keys[0]?.id]);
  });

  it('is refused when a stranger signed it, it says something else, or its text was changed', async () => {
    const stranger = [readPublicKey(generateKeyPem().publicKeyPem)];
    const envelope = await signed(given);
    assert.equal(readWaiver(envelope, { keys: stranger, threshold: 1 }).ok, false);
    assert.equal(readWaiver(envelope, { keys, threshold: 2 }).ok, false);
    assert.equal(readWaiver(await signed(given, 'https://other/v1'), { keys, threshold: 1 }).ok, false);
    const forged = { ...JSON.parse(envelope), payload: Buffer.from('{}').toString('base64') };
    assert.equal(readWaiver(JSON.stringify(forged), { keys, threshold: 1 }).ok, false);
  });

  const bad: readonly [string, Record<string, unknown>][] = [
    ['for ever', { expiresAt: '2036-12-01T00:00:00Z' }],
    ['that ends before it begins', { expiresAt: '2026-10-01T00:00:00Z' }],
    ['without a reason', { reason: 'ok' }],
    ['of a gate that there is not', { gate: 'luck' }],
    ['with half a fingerprint', { fingerprint: 'ab' }],
    ['without an author', { author: undefined }],
  ];
  for (const [what, changes] of bad) {
    it(`${what} is refused`, () =>
      assert.throws(() => waiverFrom({ ...given, ...changes }), { code: 'invalid-input' }));
  }

  it('covers what it names, for as long as it lasts', () => {
    const waiver = waiverFrom(given);
    assert.equal(covers(waiver, findingOf(), day('11-15')), true);
    assert.equal(covers(waiver, findingOf({ place: 'rootfs!etc/other.pem' }), day('11-15')), false);
    assert.equal(covers(waiver, findingOf({ rule: 'shadow-default' }), day('11-15')), false);
    assert.equal(covers(waiver, findingOf(), day('12-01')), false, 'it is over');
    assert.equal(covers(waiver, findingOf(), day('10-30')), false, 'it has not begun');
    const exact = waiverFrom({ ...given, place: undefined, fingerprint: findingOf().fingerprint });
    assert.equal(covers(exact, findingOf({ place: 'anywhere' }), day('11-15')), true);
    assert.equal(covers(exact, findingOf({ fingerprint: 'f'.repeat(32) }), day('11-15')), false);
  });
});
