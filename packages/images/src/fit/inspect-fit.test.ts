import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changed, flipped, inspectBytes } from '../../test/broken.ts';
import { testKey } from '../../test/keys.ts';
import { seededBytes } from '../../test/random.ts';
import { fitSample } from '../../test/samples.ts';
import { type FitInput, type Pairs, text, u32, writeFit, writeTree } from '../../test/write-fit.ts';
import { judgeImage } from '../judge.ts';

const key = testKey('p256');
const ring = [{ key: key.publicKey, name: 'dev' }];
const input: FitInput = { kernel: seededBytes(4, 700), tree: seededBytes(5, 200), key };

test('a signed FIT says its time, hardware, hashes and whose signature it is', async () => {
  for (const kind of ['rsa3072', 'p256'] as const) {
    const { bytes, keys } = await fitSample(kind);
    const found = await inspectBytes(bytes, keys);
    assert.deepEqual([found.format, found.problem, found.warnings], ['fit', undefined, []]);
    assert.deepEqual([found.build, found.hardwareIds], ['2026-01-01T00:00:00.000Z', ['acme,gateway']]);
    assert.deepEqual(
      found.hashes.map(({ what, ok }) => [what, ok]),
      [
        ['images/kernel-1', true],
        ['images/fdt-1', true],
      ],
    );
    assert.deepEqual(
      found.signatures.map(({ what, verdict }) => [what, verdict]),
      [['configurations/conf-1', 'ok']],
    );
  }
});

test('no changed byte of the signed parts and of the data keeps the signature', async () => {
  const { bytes, keys, signed } = await fitSample('p256');
  for (const { offset, length } of signed) {
    for (let at = offset; at < offset + length; at += 13) {
      const found = await inspectBytes(flipped(bytes, at), keys);
      assert.ok(!found.signatures.some(({ verdict }) => verdict === 'ok'), `byte ${at}`);
    }
  }
});

test('what the signature does not cover may change', async () => {
  const bytes = await writeFit(input);
  const hint = bytes.indexOf('dev\0');
  assert.ok(hint > 0);
  const found = await inspectBytes(
    changed(bytes, (copy) => copy.write('own', hint)),
    ring,
  );
  assert.deepEqual(
    found.signatures.map(({ verdict, keyHint }) => [verdict, keyHint]),
    [['ok', 'own']],
  );
});

test('another key is unknown, and bad where the hint names one of ours', async () => {
  const bytes = await writeFit(input);
  const other = testKey('p256', 2).publicKey;
  assert.equal((await inspectBytes(bytes, [{ key: other }])).signatures[0]?.verdict, 'unknown-key');
  assert.equal((await inspectBytes(bytes, [{ key: other, name: 'dev' }])).signatures[0]?.verdict, 'bad');
});

const gaps: readonly (readonly [string, RegExp, Partial<FitInput>])[] = [
  ['leaves out the root', /does not cover \//, { hashedNodes: (nodes) => nodes.filter((path) => path !== '/') }],
  [
    'leaves out the configuration',
    /conf-1/,
    { hashedNodes: (nodes) => nodes.filter((path) => !path.includes('conf')) },
  ],
  ['leaves out an image', /fdt-1/, { hashedNodes: (nodes) => nodes.filter((path) => path !== '/images/fdt-1') }],
  [
    'leaves out a hash',
    /hash-1/,
    { hashedNodes: (nodes) => nodes.filter((path) => path !== '/images/kernel-1/hash-1') },
  ],
  ['covers data by CRC-32 only', /SHA-2/, { hash: 'crc32' }],
];
for (const [what, reason, change] of gaps) {
  test(`a good signature that ${what} protects too little and is bad`, async () => {
    const found = await inspectBytes(await writeFit({ ...input, ...change }), ring);
    assert.equal(found.signatures[0]?.verdict, 'bad');
    assert.match(found.warnings.join(), reason);
  });
}

/** Images, and one configuration, as pairs; the rest is up to the test. */
function root(image: Pairs, configuration: Pairs): Pairs {
  return [
    ['images', [['kernel-1', image]]],
    ['configurations', [['conf-1', configuration]]],
  ];
}
const plain: Pairs = [['data', Buffer.from('kernel')]];
const starts: Pairs = [['kernel', text('kernel-1')]];

test('a configuration without a signature is told, and fails where one is demanded', async () => {
  const found = await inspectBytes(writeTree(root(plain, starts)));
  assert.deepEqual([found.problem, found.unsigned], [undefined, ['configurations/conf-1']]);
  assert.match(found.warnings.join(), /has no hash/);
  assert.deepEqual(
    judgeImage(found, { signedBy: [] }).findings.map(({ code }) => code),
    ['signature-missing'],
  );
});

test('one signed configuration does not help another one that is not', async () => {
  const bytes = await writeFit(input);
  const found = await inspectBytes(bytes, ring);
  const both = { ...found, unsigned: ['configurations/conf-2'] };
  const signedBy = [found.signatures[0]?.keyId ?? ''];
  assert.equal(judgeImage(found, { signedBy }).verdict, 'pass');
  assert.equal(judgeImage(both, { signedBy }).verdict, 'fail');
});

test('data may lie after the tree, at an offset or at a position', async () => {
  const tree = (way: string, at: number) =>
    root(
      [
        ['data-size', u32(6)],
        [way, u32(at)],
      ],
      starts,
    );
  const size = writeTree(tree('data-offset', 0)).length;
  const aligned = Math.ceil(size / 4) * 4;
  const after = Buffer.concat([
    writeTree(tree('data-offset', 8)),
    Buffer.alloc(aligned - size + 8),
    Buffer.from('kernel'),
  ]);
  assert.equal((await inspectBytes(after)).problem, undefined);
  const short = await inspectBytes(after.subarray(0, -1));
  assert.equal(short.problem?.code, 'out-of-bounds');
  const inside = await inspectBytes(writeTree(tree('data-position', 60)));
  assert.equal(inside.problem?.code, 'overlap');
});

test('two images with the same bytes outside of the tree overlap', async () => {
  const image: Pairs = [
    ['data-size', u32(6)],
    ['data-offset', u32(0)],
  ];
  const pairs: Pairs = [
    [
      'images',
      [
        ['a', image],
        ['b', image],
      ],
    ],
    ['configurations', [['conf-1', [['kernel', text('a')]]]]],
  ];
  const bytes = writeTree(pairs);
  const found = await inspectBytes(Buffer.concat([bytes, Buffer.alloc(16)]));
  assert.equal(found.problem?.code, 'overlap');
});

const deep = (levels: number): Pairs => (levels === 0 ? [] : [['n', deep(levels - 1)]]);
const malformed: readonly (readonly [string, string, Pairs])[] = [
  ['a node twice', 'duplicate', [...root(plain, starts), ['images', []]]],
  ['a property twice', 'duplicate', root([...plain, ...plain], starts)],
  ['an image that is not there', 'contradiction', root(plain, [['kernel', text('kernel-2')]])],
  [
    'data inside and outside',
    'contradiction',
    root([...plain, ['data-position', u32(0)], ['data-size', u32(1)]], starts),
  ],
  ['no data', 'contradiction', root([], starts)],
  ['a list that does not end', 'contradiction', root(plain, [['kernel', Buffer.from('kernel-1')]])],
  [
    'a size of three cells',
    'contradiction',
    root(
      [
        ['data-size', Buffer.alloc(12)],
        ['data-offset', u32(0)],
      ],
      starts,
    ),
  ],
  ['20 levels', 'limit', [...root(plain, starts), ['deep', deep(20)]]],
  ['a name of 200 characters', 'limit', [...root(plain, starts), ['x'.repeat(200), []]]],
  ['a name with a line feed', 'contradiction', [...root(plain, starts), ['x\ny', []]]],
  [
    '70,000 nodes',
    'limit',
    [...root(plain, starts), ...Array.from({ length: 70_000 }, (_, index) => [`n${index}`, []] as const)],
  ],
];
for (const [what, code, pairs] of malformed) {
  test(`a tree with ${what} ends as ${code} and claims nothing`, async () => {
    const found = await inspectBytes(writeTree(pairs));
    assert.deepEqual([found.format, found.problem?.code, found.hashes], ['fit', code, []]);
  });
}

test('a second root, an open end and a bad token are refused', async () => {
  const good = writeTree(root(plain, starts));
  const end = good.readUInt32BE(8) + good.readUInt32BE(36) - 4;
  for (const token of [1, 2, 3, 5, 0]) {
    const found = await inspectBytes(changed(good, (copy) => copy.writeUInt32BE(token, end)));
    assert.equal(found.problem !== undefined, true, `token ${token}`);
  }
  const second = changed(good, (copy) => copy.writeUInt32BE(copy.readUInt32BE(36) - 4, 36));
  assert.equal((await inspectBytes(second)).problem?.code, 'out-of-bounds');
});

test('a name with "@" makes a signature worthless', async () => {
  const bytes = await writeFit(input);
  const found = await inspectBytes(Buffer.from(bytes.toString('latin1').replaceAll('fdt-1', 'fdt@1'), 'latin1'), ring);
  assert.equal(found.signatures[0]?.verdict, 'bad');
  assert.match(found.warnings.join(), /"@"/);
});

test('encrypted images are told', async () => {
  const found = await inspectBytes(writeTree(root([...plain, ['cipher', []]], starts)));
  assert.equal(found.encrypted, true);
});
