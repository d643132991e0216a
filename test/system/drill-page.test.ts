import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { exitCodes } from '../../packages/cli/src/exit-codes.ts';
import { beginTrust, openCeremonyDesk, wordsOf } from './ceremonies-support.ts';
import { type Desk, openDesk, type Typed } from './cli-support.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/drill.md'), 'utf8');
const lines = [...page.matchAll(/^```sh\n(.*?)^```/gms)]
  .flatMap(([, block = '']) => block.trim().split('\n'))
  .filter((line) => line.startsWith('fettle '));

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.leave());

/** Types a line of the page, with fewer devices than it has. */
async function type(line: string, at: Pick<Desk, 'type' | 'folder'> = desk): Promise<Typed> {
  const fewer = line.replace('--devices 5000', '--devices 50').replace(/^fettle /, '');
  return await at.type(...wordsOf(fewer.includes('--devices') ? fewer : `${fewer} --devices 20`, at.folder));
}

test('the first drill of the page strands nobody, and shows each rotation and what thieves tried', async () => {
  const { exit, out, err } = await type(lines[0] ?? '');
  assert.equal(exit, exitCodes.ok, out + err);
  assert.match(err, /no server: played with repositories as `fettle root init` makes them/);
  for (const key of ['image-root', 'director-root', 'online', 'fleet']) assert.match(out, new RegExp(`^${key} `, 'm'));
  assert.match(out, /50 of 50 devices have the newest roots and release \(5 of them slept\)/);
  assert.match(out, /[1-9]\d* attempts with revoked keys, 0 believed/);
  assert.match(out, /root-signatures-missing +\d/);
  assert.match(out, /400 days played in/);
});

test('the second one says who is stranded and why, and ends with the exit code that the page names', async () => {
  const { exit, out, err } = await type(lines[1] ?? '');
  assert.equal(exit, exitCodes.badOutcome, out + err);
  assert.ok(page.includes(`Exit code ${exit} when a device is stranded`));
  assert.match(out, /20 stranded: root-signatures-missing/);
  assert.equal(lines.length, 2, 'every command of the page is typed here');
});

test('what cannot be played is refused, with what can be', async () => {
  const { exit, out, err } = await type('fettle drill rotate crown-jewels');
  assert.deepEqual([exit, out], [exitCodes.usage, '']);
  assert.match(err, /Expected keys to rotate, of image-root, director-root/);
});

test('with a server it is a copy of what stands there: with a threshold of three, one lost key strands everybody', async () => {
  const at = await openCeremonyDesk();
  try {
    await at.ok('fleet create hubs --type hub-a');
    const none = await type('fettle drill rotate online', at.desk);
    assert.match(none.err, /the server has no roots yet/);
    await beginTrust(at, 'hubs');
    const good = await type('fettle drill rotate image-root --lost 1', at.desk);
    assert.equal(good.exit, exitCodes.ok, good.out + good.err);
    assert.equal(good.err.includes('no server'), false);
    await at.finish(await at.stage('root rotate --repository image --threshold 3'), ['ann', 'bob', 'cid']);
    const lost = await type('fettle drill rotate image-root --lost 1', at.desk);
    assert.equal(lost.exit, exitCodes.badOutcome, lost.out + lost.err);
    assert.match(lost.out, /20 stranded: root-signatures-missing/);
    const usual = await type('fettle drill rotate image-root --lost 1 --usual', at.desk);
    assert.equal(usual.exit, exitCodes.ok, usual.out + usual.err);
  } finally {
    await at.desk.leave();
  }
});
