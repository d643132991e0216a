import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deviceId, type TenantId, tenantId } from '@fettle/model';
import fc from 'fast-check';
import { createQuietMemo, deviceHash, type QuietMemo } from './quiet-memo.ts';

const acme = tenantId('acme');
const globex = tenantId('globex');
const start = 1_700_000_000_000;
const forever = Number.MAX_SAFE_INTEGER;
const body = Buffer.from('{"attributes":{},"current":{}}');

function tokenOf(tenant: TenantId, device: string, rest = 'key~1700086400000~mac'): string {
  return `${tenant}~${device}~${rest}`;
}

/** What the full way does when the answer was "nothing new". */
function learn(memo: QuietMemo, token: string, options: { until?: number; now?: number; said?: Buffer } = {}): void {
  const { until = forever, now = start, said = body } = options;
  memo.recall(token, said, now);
  const ticket = memo.ticket();
  assert.ok(ticket, 'the request can be remembered');
  memo.remember(ticket, { structure: 7, until, now });
}

describe('the memo of quiet check-ins', () => {
  it('knows the very same request again, and no other', () => {
    const memo = createQuietMemo({ mostEntries: 512 });
    const token = tokenOf(acme, 'dev-1');
    learn(memo, token);
    assert.equal(memo.recall(token, body, start + 1)?.structure, 7);
    assert.equal(memo.recall(token, Buffer.from('{"attributes":{},"current":{} }'), start), undefined);
    assert.equal(
      memo.recall(tokenOf(acme, 'dev-1', 'key~1700086400000~mad'), body, start),
      undefined,
      'a forged token',
    );
    assert.equal(memo.recall(tokenOf(acme, 'dev-2'), body, start), undefined);
  });

  it('does not take a piece of the token for a piece of the body', () => {
    const memo = createQuietMemo({ mostEntries: 512 });
    learn(memo, tokenOf(acme, 'dev-1', 'ab'), { said: Buffer.from('cd') });
    assert.equal(memo.recall(tokenOf(acme, 'dev-1', 'abc'), Buffer.from('d'), start), undefined);
  });

  it('keeps devices of the same id in two tenants apart', () => {
    const memo = createQuietMemo({ mostEntries: 512 });
    learn(memo, tokenOf(acme, 'dev-1'));
    assert.equal(memo.knows(tokenOf(globex, 'dev-1')), false);
    learn(memo, tokenOf(globex, 'dev-1'));
    memo.forget(acme, deviceId('dev-1'));
    assert.equal(memo.recall(tokenOf(acme, 'dev-1'), body, start), undefined);
    assert.ok(memo.recall(tokenOf(globex, 'dev-1'), body, start));
  });

  it('forgets what somebody wrote, here or in another process', () => {
    const memo = createQuietMemo({ mostEntries: 512 });
    const tokens = ['dev-1', 'dev-2', 'dev-3'].map((id) => tokenOf(acme, id));
    for (const token of tokens) learn(memo, token);
    memo.forget(acme, deviceId('dev-1'));
    memo.forgetDevices([deviceHash(acme, deviceId('dev-2'))]);
    assert.deepEqual(
      tokens.map((token) => memo.recall(token, body, start) !== undefined),
      [false, false, true],
    );
    memo.forgetAll();
    assert.equal(memo.recall(tokens[2] ?? '', body, start), undefined);
    assert.equal(memo.stats().entries, 0);
  });

  it('does not remember what was read before somebody wrote', () => {
    const memo = createQuietMemo({ mostEntries: 512 });
    const token = tokenOf(acme, 'dev-1');
    for (const write of [() => memo.forget(acme, deviceId('dev-1')), () => memo.forgetAll()]) {
      memo.recall(token, body, start);
      const ticket = memo.ticket();
      assert.ok(ticket);
      write();
      memo.remember(ticket, { structure: 7, until: forever, now: start });
      assert.equal(memo.recall(token, body, start), undefined);
    }
  });

  it('keeps nothing while it cannot hear of writes', () => {
    const memo = createQuietMemo({ mostEntries: 512 });
    const token = tokenOf(acme, 'dev-1');
    learn(memo, token);
    memo.setEnabled(false);
    assert.equal(memo.recall(token, body, start), undefined);
    assert.equal(memo.ticket(), undefined);
    memo.setEnabled(true);
    assert.equal(memo.recall(token, body, start), undefined, 'what was known before is gone');
    learn(memo, token);
    assert.ok(memo.recall(token, body, start));
  });

  it('ends in time, and with a clock that was set back', () => {
    const memo = createQuietMemo({ mostEntries: 512 });
    const token = tokenOf(acme, 'dev-1');
    learn(memo, token, { until: start + 5_500 });
    assert.ok(memo.recall(token, body, start + 4_999));
    assert.equal(memo.recall(token, body, start + 5_000), undefined, 'a part of a second too early, never too late');
    assert.equal(memo.recall(token, body, start - 1_000), undefined);
    learn(memo, tokenOf(acme, 'dev-2'), { until: start + 400 });
    assert.equal(memo.recall(tokenOf(acme, 'dev-2'), body, start), undefined);
  });

  it('says once a minute that the device was seen', () => {
    const memo = createQuietMemo({ mostEntries: 512 });
    const token = tokenOf(acme, 'dev-1');
    learn(memo, token);
    const lately = [1_000, 59_000, 60_000, 61_000, 121_000].map(
      (ms) => memo.recall(token, body, start + ms)?.isSeenLately,
    );
    assert.deepEqual(lately, [true, true, false, true, false]);
  });

  it('cannot remember what names no device or is too long', () => {
    const memo = createQuietMemo({ mostEntries: 512 });
    for (const [token, said] of [
      ['', body],
      ['acme~dev-1', body],
      [`${'a'.repeat(500)}~b~c`, body],
      [tokenOf(acme, 'dev-1'), Buffer.alloc(16_384)],
    ] as const) {
      assert.equal(memo.recall(token, said, start), undefined);
      assert.equal(memo.ticket(), undefined, token.slice(0, 20));
    }
  });

  it('holds what it is made for, and never grows beyond its bound', () => {
    const memo = createQuietMemo({ mostEntries: 16_384 });
    const tokens = Array.from({ length: 100_000 }, (_, i) => tokenOf(acme, `dev-${i}`));
    const found = () => tokens.slice(0, 8_000).filter((token) => memo.recall(token, body, start)).length;
    for (const token of tokens.slice(0, 8_000)) learn(memo, token);
    assert.ok(found() > 7_900, `half full, it knows ${found()} of 8000`);
    for (const token of tokens) learn(memo, token);
    assert.ok(memo.stats().bytes <= 16_384 * 32, `${memo.stats().bytes} bytes`);
    assert.ok(memo.stats().entries <= 16_384);
  });

  it('lets go of those that were seen longest ago', () => {
    const memo = createQuietMemo({ mostEntries: 512 });
    const old = Array.from({ length: 300 }, (_, i) => tokenOf(acme, `old-${i}`));
    const young = Array.from({ length: 300 }, (_, i) => tokenOf(acme, `young-${i}`));
    for (const token of old) learn(memo, token);
    for (const token of young) learn(memo, token, { now: start + 10_000 });
    const known = (tokens: string[]) => tokens.filter((token) => memo.recall(token, body, start + 20_000)).length;
    assert.ok(known(young) > known(old));
  });

  it('never says what a plain map would not say', () => {
    const device = fc.nat(40).map((n) => `dev-${n}`);
    const act = fc.oneof(
      fc.record({ kind: fc.constant('learn' as const), device, said: fc.nat(2) }),
      fc.record({ kind: fc.constant('forget' as const), device }),
      fc.record({ kind: fc.constant('recall' as const), device, said: fc.nat(2) }),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 200 }), (acts) => {
        const memo = createQuietMemo({ mostEntries: 512 });
        const model = new Map<string, number>();
        for (const one of acts) {
          const token = tokenOf(acme, one.device);
          if (one.kind === 'forget') {
            memo.forget(acme, deviceId(one.device));
            model.delete(one.device);
            continue;
          }
          const said = Buffer.from(`{"said":${one.said}}`);
          if (one.kind === 'learn') {
            learn(memo, token, { said });
            model.set(one.device, one.said);
          }
          const known = memo.recall(token, said, start) !== undefined;
          assert.ok(!known || model.get(one.device) === one.said, `${one.device} is remembered wrongly`);
        }
      }),
    );
  });
});
