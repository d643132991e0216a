import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { attributeShares, parseReadiness, type Readiness, reasonsToWait, type Undertaking } from './readiness.ts';

const ready = (attributes: Readiness['attributes'], problem: string | null = null): Readiness => ({
  attributes,
  problem,
});
const work = (demands: Undertaking['demands']): Undertaking => ({ demands, version: '2.0.0', sizeBytes: 1_000 });
const all = { notInUse: true, minBatteryPercent: 50, mainsPower: true, unmeteredLink: true, consent: true };
const moments = ['download', 'install', 'reboot'] as const;

describe('reasons to wait', () => {
  const bad = ready({
    ready: false,
    'in-use': true,
    'battery-percent': 45,
    'power-source': 'battery',
    'link-metered': true,
    'free-bytes': 999,
    consent: '1.0.0',
  });
  const expected = {
    download: ['metered-link', 'no-space'],
    install: ['device-not-ready', 'in-use', 'battery-low', 'wrong-power', 'awaiting-consent'],
    reboot: ['device-not-ready', 'in-use'],
  };
  for (const before of moments) {
    test(`before the ${before} everything that matters then is asked`, () => {
      assert.deepEqual(reasonsToWait(before, bad, work(all)), expected[before]);
    });
  }

  test('what the rollout does not demand holds nobody back, but what the device itself asks for does', () => {
    assert.deepEqual(reasonsToWait('download', bad, work({})), ['no-space']);
    assert.deepEqual(reasonsToWait('install', bad, work({})), ['device-not-ready']);
  });

  test('what was not said holds nobody back, except consent', () => {
    assert.deepEqual(
      moments.map((before) => reasonsToWait(before, ready({}), work(all))),
      [[], ['awaiting-consent'], []],
    );
  });

  test('exactly as much as is demanded is enough', () => {
    const good = { ...bad.attributes, ready: true, 'in-use': false, 'battery-percent': 50, 'free-bytes': 1_000 };
    const rest = { 'power-source': 'mains', 'link-metered': false, consent: '2.0.0' };
    for (const before of moments) assert.deepEqual(reasonsToWait(before, ready({ ...good, ...rest }), work(all)), []);
  });

  test('what could not be asked is unknown where it is demanded, and nowhere else', () => {
    const silent = ready({ 'power-source': 'mains' }, 'the readiness program hangs');
    assert.deepEqual(reasonsToWait('reboot', silent, work({ notInUse: true })), [
      'readiness-unknown (the readiness program hangs)',
    ]);
    assert.deepEqual(reasonsToWait('install', silent, work({ mainsPower: true })), []);
    assert.deepEqual(reasonsToWait('install', silent, work({})), []);
    assert.deepEqual(reasonsToWait('download', silent, work({ notInUse: true })), []);
  });
});

describe('what a readiness program prints', () => {
  const read = (value: unknown) => parseReadiness(typeof value === 'string' ? value : JSON.stringify(value));

  test('flat attributes are taken as they are, the battery in steps', () => {
    const said = { 'in-use': false, 'x.temperature': 21.5, note: 'calibrating', 'battery-percent': 57.9 };
    assert.deepEqual(read(said), { ok: true, attributes: { ...said, 'battery-percent': 55 } });
    assert.deepEqual(read('\n{ }\n'), { ok: true, attributes: {} });
  });

  const nonsense: readonly [string, unknown][] = [
    ['nothing', ''],
    ['half an object', '{"in-use":'],
    ['a list', []],
    ['null', 'null'],
    ['a value of the wrong type', { 'in-use': 'yes' }],
    ['a nested value', { place: { site: 'berlin' } }],
    ['a null', { ready: null }],
    ['a number beyond all numbers', '{"x":1e999}'],
    ['a name with a blank', { 'in use': true }],
    ['a long text', { note: 'x'.repeat(257) }],
    ['a battery that is more than full', { 'battery-percent': 101 }],
    [
      'too many attributes',
      Object.fromEntries(Array.from({ length: attributeShares.program + 1 }, (_, i) => [`a${i}`, 1])),
    ],
    ['the revision of the hardware', { 'hardware-revision': 'C' }],
    ['the version of the agent', { agentVersion: '9' }],
  ];
  for (const [name, value] of nonsense) {
    test(`${name} is refused with a reason`, () => {
      const reading = read(value);
      assert.ok(!reading.ok && reading.message.startsWith('printed '), JSON.stringify(reading));
    });
  }

  test('a name that objects have by themselves is a name like any other', () => {
    const reading = read('{"__proto__":{"in-use":true}}');
    assert.equal(reading.ok, false);
    assert.deepEqual(read('{"constructor":"x"}'), { ok: true, attributes: { constructor: 'x' } });
  });

  test('no text makes it throw', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => typeof parseReadiness(text).ok === 'boolean'));
  });
});
