import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { edgeRoot, emptyEdge, growTree, type WholeTile } from './edge.ts';
import { emptyRoot, type Hash, leafHash, nodeHash, rootOf, splitOf } from './merkle.ts';
import { proveConsistency, proveInclusion, readLogRoot } from './proofs.ts';
import { hashesAtLevel, readTilePath, tileHashReader, tilePath, tileWidth, widthAt } from './tiles.ts';
import { verifyConsistency, verifyInclusion } from './verify-proofs.ts';

const sizes = [0, 1, 2, 3, 255, 256, 257, 65_535, 65_536, 70_000];
const most = 70_000;
const leaves = Array.from({ length: most }, (_, i) => leafHash(Buffer.from(`entry ${i}`)));

/** A log as a store has it: whole tiles, and the edge. */
function logOf(size: number) {
  const { edge, tiles } = growTree(emptyEdge, leaves.slice(0, size));
  const whole = new Map(tiles.map((tile) => [`${tile.level}/${tile.index}`, tile]));
  const reader = tileHashReader(size, async ({ level, index, width }) => {
    const hashes = whole.get(`${level}/${index}`)?.hashes ?? edge.levels[level] ?? [];
    return hashes.slice(0, width);
  });
  return { edge, tiles, reader, root: edgeRoot(edge) };
}

/** As the page of definitions has it, word by word. @source RFC 6962 §2.1 */
function plainRoot(of: readonly Hash[]): Hash {
  const [only] = of;
  if (only === undefined) return emptyRoot;
  if (of.length === 1) return only;
  const k = splitOf(of.length);
  return nodeHash(plainRoot(of.slice(0, k)), plainRoot(of.slice(k)));
}

test('the root of a log without entries is the hash of nothing', () => {
  assert.equal(Buffer.from(emptyRoot).toString('base64'), '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=');
  assert.deepEqual(edgeRoot(emptyEdge), emptyRoot);
});

test('the root by tiles, by halves and by reading tiles back is one and the same', async () => {
  for (const size of sizes) {
    const { root, reader } = logOf(size);
    assert.deepEqual(root, plainRoot(leaves.slice(0, size)), `size ${size}`);
    assert.deepEqual(rootOf(leaves.slice(0, size)), root);
    assert.deepEqual(await readLogRoot(reader, size), root);
  }
});

test('70,000 entries are 273 whole tiles and 112 hashes, one whole tile and 17, and one hash', () => {
  const { edge, tiles } = logOf(most);
  const count = (level: number) => tiles.filter((tile: WholeTile) => tile.level === level).length;
  assert.deepEqual([count(0), count(1), count(2)], [273, 1, 0]);
  assert.deepEqual(
    edge.levels.map((hashes) => hashes.length),
    [112, 17, 1],
  );
  assert.deepEqual([widthAt(0, 273, most), widthAt(1, 1, most), widthAt(2, 0, most)], [112, 17, 1]);
  assert.equal(hashesAtLevel(3, most), 0);
});

test('growing in any portions gives the same edge and the same tiles', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 6 }), (portions) => {
      let edge = emptyEdge;
      const tiles: WholeTile[] = [];
      for (const portion of portions) {
        const grown = growTree(edge, leaves.slice(edge.size, edge.size + portion));
        edge = grown.edge;
        tiles.push(...grown.tiles);
      }
      const whole = logOf(edge.size);
      assert.deepEqual(edgeRoot(edge), whole.root);
      assert.deepEqual(tiles, whole.tiles);
    }),
    { numRuns: 30 },
  );
});

test('every sampled inclusion verifies at its index, and with anything changed it does not', async () => {
  for (const size of sizes.filter((one) => one > 0)) {
    const { root, reader } = logOf(size);
    for (const index of new Set([0, 1, size >> 1, 254, 255, 256, 65_535, size - 2, size - 1])) {
      if (index < 0 || index >= size) continue;
      const claim = {
        leaf: leaves[index] ?? emptyRoot,
        index,
        size,
        root,
        proof: await proveInclusion(reader, index, size),
      };
      assert.ok(verifyInclusion(claim), `${index} of ${size}`);
      assert.ok(!verifyInclusion({ ...claim, leaf: emptyRoot }));
      assert.ok(!verifyInclusion({ ...claim, root: emptyRoot }));
      assert.ok(!verifyInclusion({ ...claim, index: index + size }));
      assert.ok(!verifyInclusion({ ...claim, proof: [...claim.proof, emptyRoot] }));
      if (size > 1) {
        assert.ok(!verifyInclusion({ ...claim, proof: claim.proof.slice(1) }));
        assert.ok(!verifyInclusion({ ...claim, index: index === 0 ? 1 : index - 1 }));
      }
    }
  }
});

test('every pair of sizes is consistent, and with anything changed it is not', async () => {
  const logs = sizes.map((size) => ({ size, ...logOf(size) }));
  for (const { size, root, reader } of logs) {
    for (const old of logs.filter((one) => one.size <= size)) {
      const proof = await proveConsistency(reader, old.size, size);
      const claim = { oldSize: old.size, oldRoot: old.root, size, root, proof };
      assert.ok(verifyConsistency(claim), `${old.size} to ${size}`);
      assert.ok(!verifyConsistency({ ...claim, proof: [...proof, emptyRoot] }));
      if (old.size === 0 || old.size === size) continue;
      assert.ok(!verifyConsistency({ ...claim, oldRoot: root }));
      assert.ok(!verifyConsistency({ ...claim, root: old.root }));
      assert.ok(!verifyConsistency({ ...claim, proof: proof.slice(1) }));
      assert.ok(!verifyConsistency({ ...claim, oldSize: old.size + 1 }) || proof.length === 0);
    }
  }
});

test('a log of 70,000 entries proves with 17 hashes', async () => {
  const { reader } = logOf(most);
  assert.equal((await proveInclusion(reader, 4_242, most)).length, 17);
  assert.equal((await proveConsistency(reader, 61_234, most)).length, 17);
});

test('a proof of what is not there is refused', () => {
  const { reader } = logOf(3);
  assert.throws(() => proveInclusion(reader, 3, 3), { code: 'invalid-input' });
  assert.throws(() => proveInclusion(reader, 0, 0), { code: 'invalid-input' });
  assert.throws(() => proveConsistency(reader, 4, 3), { code: 'invalid-input' });
});

test('tiles have the paths that the specification shows', () => {
  const path = (index: number) => tilePath({ level: 0, index, width: tileWidth });
  assert.deepEqual([path(5), path(1_000), path(1_234_067)], ['tile/0/005', 'tile/0/x001/000', 'tile/0/x001/x234/067']);
  assert.equal(tilePath({ level: 'entries', index: 273, width: 112 }), 'tile/entries/273.p/112');
});

test('a path reads back to its tile, and any other spelling is none', () => {
  const level = fc.oneof(fc.constant('entries' as const), fc.integer({ min: 0, max: 6 }));
  const place = fc.record(
    { level, index: fc.nat(2 ** 40), width: fc.integer({ min: 1, max: 256 }) },
    { noNullPrototype: true },
  );
  fc.assert(fc.property(place, (one) => assert.deepEqual(readTilePath(tilePath(one)), one)));
  for (const path of [
    'tile/0/5',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/x000/001',
    'tile/0/001/',
    'tile/-1/001',
  ]) {
    assert.equal(readTilePath(path), undefined, path);
  }
  fc.assert(fc.property(fc.string(), (text) => readTilePath(text) === undefined));
});
