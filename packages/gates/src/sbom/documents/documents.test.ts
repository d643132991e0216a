import assert from 'node:assert/strict';
import test from 'node:test';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import fc from 'fast-check';
import { facts, inventory, pretendComponent } from '../../../test/sbom/pretend-inventory.ts';
import { spdxProblems } from '../../../test/sbom/strict-spdx.ts';
import type { SoftwareInventory } from '../component.ts';
import { readSbom } from '../intake/read-sbom.ts';
import { spdxSchema } from '../intake/spdx-schema.ts';
import { mergeComponents } from '../inventory/merge.ts';
import { serialNumberOf } from './document-facts.ts';
import { writeCyclonedx } from './write-cyclonedx.ts';
import { writeSpdx } from './write-spdx.ts';

const versions = [
  ['1.6', Spec.Version.v1dot6],
  ['1.7', Spec.Version.v1dot7],
] as const;

for (const [version, known] of versions) {
  test(`a CycloneDX ${version} document is strictly valid by the official schema and says all that is known`, async () => {
    const text = Buffer.from(writeCyclonedx(facts, version)).toString();
    assert.equal(await new Validation.JsonStrictValidator(known).validate(text), null);
    const document = JSON.parse(text);
    assert.deepEqual([document.specVersion, document.serialNumber], [version, `urn:uuid:${facts.serialNumber}`]);
    assert.deepEqual(
      [document.metadata.timestamp, document.metadata.component.type],
      ['2026-01-02T03:04:05.000Z', 'firmware'],
    );
    const ssl = document.components.find(({ name }: { name: string }) => name === 'libssl3');
    assert.deepEqual(ssl.licenses, [{ expression: 'Apache-2.0 OR MIT' }]);
    assert.deepEqual(ssl.evidence.occurrences, [{ location: 'var/lib/dpkg/status' }]);
    const needs = document.dependencies.find(({ ref }: { ref: string }) => ref === ssl['bom-ref']);
    assert.deepEqual(needs.dependsOn, ['pkg:generic/zlib@1.2.13']);
    assert.equal(document.compositions[0].aggregate, 'incomplete');
  });
}

test('an SPDX document has the shape of version 2.3, and texts of its own for other licences', () => {
  const text = Buffer.from(writeSpdx(facts)).toString();
  assert.deepEqual(spdxProblems(text), []);
  const document = JSON.parse(text);
  assert.deepEqual(document.creationInfo, {
    created: '2026-01-02T03:04:05Z',
    creators: ['Organization: Example Ltd', 'Tool: fettle-0.1.0'],
  });
  assert.equal(document.packages.length, 4);
  const odd = document.packages.find(({ name }: { name: string }) => name.startsWith('no licence'));
  assert.deepEqual(
    [odd.licenseDeclared, odd.versionInfo],
    [document.hasExtractedLicensingInfos[0].licenseId, undefined],
  );
});

const written: string = Buffer.from(writeSpdx(facts)).toString();
const damages: readonly (readonly [what: string, from: string | RegExp, to: string])[] = [
  ['parts of a second', '03:04:05Z', '03:04:05.000Z'],
  ['a checksum that is no number', `"${'ab'.repeat(32)}"`, '"no"'],
  ['an id with an underscore', /SPDXRef-Firmware/g, 'SPDXRef-Firm_ware'],
  ['a member that nobody knows', '"filesAnalyzed":false', '"filesAnalyzed":false,"more":1'],
  ['an operating system in one of two spellings', '"FIRMWARE"', '"OPERATING_SYSTEM"'],
  ['a relation to nothing', /("relatedSpdxElement":"SPDXRef-)(?!Firmware)/, '$1x'],
  ['a file without a name', '"packages":', '"files":[{"SPDXID":"SPDXRef-f","checksums":[]}],"packages":'],
];
for (const [what, from, to] of damages) {
  test(`the judge of SPDX documents refuses ${what}`, () => {
    const damaged = written.replace(from, to);
    assert.notEqual(damaged, written);
    assert.notDeepEqual(spdxProblems(damaged), []);
  });
}

test('the same facts give the same bytes, in whatever order components came', () => {
  const turned: SoftwareInventory = { ...inventory, components: [...inventory.components].reverse() };
  const other = structuredClone({ ...facts, inventory: turned });
  assert.deepEqual(writeCyclonedx(facts, '1.6'), writeCyclonedx(other, '1.6'));
  assert.deepEqual(writeSpdx(facts), writeSpdx(structuredClone(facts)));
});

test('an artifact always gets the same serial number, another one another', () => {
  const { digest } = facts.candidate;
  assert.equal(serialNumberOf(digest), serialNumberOf(digest));
  assert.match(serialNumberOf(digest), /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('what was written is read again: names, versions, purls, suppliers, licences, hashes, needs', async () => {
  for (const bytes of [writeCyclonedx(facts, '1.6'), writeCyclonedx(facts, '1.7'), writeSpdx(facts)]) {
    const reading = await readSbom(bytes);
    assert.equal(reading.kind, 'read');
    const components = reading.kind === 'read' ? reading.sbom.components : [];
    const byPurl = new Map(components.map((component) => [component.purl, component]));
    for (const one of inventory.components) {
      const again = byPurl.get(one.purl);
      assert.deepEqual(
        [again?.name, again?.version, again?.supplier, again?.cpe],
        [one.name, one.version, one.supplier, one.cpe],
      );
      assert.deepEqual(
        [again?.hashes.sha256, again?.dependsOn, again?.ecosystem],
        [one.hashes.sha256, one.dependsOn, one.ecosystem],
      );
    }
    assert.equal(components.length, 3);
  }
});

const hostile = fc.record({
  name: fc.string({ minLength: 1, unit: 'grapheme' }),
  version: fc.string({ unit: 'grapheme' }),
  licence: fc.option(fc.oneof(fc.string(), fc.constantFrom('MIT', 'GPL-2.0+', '(MIT')), { nil: undefined }),
  supplier: fc.option(fc.string(), { nil: undefined }),
  cpe: fc.option(fc.constantFrom('cpe:2.3:a:x:y:1\\+2:*:*:*:*:*:*:*', 'cpe:/a:x:y', 'no'), { nil: undefined }),
  hashes: fc.dictionary(
    fc.constantFrom('sha256', 'md5', 'build-id', 'crc'),
    fc.constantFrom('ab'.repeat(32), 'zz', ''),
  ),
});

test('documents of whatever an image says of itself are strictly valid', async () => {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
  await fc.assert(
    fc.asyncProperty(fc.array(hostile, { maxLength: 5 }), async (parts) => {
      const components = parts.map((part, at) => pretendComponent({ ...part, purl: `pkg:generic/c${at}@${at}` }));
      const given = { ...facts, inventory: { ...inventory, components } };
      assert.equal(await validator.validate(Buffer.from(writeCyclonedx(given, '1.6')).toString()), null);
      const spdx = Buffer.from(writeSpdx(given)).toString();
      assert.deepEqual(spdxProblems(spdx), []);
      assert.ok(spdxSchema()(JSON.parse(spdx)));
    }),
    { numRuns: 100 },
  );
});

test('a find in a text never changes what a package says', () => {
  const [packaged] = inventory.components;
  assert.ok(packaged);
  const told = {
    ...packaged,
    version: '9',
    supplier: 'else',
    evidence: [{ method: 'string', place: 'x', confidence: 1 } as const],
  };
  for (const merged of [mergeComponents(packaged, told), mergeComponents(told, packaged)]) {
    assert.deepEqual(
      [merged.version, merged.supplier, merged.evidence.length],
      [packaged.version, packaged.supplier, 2],
    );
  }
});
