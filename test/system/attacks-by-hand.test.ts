import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { attacksOnLog } from './attacks/on-log.ts';
import { attacksOnPeople } from './attacks/on-people.ts';
import { attacksOnReports } from './attacks/on-reports.ts';
import { attacksOnSigner } from './attacks/on-signer.ts';
import { attacksOnTransfer } from './attacks/on-transfer.ts';
import { type Stage, setStage } from './attacks/stage.ts';

const attacks = [...attacksOnSigner, ...attacksOnPeople, ...attacksOnReports, ...attacksOnTransfer, ...attacksOnLog];

describe('what thieves try by hand, on server, signer and log', () => {
  let stage: Stage;

  before(async () => {
    stage = await setStage({ simulated: 0, boards: 0 });
    await stage.release('1.0.0');
    await stage.release('1.1.0');
  });

  after(() => stage[Symbol.asyncDispose]());

  for (const { name, outcome, attempt } of attacks) {
    test(`${name}: ${outcome}`, async () => {
      assert.equal(await attempt(stage), outcome);
    });
  }

  test('what was refused for want of rights or signatures is in the audit log', async () => {
    const refused = new Map<string, number>();
    for await (const { verb, reason } of stage.server.client.all('listAudit', { limit: 500 })) {
      const [code = ''] = verb === 'call.refused' ? reason.split(':') : [];
      if (code !== '') refused.set(code, (refused.get(code) ?? 0) + 1);
    }
    const expected = attacks.filter(({ outcome }) => outcome === 'forbidden').length;
    assert.deepEqual([refused.get('forbidden'), (refused.get('signature-invalid') ?? 0) >= 3], [expected, true]);
  });

  test('what officers signed stands as it was, and they can go on', async () => {
    const { root, targets } = await stage.forger().image();
    assert.deepEqual([root.metadata.version, targets.metadata.version], [1, 1]);
    await stage.release('9.0.0');
    const { changes } = await stage.server.client.trustState();
    assert.deepEqual(
      changes.filter(({ status }) => status === 'open'),
      [],
    );
  });
});
