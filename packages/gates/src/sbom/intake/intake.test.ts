import assert from 'node:assert/strict';
import test from 'node:test';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import fc from 'fast-check';
import { inventory, pretendComponent } from '../../../test/sbom/pretend-inventory.ts';
import { compareInventories } from './compare-inventories.ts';
import { cyclonedxSchema, cyclonedxVersions } from './cyclonedx-schema.ts';
import { mergeInventories } from './merge-inventories.ts';
import { readSbom } from './read-sbom.ts';

const smallest = { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 };
const read = (value: unknown) => readSbom(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));

async function problemsOf(value: unknown): Promise<string> {
  const reading = await read(value);
  return reading.kind === 'refused' ? reading.problems.join(' ') : '';
}

test('CycloneDX of every version from 1.4 to 1.7 is read, with nested components and what they need', async () => {
  for (const specVersion of cyclonedxVersions) {
    const reading = await read({
      ...smallest,
      specVersion,
      metadata: {
        timestamp: '2026-01-01T00:00:00Z',
        authors: [{ name: 'A' }],
        component: { type: 'firmware', name: 'whole' },
      },
      components: [
        {
          type: 'library',
          'bom-ref': 'a',
          group: '@s',
          name: 'x',
          version: '1.0.0',
          purl: 'pkg:npm/%40s/x@1.0.0',
          licenses: [{ license: { id: 'MIT' } }],
          hashes: [{ alg: 'SHA-256', content: 'AB'.repeat(32) }],
          components: [{ type: 'application', 'bom-ref': 'b', name: 'inner', version: '2', publisher: 'P' }],
        },
      ],
      dependencies: [{ ref: 'a', dependsOn: ['b', 'nowhere'] }, { ref: 'b' }],
    });
    assert.equal(reading.kind, 'read');
    if (reading.kind !== 'read') continue;
    const { components, authors, timestamp, hasDependencies } = reading.sbom;
    assert.deepEqual([authors, timestamp, hasDependencies], [['A'], '2026-01-01T00:00:00Z', true]);
    assert.deepEqual(
      components.map(({ name, purl, ecosystem, supplier }) => [name, purl, ecosystem, supplier]),
      [
        ['@s/x', 'pkg:npm/%40s/x@1.0.0', 'npm', undefined],
        ['inner', 'pkg:generic/inner@2', null, 'P'],
      ],
    );
    assert.deepEqual(
      [components[0]?.dependsOn, components[0]?.hashes],
      [['pkg:generic/inner@2'], { sha256: 'ab'.repeat(32) }],
    );
  }
});

test('SPDX 2.3 is read without the package that it describes, needs in both directions', async () => {
  const reading = await read({
    $schema: 'https://example.org/spdx-2.3.1.json',
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: 'n',
    documentNamespace: 'https://example.org/n',
    creationInfo: { created: '2026-01-01T00:00:00Z', creators: ['Tool: t'] },
    packages: [
      { SPDXID: 'SPDXRef-Whole', name: 'whole', downloadLocation: 'NONE' },
      {
        SPDXID: 'SPDXRef-A',
        name: 'a',
        versionInfo: '1-2',
        downloadLocation: 'NONE',
        supplier: 'Organization: S',
        licenseConcluded: 'MIT',
        licenseDeclared: 'NOASSERTION',
        externalRefs: [
          {
            referenceCategory: 'PACKAGE_MANAGER',
            referenceType: 'purl',
            referenceLocator: 'pkg:deb/debian/a@1-2?distro=debian-12',
          },
        ],
      },
      {
        SPDXID: 'SPDXRef-B',
        name: 'b',
        downloadLocation: 'NONE',
        supplier: 'NOASSERTION',
        primaryPackagePurpose: 'OPERATING-SYSTEM',
      },
    ],
    relationships: [
      { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-Whole' },
      { spdxElementId: 'SPDXRef-B', relationshipType: 'DEPENDENCY_OF', relatedSpdxElement: 'SPDXRef-A' },
      { spdxElementId: 'SPDXRef-B', relationshipType: 'DEPENDS_ON', relatedSpdxElement: 'SPDXRef-A' },
    ],
  });
  assert.equal(reading.kind, 'read');
  const [a, b, ...more] = reading.kind === 'read' ? reading.sbom.components : [];
  assert.deepEqual([a?.supplier, a?.licence, a?.ecosystem, a?.dependsOn], ['S', 'MIT', 'Debian:12', ['pkg:generic/b']]);
  assert.deepEqual([b?.type, b?.supplier, b?.dependsOn, more], ['operating-system', undefined, [a?.purl], []]);
});

const refused: readonly (readonly [what: string, value: unknown, message: RegExp])[] = [
  ['no JSON', '{', /Expected a JSON object/],
  ['a list', '[]', /Expected a JSON object/],
  ['another object', '{}', /found neither/],
  ['an old version', { ...smallest, specVersion: '1.2' }, /found 1\.2/],
  ['SPDX 2.2', { spdxVersion: 'SPDX-2.2' }, /found SPDX-2\.2/],
  ['SPDX without packages’ ids', { spdxVersion: 'SPDX-2.3', packages: [{}] }, /required/],
  ['a component without a name', { ...smallest, components: [{ type: 'library' }] }, /components\/0 .*name/],
  [
    'a component of an unknown type',
    { ...smallest, components: [{ type: 'thing', name: 'x' }] },
    /components\/0\/type/,
  ],
  ['members that the schema does not know', { ...smallest, surprise: 1 }, /additional/],
  [
    'the same component twice',
    { ...smallest, components: Array(2).fill({ type: 'library', name: 'x' }) },
    /uniqueItems/,
  ],
  ['thousands of levels', `${'['.repeat(100_000)}`, /levels/],
];
for (const [what, value, message] of refused) {
  test(`an SBOM that is ${what} is refused and says why`, async () => {
    assert.match(await problemsOf(value), message);
  });
}

test('bytes that are no UTF-8 are refused', async () => {
  assert.equal((await readSbom(Buffer.from([0x7b, 0xff, 0x7d]))).kind, 'refused');
});

test('our check of CycloneDX agrees with the library’s own on documents with one thing changed', async () => {
  const official = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
  const ours = await cyclonedxSchema('1.6');
  const component = {
    type: 'library',
    name: 'x',
    version: '1',
    'bom-ref': 'r',
    supplier: { name: 's', contact: [{ email: 'a@example.org' }] },
  };
  const value = fc.oneof(
    fc.constantFrom('library', 'x', '', '1.6', 'CycloneDX', 'SHA-256', 'a@b'),
    fc.integer(),
    fc.constant([]),
    fc.constant({}),
  );
  const change = fc.record({
    at: fc.constantFrom(
      'type',
      'name',
      'version',
      'bom-ref',
      'supplier',
      'licenses',
      'hashes',
      'purl',
      'cpe',
      'scope',
      'evidence',
      'other',
    ),
    value,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 2 }), async (changes) => {
      const changed = { ...component, ...Object.fromEntries(changes.map((one) => [one.at, one.value])) };
      const document = { ...smallest, components: [changed], dependencies: [{ ref: 'r' }] };
      assert.equal(ours(document), (await official.validate(JSON.stringify(document))) === null);
    }),
    { numRuns: 300 },
  );
});

test('the same component twice is found among twenty thousand others', async () => {
  const components = Array.from({ length: 19_999 }, (_, at) => ({ type: 'library', name: `x${at}`, version: '1' }));
  const reading = await read({ ...smallest, components });
  assert.equal(reading.kind === 'read' && reading.sbom.components.length, 19_999);
  assert.match(
    await problemsOf({ ...smallest, components: [...components, { version: '1', name: 'x7', type: 'library' }] }),
    /uniqueItems/,
  );
});

test('an SBOM with too many components is refused', async () => {
  const components = Array.from({ length: 20_001 }, (_, at) => ({ type: 'library', name: `x${at}` }));
  assert.match(await problemsOf({ ...smallest, components }), /at most 20000 components/);
});

test('any bytes are refused or read, never an error', async () => {
  const near = fc.jsonValue().map((value) => JSON.stringify({ ...smallest, components: value, metadata: value }));
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), near), async (text) => {
      assert.ok((await read(text)).kind);
    }),
  );
});

test('the difference says what is missing, what is extra and what has another version', () => {
  const found = [
    pretendComponent({ name: 'a', version: '1.0-2', purl: 'pkg:deb/debian/a@1.0-2?arch=arm64' }),
    pretendComponent({ name: 'b', version: '2.0-1', purl: 'pkg:deb/debian/b@2.0-1?arch=arm64' }),
    pretendComponent({
      name: 'c',
      version: '3.0-1',
      purl: 'pkg:deb/debian/c@3.0-1',
      source: { name: 'csrc', version: '3.0-1' },
    }),
    pretendComponent({ name: 'unknown', version: '', type: 'file' }),
    pretendComponent({ name: 'only-here', version: '1' }),
  ];
  const supplied = [
    pretendComponent({ name: 'a', version: '1.0-2', purl: 'pkg:deb/debian/a@1.0-2' }),
    pretendComponent({ name: 'b', version: '2.1-1', purl: 'pkg:deb/debian/b@2.1-1' }),
    pretendComponent({ name: 'csrc', version: '3.0' }),
    pretendComponent({ name: 'only-there', version: '1' }),
  ];
  const { missing, extra, otherVersion } = compareInventories(supplied, found);
  assert.deepEqual(
    missing.map(({ name }) => name),
    ['only-here'],
  );
  assert.deepEqual(
    extra.map(({ name }) => name),
    ['only-there'],
  );
  assert.deepEqual(
    otherVersion.map((pair) => [pair.supplied.version, pair.found.version]),
    [['2.1-1', '2.0-1']],
  );
});

test('an inventory does not differ from itself, and merging it with itself changes nothing but who tells', () => {
  const { missing, extra, otherVersion } = compareInventories(inventory.components, inventory.components);
  assert.deepEqual([missing, extra, otherVersion], [[], [], []]);
  const merged = mergeInventories(inventory, inventory.components);
  assert.deepEqual(
    merged.components.map(({ purl }) => purl),
    inventory.components.map(({ purl }) => purl),
  );
});

test('merging adds what the image does not say, and keeps its versions and purls', () => {
  const supplied = [
    pretendComponent({
      name: 'zlib',
      version: '1.2.13',
      purl: 'pkg:github/madler/zlib@1.2.13',
      supplier: 'Mark',
      evidence: [],
    }),
    pretendComponent({ name: 'closed', version: '7', dependsOn: ['pkg:generic/zlib@1.2.13'] }),
  ];
  const merged = mergeInventories(inventory, supplied);
  assert.deepEqual(
    merged.components
      .filter(({ name }) => name === 'zlib' || name === 'closed')
      .map(({ purl, supplier }) => [purl, supplier]),
    [
      ['pkg:generic/closed@7', undefined],
      ['pkg:generic/zlib@1.2.13', 'Mark'],
    ],
  );
});
