import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFinal } from '@fettle/model';
import {
  assignMisbehaviours,
  misbehaviourNames,
  misbehaviours,
  misbehavioursDuring,
  parseBadRelease,
  parseMisbehaviours,
} from './misbehaviour.ts';

const ids = Array.from({ length: 200 }, (_, i) => `sim-${i}`);

describe('misbehaviours', () => {
  it('all end in a status that is final', () => {
    for (const name of misbehaviourNames) assert.ok(isFinal(misbehaviours[name].concludes), name);
  });

  it('are read from a list of shares', () => {
    assert.deepEqual(parseMisbehaviours('fails-health=3%, never-reboots=0.01,'), {
      'fails-health': 0.03,
      'never-reboots': 0.01,
    });
    assert.deepEqual(parseMisbehaviours(''), {});
  });

  it('are refused when unknown, unreadable or too many', () => {
    for (const text of [
      'sulks=1%',
      'slow',
      'slow=',
      'slow=%',
      'slow=x',
      'slow=-1%',
      'slow=101%',
      'slow=60%,refuses=41%',
    ]) {
      assert.throws(() => parseMisbehaviours(text), { code: 'invalid-input' }, text);
    }
  });

  it('come with a release, read from its version, name and share', () => {
    const expected = { version: '3.0.0-rc.1', misbehaviour: 'fails-health', share: 0.8 };
    assert.deepEqual(parseBadRelease('3.0.0-rc.1=fails-health:80%'), expected);
    for (const text of ['', '3.0.0', '3.0.0=fails-health', '3.0.0=sulks:1%', '3.0.0=slow:10%', '=refuses:1%']) {
      assert.throws(() => parseBadRelease(text), { code: 'invalid-input' }, text);
    }
  });

  it('go to exactly the share of devices that was asked for, one misbehaviour each', () => {
    const assigned = assignMisbehaviours('1', ids, { 'fails-health': 0.03, slow: 0.1, refuses: 0.0001 });
    const count = (name: string) => [...assigned.values()].filter((one) => one === name).length;
    assert.deepEqual([count('fails-health'), count('slow'), count('refuses'), assigned.size], [6, 20, 1, 27]);
    assert.deepEqual(assignMisbehaviours('1', ids, { slow: 0.1 }), assignMisbehaviours('1', ids, { slow: 0.1 }));
    assert.notDeepEqual(assignMisbehaviours('1', ids, { slow: 0.1 }), assignMisbehaviours('2', ids, { slow: 0.1 }));
  });

  it('of a release hit about its share of devices, the same ones every time, on top of their own', () => {
    const bad = [{ version: '2.0.0', misbehaviour: 'boot-fails', share: 0.8 }] as const;
    const hit = (seed: string, version: string) =>
      ids.filter((device) => misbehavioursDuring(undefined, { seed, device, version }, bad).has('boot-fails'));
    const share = hit('1', '2.0.0').length / ids.length;
    assert.ok(share > 0.7 && share < 0.9, String(share));
    assert.deepEqual(hit('1', '2.0.0'), hit('1', '2.0.0'));
    assert.deepEqual(hit('1', '1.0.0'), []);
    assert.deepEqual([...misbehavioursDuring('slow', { seed: '1', device: 'x', version: '1.0.0' }, bad)], ['slow']);
  });
});
