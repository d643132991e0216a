import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { DrillResult } from '@fettle/simulator';

const main = new URL('../../packages/simulator/src/drill/main.ts', import.meta.url).pathname;

async function drill(...args: readonly string[]) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args]);
  const [output, complaints] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, output, complaints };
}

test('500 devices, 50 of them asleep through four rotations and 400 days, all come back and believe no revoked key', async () => {
  const keys = ['image-root', 'director-root', 'online', 'fleet'];
  const { code, output, complaints } = await drill(...keys, '--devices', '500');
  assert.equal(code, 0, complaints);
  const result = JSON.parse(output) as DrillResult;
  const { devices, asleep, days, recovered, stranded, acceptedRevoked, accepted, clocks } = result;
  assert.deepEqual({ devices, asleep, days, recovered }, { devices: 500, asleep: 50, days: 400, recovered: 500 });
  assert.deepEqual({ stranded, acceptedRevoked, accepted }, { stranded: [], acceptedRevoked: 0, accepted: [] });
  assert.deepEqual(clocks, { right: 465, 'at-1970': 25, 'at-2099': 5, jumping: 5 });
  assert.deepEqual(
    result.rotations.map(({ key, unaware }) => [key, unaware]),
    keys.map((key) => [key, 50]),
  );
  // Each kind of theft was tried, and each was stopped by what is there for it.
  const { made, stoppedBy } = result.attempts;
  assert.equal(made, 450 * 4 + 500);
  for (const code of [
    'root-signatures-missing',
    'timestamp-signatures-missing',
    'delegation-wrong-keys',
    'time: signature',
  ]) {
    assert.ok((stoppedBy[code] ?? 0) > 0, `${code}: ${JSON.stringify(stoppedBy)}`);
  }
  assert.ok(result.drivenUp > 0 && result.withoutTime.refused > 0);
});

test('a drill that strands devices says so, and one that cannot be played as well', async () => {
  const lost = await drill('director-root', '--devices', '10', '--days', '50', '--lost', '2');
  assert.equal(lost.code, 1);
  assert.deepEqual(
    (JSON.parse(lost.output) as DrillResult).stranded.map(({ code, devices }) => [code, devices]),
    [['root-signatures-missing', 10]],
  );
  const wrong = await drill('crown-jewels');
  assert.deepEqual([wrong.code, wrong.output], [2, '']);
  assert.match(wrong.complaints, /Expected keys to rotate, of image-root, director-root/);
});
