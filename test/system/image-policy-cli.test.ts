import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { beginTrust, type CeremonyDesk, openCeremonyDesk } from './ceremonies-support.ts';

// One story by commands alone: a policy, an image signed for secure boot, and a release under the image repository.
let at: CeremonyDesk;
before(async () => {
  at = await openCeremonyDesk();
  await at.ok('fleet create hubs --type hub-a');
  await beginTrust(at, 'hubs');
  await at.key('boot');
});
after(() => at.desk.leave());

const place = '--type hub-a --component rootfs';

test('an unsigned image is refused, and nothing of it is to be seen', async () => {
  await at.ok(`image policy set ${place} --format mcuboot --key $boot.pub`);
  await at.firmware('program.bin', 'program');
  const refused = await at.refused(6, `release publish $program.bin ${place} --version 1.0.0 --key $team`);
  assert.match(refused.err, /hub-a\/rootfs is not what the image policy demands.*format mcuboot, found raw/);
  assert.match(refused.err, /run: {3}fettle image inspect/);
  assert.deepEqual(await at.ask('release list'), []);
});

test('a signed one is published, with the demand in the targets that devices verify', async () => {
  await at.ok('image sign $program.bin --format mcuboot --version 1.0.0 --counter 1 --key $boot --out $signed.img');
  await at.ok(`release publish $signed.img ${place} --version 1.0.0 --key $team`);
  const shown = (await at.ask('release show 1.0.0')) as { images: readonly Record<string, unknown>[] };
  assert.deepEqual(shown.images, [
    { component: 'rootfs', deviceType: 'hub-a', format: 'mcuboot', version: '1.0.0', counter: 1 },
  ]);
  const role = await fetch(`${at.url}/repository/default/metadata/1.hubs.json`);
  assert.match(await role.text(), /"nativeSignature":"mcuboot"/);
});
