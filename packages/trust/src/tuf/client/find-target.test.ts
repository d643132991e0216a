import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Signer } from '../../signer.ts';
import type { DelegatedRole } from '../metadata.ts';
import { delegationOf, delegations, fileOf, imagePath } from '../testing/test-fleet.ts';
import { TestRepository, testStart } from '../testing/test-repository.ts';
import { testSigners } from '../testing/test-signer.ts';
import { trustRoot } from './trusted-state.ts';
import { updateRepository } from './update-repository.ts';

const alice = testSigners(1);
const bob = testSigners(1);
const carol = testSigners(1);
const file = (text: string) => fileOf(Buffer.from(text), {});
const everything = ['thermostat/*/*'];

/** A repository whose roles are what the test says: role, its targets, its delegations, who signs. */
async function repository(
  roles: Readonly<
    Record<string, readonly [string, readonly (readonly [DelegatedRole, readonly Signer[]])[], (readonly Signer[])?]>
  >,
): Promise<TestRepository> {
  const image = new TestRepository();
  await image.publishRoot();
  for (const [role, [text, delegated, signers]] of Object.entries(roles)) {
    const targets = new Map(text === '' ? [] : [[imagePath, file(text)]]);
    const below = delegated.length === 0 ? {} : delegations(...delegated);
    await image.publishTargets(role, { targets, ...below }, signers);
  }
  await image.publish();
  return image;
}

async function find(image: TestRepository, path = imagePath) {
  const trust = trustRoot(image.file('1.root.json'));
  assert.ok(trust.ok);
  const result = await updateRepository(trust.state, image.fetch, { now: testStart, paths: [path] });
  assert.ok(result.ok, JSON.stringify(result));
  const found = result.lookups.get(path);
  assert.ok(found);
  return { ...result, found };
}

const open = { paths: everything, terminating: false };

test('the earlier delegation decides, and a role above decides before the role below', async () => {
  const a = delegationOf('a', alice, open);
  const b = delegationOf('b', bob, open);
  const first = await find(
    await repository({
      targets: [
        '',
        [
          [a, alice],
          [b, bob],
        ],
      ],
      a: ['from a', [], alice],
      b: ['from b', [], bob],
    }),
  );
  assert.ok(first.found.ok);
  assert.deepEqual(first.found.roles, ['targets', 'a']);
  const depth = await find(
    await repository({
      targets: [
        '',
        [
          [a, alice],
          [b, bob],
        ],
      ],
      a: ['', [[delegationOf('c', carol, open), carol]], alice],
      b: ['from b', [], bob],
      c: ['from c', [], carol],
    }),
  );
  assert.ok(depth.found.ok);
  assert.deepEqual(depth.found.roles, ['targets', 'a', 'c']);
  assert.equal(depth.found.target.sha256, file('from c').sha256);
});

test('after a terminating delegation nobody else is asked', async () => {
  const a = delegationOf('a', alice, { paths: everything, terminating: true });
  const b = delegationOf('b', bob, open);
  const image = await repository({
    targets: [
      '',
      [
        [a, alice],
        [b, bob],
      ],
    ],
    a: ['', [], alice],
    b: ['from b', [], bob],
  });
  const { found } = await find(image);
  assert.equal(found.ok === false && found.code, 'target-absent');
  assert.ok(!image.requests.includes('1.b.json'));
});

test('a terminating delegation further down ends the search on all levels', async () => {
  const a = delegationOf('a', alice, open);
  const b = delegationOf('b', bob, open);
  const c = delegationOf('c', carol, { paths: everything, terminating: true });
  const image = await repository({
    targets: [
      '',
      [
        [a, alice],
        [b, bob],
      ],
    ],
    a: ['', [[c, carol]], alice],
    b: ['from b', [], bob],
    c: ['', [], carol],
  });
  const { found } = await find(image);
  assert.equal(found.ok === false && found.code, 'target-absent');
  assert.ok(!image.requests.includes('1.b.json'));
});

test('a role whose path does not fit is not even fetched', async () => {
  const a = delegationOf('a', alice, { paths: ['thermostat/modem/*'], terminating: false });
  const b = delegationOf('b', bob, open);
  const image = await repository({
    targets: [
      '',
      [
        [a, alice],
        [b, bob],
      ],
    ],
    a: ['from a', [], alice],
    b: ['from b', [], bob],
  });
  const { found } = await find(image);
  assert.ok(found.ok);
  assert.deepEqual(found.roles, ['targets', 'b']);
  assert.ok(!image.requests.includes('1.a.json'));
});

test('a supplier cannot be given more than the fleet has: the path has to match the whole way', async () => {
  const fleet = delegationOf('a', alice, { paths: ['router/*/*'], terminating: false });
  const supplier = delegationOf('b', bob, open);
  const { found } = await find(
    await repository({ targets: ['', [[fleet, alice]]], a: ['', [[supplier, bob]], alice], b: ['from b', [], bob] }),
  );
  assert.equal(found.ok === false && found.code, 'path-not-delegated');
});

test('one role name under two parents is verified with the keys of each, with a warm cache too', async () => {
  // Both delegate to `x`: a by the key of carol, who signed it; b by that of bob, who did not.
  const x = (signers: readonly Signer[]) => delegationOf('x', signers, { paths: ['*/*/*'], terminating: false });
  const a = delegationOf('a', alice, { paths: everything, terminating: true });
  const b = delegationOf('b', bob, { paths: ['router/*/*'], terminating: true });
  const image = await repository({
    targets: [
      '',
      [
        [a, alice],
        [b, bob],
      ],
    ],
    a: ['', [[x(carol), carol]], alice],
    b: ['', [[x(bob), bob]], bob],
    x: ['from x', [], carol],
  });
  const other = 'router/rootfs/1.img';
  await image.publishTargets(
    'x',
    {
      targets: new Map([
        [imagePath, file('from x')],
        [other, file('secret')],
      ]),
    },
    carol,
  );
  await image.publish();
  const trust = trustRoot(image.file('1.root.json'));
  assert.ok(trust.ok);
  const options = { now: testStart, paths: [imagePath, other] };
  let state = trust.state;
  for (const cache of ['cold', 'warm']) {
    const result = await updateRepository(state, image.fetch, options);
    assert.ok(result.ok);
    const [mine, foreign] = [result.lookups.get(imagePath), result.lookups.get(other)];
    assert.equal(mine?.ok, true, cache);
    assert.equal(foreign?.ok === false && foreign.code, 'delegation-wrong-keys', cache);
    state = result.state;
  }
});

test('roles that delegate in a circle, or to ever more roles, come to an end', async () => {
  const a = delegationOf('a', alice, open);
  const b = delegationOf('b', bob, open);
  const circle = await repository({
    targets: ['', [[a, alice]]],
    a: ['', [[b, bob]], alice],
    b: ['', [[a, alice]], bob],
  });
  const round = (await find(circle)).found;
  assert.equal(round.ok === false && round.code, 'target-absent');
  assert.equal(circle.requests.filter((name) => name === '1.a.json').length, 1);
  const many: Record<
    string,
    readonly [string, readonly (readonly [DelegatedRole, readonly Signer[]])[], (readonly Signer[])?]
  > = {};
  many.targets = ['', [[delegationOf('r0', alice, open), alice]]];
  for (let i = 0; i < 40; i += 1) many[`r${i}`] = ['', [[delegationOf(`r${i + 1}`, alice, open), alice]], alice];
  const endless = (await find(await repository(many))).found;
  assert.equal(endless.ok === false && endless.code, 'delegations-too-many');
});

test('floors of all roles on the way count, the highest for each place', async () => {
  const a = delegationOf('a', alice, open);
  const b = delegationOf('b', bob, open);
  const image = await repository({ targets: ['', [[a, alice]]], a: ['', [[b, bob]], alice], b: ['from b', [], bob] });
  await image.publishTargets('a', { floors: new Map([['rootfs/board-a', 5]]) }, alice);
  await image.publishTargets(
    'b',
    {
      floors: new Map([
        ['rootfs/board-a', 3],
        ['modem/board-a', 2],
      ]),
    },
    bob,
  );
  await image.publish();
  const { found } = await find(image);
  assert.ok(found.ok);
  assert.deepEqual(Object.fromEntries(found.floors), { 'rootfs/board-a': 5, 'modem/board-a': 2 });
});
