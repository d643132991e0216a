import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changed, flipped, inspectBytes } from '../../test/broken.ts';
import { seededBytes } from '../../test/random.ts';
import { writeUimage } from '../../test/write-small.ts';

const good = writeUimage(seededBytes(7, 300), 'boot script');

test('a legacy image says name, time and machine, and both checksums fit', async () => {
  const found = await inspectBytes(good);
  assert.deepEqual(
    [found.description, found.build, found.hardwareIds],
    ['boot script', '2026-01-01T00:00:00.000Z', ['arm']],
  );
  assert.deepEqual(
    found.hashes.map(({ ok }) => ok),
    [true, true],
  );
});

test('each changed byte is found by the checksum that covers it', async () => {
  for (let at = 4; at < good.length; at += 7) {
    const found = await inspectBytes(flipped(good, at));
    assert.ok(found.problem || found.hashes.some(({ ok }) => !ok), `byte ${at}`);
  }
});

test('data that is not there is malformed, data after the end is told', async () => {
  assert.equal(
    (await inspectBytes(changed(good, (copy) => copy.writeUInt32BE(2 ** 30, 12)))).problem?.code,
    'out-of-bounds',
  );
  assert.match((await inspectBytes(Buffer.concat([good, Buffer.from('x')]))).warnings.join(), /no checksum covers/);
});
