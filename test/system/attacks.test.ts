import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { attacksOnBytes } from './attacks/on-bytes.ts';
import { attacksOnDirector } from './attacks/on-director.ts';
import { attacksOnImage } from './attacks/on-image.ts';
import { attacksOnRootsAndTime } from './attacks/on-roots-and-time.ts';
import { type Stage, setStage } from './attacks/stage.ts';

const attacks = [...attacksOnDirector, ...attacksOnImage, ...attacksOnRootsAndTime, ...attacksOnBytes];
const simulated = 200;
const boards = 3;
const installed = '1.2.0';

describe(`${simulated} simulated devices and ${boards} real agents behind a stolen server`, () => {
  let stage: Stage;

  before(async () => {
    stage = await setStage({ simulated, boards });
    await stage.release('1.0.0', {}, 'kettle');
    await stage.release('1.0.0');
    await stage.release('1.1.0');
    await stage.release(installed, { securityFloor: 2 });
    await stage.bringDevices([installed, '3.0.0']);
    assert.deepEqual(await stage.rollOut(installed), { succeeded: stage.everybody, failed: 0 });
    await stage.rotateRoot();
  });

  after(() => stage[Symbol.asyncDispose]());

  attacks.forEach(({ name, code, interference }, index) => {
    test(`${name}: ${code}`, async () => {
      const version = `2.0.${index}`;
      await stage.release(version);
      const from = stage.events.length;
      stage.proxy.interfere(interference);
      assert.deepEqual(await stage.rollOut(version), { succeeded: 0, failed: stage.everybody });
      assert.deepEqual(stage.proxy.failures, []);
      const seen = stage.events.slice(from).filter(({ kind }) => kind === 'violation');
      const codes = new Set(seen.map((event) => (event.kind === 'violation' ? event.code : '')));
      assert.deepEqual([[...codes], seen.length], [[code], simulated]);
      // What the officers' auditors see, of agents and simulated devices alike.
      assert.equal(await stage.refusalsInAudit(code), stage.everybody);
      assert.deepEqual(stage.running(), { [installed]: stage.everybody });
    });
  });

  test('nothing but the attacks stood in the way: the next honest release is installed by all', async () => {
    stage.proxy.interfere({});
    await stage.release('3.0.0');
    assert.deepEqual(await stage.rollOut('3.0.0'), { succeeded: stage.everybody, failed: 0 });
    assert.deepEqual(stage.running(), { '3.0.0': stage.everybody });
  });
});
