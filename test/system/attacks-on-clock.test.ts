import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { attacksOnClock } from './attacks/on-clock.ts';
import { type Stage, setStage } from './attacks/stage.ts';

const simulated = 20;

describe(`${simulated} devices without a clock behind a stolen server`, () => {
  let stage: Stage;

  before(async () => {
    stage = await setStage({ simulated, boards: 0, misbehave: { 'clock-1970': 1 } });
    await stage.release('1.0.0');
    await stage.bringDevices([]);
    assert.deepEqual(await stage.rollOut('1.0.0'), { succeeded: simulated, failed: 0 });
  });

  after(() => stage[Symbol.asyncDispose]());

  attacksOnClock.forEach(({ name, code, interference }, index) => {
    test(`${name}: ${code}`, async () => {
      const version = `2.0.${index}`;
      await stage.release(version);
      stage.proxy.interfere(interference);
      assert.deepEqual(await stage.rollOut(version), { succeeded: 0, failed: simulated });
      assert.deepEqual(stage.proxy.failures, []);
      assert.equal(await stage.refusalsInAudit(code), simulated);
      assert.deepEqual(stage.running(), { '1.0.0': simulated });
    });
  });

  test('the next honest release is installed by all, whatever their clocks say', async () => {
    stage.proxy.interfere({});
    await stage.release('3.0.0');
    assert.deepEqual(await stage.rollOut('3.0.0'), { succeeded: simulated, failed: 0 });
  });
});
