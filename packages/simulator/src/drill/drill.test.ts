import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeviceTrust, DeviceVerdict, TrustedState } from '@fettle/trust';
import { blueprintOf, usualBlueprint } from './blueprint.ts';
import { DirectorRepository } from './director-repository.ts';
import { runDrill } from './drill.ts';
import { usualOptions } from './drill-options.ts';
import { holdNew } from './held-role.ts';
import { ImageRepository, signOver } from './image-repository.ts';
import { Judge } from './judge.ts';
import { type Repositories, rotate } from './rotations.ts';

const few = { ...usualOptions, devices: 20, days: 200, shares: { ...usualOptions.shares, laggards: 0.2 } };
const now = Date.UTC(2030, 0, 1);

test('one lost key of three officers strands nobody', async () => {
  const result = await runDrill({ ...few, keys: ['image-root', 'director-root'], lost: 1 });
  assert.deepEqual([result.recovered, result.stranded, result.acceptedRevoked], [20, [], 0]);
  assert.deepEqual(
    result.rotations.map(({ key, day, imageRoot, directorRoot, unaware }) => [
      key,
      day,
      imageRoot,
      directorRoot,
      unaware,
    ]),
    [
      ['image-root', 66, 2, 1, 4],
      ['director-root', 133, 2, 2, 4],
    ],
  );
});

test('two lost keys of three officers strand every device, and the drill says why', async () => {
  const result = await runDrill({ ...few, keys: ['image-root'], lost: 2 });
  assert.equal(result.recovered, 0);
  const [stranding, ...others] = result.stranded;
  assert.deepEqual([stranding?.code, stranding?.devices, others], ['root-signatures-missing', 20, []]);
  assert.match(stranding?.message ?? '', /Expected 2 valid signature\(s\) for root 2 by the keys of root 1, found 1/);
});

test('keys of the top-level targets and of fleets are refused once they are revoked', async () => {
  const result = await runDrill({ ...few, keys: ['image-targets', 'fleet'] });
  assert.deepEqual([result.recovered, result.acceptedRevoked], [20, 0]);
  const { 'targets-signatures-missing': top = 0, 'delegation-wrong-keys': fleet = 0 } = result.attempts.stoppedBy;
  assert.ok(top > 0 && fleet > 0, JSON.stringify(result.attempts));
});

test('the same seed gives the same drill', async () => {
  const once = await runDrill({ ...few, keys: ['online'], seed: 'same' });
  assert.deepEqual(await runDrill({ ...few, keys: ['online'], seed: 'same' }), once);
  assert.ok(once.drivenUp > 0, 'somebody heard the thief before');
});

test('a drill of nothing, or of more rotations than days, is refused', async () => {
  await assert.rejects(runDrill({ ...few, keys: [] }), /1 to 20 keys/);
  await assert.rejects(runDrill({ ...few, keys: ['fleet', 'online'], days: 2 }), /more days than rotations/);
  const shares = { ...few.shares, at1970: 0.9, at2099: 0.2 };
  await assert.rejects(runDrill({ ...few, keys: ['fleet'], shares }), /shares of the fleet/);
});

async function repositories(): Promise<Repositories> {
  const image = new ImageRepository(usualBlueprint.image);
  const director = new DirectorRepository(usualBlueprint.director);
  await image.roots.publish(now);
  await director.roots.publish(now);
  await image.publish(now);
  return { image, director };
}

function textOf(bytes: Uint8Array | 'absent'): string {
  return Buffer.from(bytes).toString('utf8');
}

test('public files of a server give its shape', async () => {
  const { image, director } = await repositories();
  const files = {
    imageRoot: textOf(image.roots.newest),
    imageTargets: textOf(await image.fetch('1.targets.json', now)),
    directorRoot: textOf(director.roots.newest),
  };
  assert.deepEqual(blueprintOf(files), usualBlueprint);
  assert.throws(() => blueprintOf({ ...files, imageTargets: files.imageRoot }), /found a file of type root/);
  assert.throws(() => blueprintOf({ ...files, directorRoot: '{}' }), /Expected the root of the director/);
});

test('the judge finds a file by a revoked key, a root by nobody and a forged time', async () => {
  const both = await repositories();
  const { image, director } = both;
  const judge = new Judge(both);
  const old = image.roots.held;
  judge.revoke(await rotate('online', both, { shape: usualBlueprint, now, lost: 0 }));
  const state = (root: Uint8Array, more: Partial<TrustedState> = {}) => ({
    root: textOf(root),
    delegated: {},
    ...more,
  });
  const before: DeviceTrust = {
    image: state(image.roots.newest),
    director: state(director.roots.newest),
    timeFloor: 0,
  };
  const verdict = (change: Partial<DeviceTrust>, source: 'answer' | 'clock' = 'clock'): DeviceVerdict => {
    const time = { now, floor: 0, source, problem: undefined };
    return { ok: true, assigned: [], manifest: undefined, trust: { ...before, ...change }, time };
  };
  const signed = await signOver(image.meta, { now, versions: { snapshot: 9, timestamp: 9 }, holders: old });
  const forged = state(image.roots.newest, { timestamp: textOf(signed.get('timestamp.json') ?? 'absent') });
  assert.match(judge.fault(before, verdict({ image: forged }), false) ?? '', /image signed by revoked key/);
  const alone = holdNew({ kinds: ['ed25519'], threshold: 1 });
  director.roots.held = { ...director.roots.held, root: alone };
  const strange = new TextEncoder().encode(JSON.stringify({ ...director.roots.next(now), keys: [] }));
  assert.match(
    judge.fault(before, verdict({ director: state(strange) }), false) ?? '',
    /director that no officer made/,
  );
  assert.match(judge.fault(before, verdict({}, 'answer'), true) ?? '', /time signed by a revoked key/);
  assert.equal(judge.fault(before, verdict({}, 'answer'), false), undefined);
});
