import assert from 'node:assert/strict';
import { createPublicKey, sign, verify } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createRandom, deviceKey, fraction } from './random.ts';

describe('seeded randomness', () => {
  it('gives the same numbers for the same seed and others for another', () => {
    const draw = (...seed: string[]) => {
      const random = createRandom(...seed);
      return Array.from({ length: 20 }, () => random.next());
    };
    assert.deepEqual(draw('a', 'b'), draw('a', 'b'));
    assert.notDeepEqual(draw('a', 'b'), draw('ab'));
    assert.notDeepEqual(draw('a', 'b'), draw('b', 'a'));
  });

  it('stays in range and is spread evenly', () => {
    const random = createRandom('spread');
    const tenths = new Array<number>(10).fill(0);
    for (let i = 0; i < 20_000; i++) {
      const tenth = Math.floor(random.next() * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    assert.equal(
      tenths.reduce((a, b) => a + b),
      20_000,
    );
    for (const count of tenths) assert.ok(count > 1_800 && count < 2_200, tenths.join());
    fc.assert(
      fc.property(fc.string(), fc.integer(), (text, number) => {
        const one = fraction(text, number);
        assert.ok(one >= 0 && one < 1);
        assert.equal(one, fraction(text, number));
      }),
    );
  });

  it('makes the same usable Ed25519 key for the same device', () => {
    const key = deviceKey('1', 'sim-00001');
    assert.equal(key.asymmetricKeyType, 'ed25519');
    assert.ok(key.equals(deviceKey('1', 'sim-00001')));
    assert.ok(!key.equals(deviceKey('1', 'sim-00002')));
    assert.ok(!key.equals(deviceKey('2', 'sim-00001')));
    const message = Buffer.from('message');
    assert.ok(verify(null, message, createPublicKey(key), sign(null, message, key)));
  });
});
