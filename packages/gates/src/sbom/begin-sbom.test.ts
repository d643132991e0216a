import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { deflateSync } from 'node:zlib';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { bytesSource, type WalkedLayer } from '@fettle/images';
import { candidate, now, outerLayer, type PretendFile, sbomOf } from '../../test/sbom/pretend-walk.ts';
import { writeElf, writeNote } from '../../test/sbom/write-elf.ts';
import { beginSbom, type SbomResult } from './begin-sbom.ts';
import { sectionType } from './programs/elf-file.ts';
import { sbomFacts } from './sbom-facts.ts';

const release = (id: string, version: string) => `ID=${id}\nVERSION_ID="${version}"\nPRETTY_NAME="${id} ${version}"\n`;
const dpkg = (name: string, version: string, more = '') =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: arm64\nVersion: ${version}\nMaintainer: T <t@example.org>\n${more}\n`;
/** A program of an operating system with a text among its constants. */
const program = (text: string) => writeElf([{ name: '.rodata', bytes: Buffer.from(`${text}\0`) }], { isHosted: true });

const debian: PretendFile[] = [
  { path: 'etc/os-release', bytes: release('debian', '12') },
  {
    path: 'var/lib/dpkg/status',
    bytes:
      dpkg('libssl3', '3.0.15-1', 'Source: openssl\nDepends: libc6 (>= 2.34)\n') +
      dpkg('libc6', '2.36-9', 'Source: glibc\n'),
  },
  { path: 'var/lib/dpkg/info/libssl3:arm64.list', bytes: '/.\n/usr\n/usr/lib/libssl.so.3\n/usr/lib/libcrypto.so.3\n' },
];
const purls = ({ inventory }: SbomResult) => inventory.components.map(({ purl }) => purl);
const rules = ({ report }: SbomResult) => report.findings.map(({ rule }) => rule);

test('packages are told by their database, with distribution, source, needs and ecosystem', async () => {
  const result = await sbomOf(debian);
  assert.deepEqual(purls(result), [
    'pkg:deb/debian/libc6@2.36-9?arch=arm64&distro=debian-12',
    'pkg:deb/debian/libssl3@3.0.15-1?arch=arm64&distro=debian-12',
  ]);
  const ssl = result.inventory.components[1];
  assert.deepEqual(
    [ssl?.source, ssl?.ecosystem, ssl?.dependsOn],
    [
      { name: 'openssl', version: '3.0.15-1' },
      'Debian:12',
      ['pkg:deb/debian/libc6@2.36-9?arch=arm64&distro=debian-12'],
    ],
  );
  assert.deepEqual([result.report.verdict, result.report.facts.minimumContent, rules(result)], ['pass', true, []]);
});

test('a package’s copyright file tells its licence', async () => {
  const bytes = 'Format: https://example.org/1.0/\n\nFiles: *\nLicense: Apache-2.0\n';
  const { inventory } = await sbomOf([{ path: 'usr/share/doc/libssl3/copyright', bytes }, ...debian]);
  assert.deepEqual(
    inventory.components.map(({ licence }) => licence),
    [undefined, 'Apache-2.0'],
  );
});

test('a text in a file of a package does not override the package, in whatever order they come', async () => {
  const files = [{ path: 'lib/libcrypto.so.3', bytes: program('OpenSSL 3.0.13 30 Jan 2024') }, ...debian];
  for (const order of [files, [...files].reverse()]) {
    const result = await sbomOf(order);
    assert.deepEqual(
      result.inventory.components.map(({ name, version }) => `${name} ${version}`),
      ['libc6 2.36-9', 'libssl3 3.0.15-1'],
    );
    assert.equal(result.report.facts.coverage, 1);
  }
});

test('the same text in a program of nobody is a component of low trust, unless it is the package’s own version', async () => {
  const files = [
    ...debian,
    { path: 'opt/a', bytes: program('OpenSSL 1.0.2k  26 Jan 2017') },
    { path: 'opt/b', bytes: program('OpenSSL 3.0.15 3 Sep 2024') },
  ];
  const result = await sbomOf(files);
  const told = result.inventory.components.filter(({ evidence }) => evidence[0]?.method === 'string');
  assert.deepEqual(
    told.map(({ purl, cpe, evidence }) => [purl, cpe, evidence[0]?.place]),
    [['pkg:generic/openssl@1.0.2k', 'cpe:2.3:a:openssl:openssl:1.0.2k:*:*:*:*:*:*:*', 'opt/a']],
  );
  assert.deepEqual([result.report.facts.coverage, result.report.facts.stringComponents], [0, 1]);
});

test('a program that tells nothing is listed as a file, with hash and build id', async () => {
  const bytes = writeElf([
    { name: '.note', type: sectionType.note, bytes: writeNote('GNU', 3, Buffer.from('0a0b', 'hex')) },
  ]);
  const result = await sbomOf([...debian, { path: 'opt/app/daemon', bytes, mode: 0o755 }]);
  const file = result.inventory.components.find(({ type }) => type === 'file');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  assert.deepEqual(file?.hashes, { sha256, 'build-id': '0a0b' });
  assert.equal(file?.purl, `pkg:generic/daemon?checksum=sha256%3A${sha256}`);
  assert.deepEqual([result.report.facts.unknownFiles, result.report.facts.withoutVersion], [1, 0]);
});

test('crates, npm and Python packages are told too, but not those that a package installed', async () => {
  const crates = { packages: [{ name: 'serde', version: '1.0.0', source: 'crates.io' }] };
  const metadata = 'Name: requests\nVersion: 2.31.0\n\n';
  const result = await sbomOf([
    { path: 'opt/rust', bytes: writeElf([{ name: '.dep-v0', bytes: deflateSync(JSON.stringify(crates)) }]) },
    { path: 'opt/app/node_modules/ms/package.json', bytes: '{"name":"ms","version":"2.1.3","license":"MIT"}' },
    { path: 'usr/lib/python3/dist-packages/requests-2.31.0.dist-info/METADATA', bytes: metadata },
    { path: 'opt/venv/lib/requests-2.30.0.dist-info/METADATA', bytes: metadata.replace('31', '30') },
    { path: 'var/lib/dpkg/status', bytes: dpkg('python3-requests', '2.31.0-1') },
    {
      path: 'var/lib/dpkg/info/python3-requests.list',
      bytes: '/usr/lib/python3/dist-packages/requests-2.31.0.dist-info/METADATA\n',
    },
  ]);
  assert.deepEqual(purls(result), [
    'pkg:cargo/serde@1.0.0',
    'pkg:deb/debian/python3-requests@2.31.0-1?arch=arm64',
    'pkg:npm/ms@2.1.3',
    'pkg:pypi/requests@2.30.0',
  ]);
});

test('each root has its own distribution: a container’s packages are not those of the device', async () => {
  const inner: WalkedLayer = { id: 1, parent: 0, format: 'tar', place: 'var/lib/app.tar!', sizeBytes: 1 };
  const result = await sbomOf([
    { path: 'lib/apk/db/installed', bytes: 'P:musl\nV:1.2.4-r2\nA:aarch64\n\n', layer: inner },
    { path: 'etc/os-release', bytes: release('alpine', '3.19.1'), layer: inner },
    ...debian.map((file) => ({ ...file, layer: outerLayer })),
    { path: 'var/lib/chroot/usr/lib/opkg/status', bytes: dpkg('dropbear', '2022.83-1') },
  ]);
  assert.deepEqual(
    result.inventory.components.map(({ name, ecosystem }) => [name, ecosystem]),
    [
      ['musl', 'Alpine:v3.19'],
      ['libc6', 'Debian:12'],
      ['libssl3', 'Debian:12'],
      ['dropbear', null],
    ],
  );
  assert.equal(result.report.facts.distribution, 'debian-12');
});

test('what a build listed adds licences to packages, and what no database tells of', async () => {
  const manifest = 'PACKAGE NAME: busybox\nPACKAGE VERSION: 1.36.1\nRECIPE NAME: busybox\nLICENSE: GPL-2.0-only\n\n';
  const result = await sbomOf([
    { path: 'usr/lib/opkg/status', bytes: dpkg('busybox', '1.36.1-r0') },
    {
      path: 'usr/share/licenses/license.manifest',
      bytes: `${manifest}${manifest.replaceAll('busybox', 'base-files')}`,
    },
  ]);
  assert.deepEqual(
    result.inventory.components.map(({ purl, licence }) => [purl, licence]),
    [
      ['pkg:generic/base-files@1.36.1', 'GPL-2.0-only'],
      ['pkg:opkg/busybox@1.36.1-r0?arch=arm64', 'GPL-2.0-only'],
    ],
  );
});

test('a kernel is told by its modules, by its image, and once only', async () => {
  const kernel = Buffer.concat([Buffer.alloc(500), Buffer.from('Linux version 6.1.55-v8+ (a@b) (gcc) #1')]);
  const result = await sbomOf([
    { path: 'lib/modules/6.1.55-v8+/modules.builtin', bytes: 'kernel/x.ko\n' },
    { path: '', bytes: kernel, layer: { ...outerLayer, id: 7, format: 'raw', place: 'boot/Image!' } },
  ]);
  assert.deepEqual(purls(result), ['pkg:generic/linux@6.1.55-v8%2B']);
  const [linux] = result.inventory.components;
  assert.deepEqual([linux?.evidence.length, linux?.cpe], [2, 'cpe:2.3:o:linux:linux_kernel:6.1.55:*:*:*:*:*:*:*']);
});

test('a kernel whose version is the number of a build has a CPE only where it tells upstream’s version', async () => {
  const cpeOf = async (banner: string) => {
    const bytes = Buffer.concat([Buffer.alloc(500), Buffer.from(`Linux version ${banner}\n`)]);
    return (await sbomOf([{ path: 'boot/Image', bytes }])).inventory.components[0]?.cpe;
  };
  assert.equal(await cpeOf('5.15.0-91-generic (a@b) (gcc) #101-Ubuntu SMP'), undefined);
  const debian = await cpeOf('6.1.0-56-amd64 (a@b) (gcc) #1 SMP Debian 6.1.192-2 (2026-11-16)');
  assert.equal(debian, 'cpe:2.3:o:linux:linux_kernel:6.1.192:*:*:*:*:*:*:*');
});

for (const [place, isSearched] of [
  ['', true],
  ['boot/zImage@0x4a30!', true],
  ['images/kernel-1!', true],
  ['fw.zip!main.bin.gz!', true],
  ['data!', true],
  ['usr/share/doc/linux/changelog.gz!', false],
] as const) {
  test(`what was packed in "${place}" is ${isSearched ? '' : 'not '}searched for texts`, async () => {
    const layer: WalkedLayer = { id: 3, parent: null, format: 'gzip', place, sizeBytes: 1 };
    const bytes = Buffer.concat([Buffer.alloc(500), Buffer.from('Linux version 6.1.55 (a@b) (gcc) #1 SMP')]);
    const result = await sbomOf([{ path: 'content', bytes, layer, mode: 0 }]);
    assert.deepEqual(purls(result), isSearched ? ['pkg:generic/linux@6.1.55'] : []);
  });
}

const moduleOf = (name: string, more: string) =>
  writeElf([
    { name: '.modinfo', bytes: Buffer.from(`license=GPL\0name=${name}\0${more}vermagic=6.1.0-13-amd64 SMP \0`) },
  ]);

test('modules of a kernel are the kernel; one of another source is told by itself', async () => {
  const folder = 'lib/modules/6.1.0-13-amd64';
  const result = await sbomOf([
    { path: `${folder}/kernel/net/a.ko`, bytes: moduleOf('a', 'intree=Y\0') },
    { path: `${folder}/kernel/net/b.ko`, bytes: moduleOf('b', 'intree=Y\0') },
    { path: `${folder}/updates/wifi.ko`, bytes: moduleOf('wifi', 'version=5.6.4\0') },
  ]);
  assert.deepEqual(purls(result), ['pkg:generic/linux@6.1.0-13-amd64', 'pkg:generic/wifi@5.6.4']);
  const [linux, wifi] = result.inventory.components;
  assert.deepEqual([linux?.evidence.length, linux?.cpe], [1, undefined]);
  assert.deepEqual(wifi?.dependsOn, [linux?.purl]);
});

test('an older form of rpm’s database, one that is damaged, and one that was left open leave the verdict open', async () => {
  for (const [path, rule] of [
    ['var/lib/rpm/Packages', 'database-unsupported'],
    ['usr/lib/sysimage/rpm/rpmdb.sqlite', 'database-damaged'],
    ['var/lib/rpm/rpmdb.sqlite-wal', 'database-damaged'],
  ] as const) {
    const result = await sbomOf([...debian, { path, bytes: Buffer.alloc(4_096) }]);
    assert.deepEqual(
      [result.report.verdict, rules(result), result.report.facts.unreadDatabases],
      ['inconclusive', [rule], 1],
    );
  }
});

test('an image that tells nothing is inconclusive, one with a supplied SBOM passes', async () => {
  const nothing: PretendFile[] = [{ path: 'data.txt', bytes: 'hello' }];
  const supplied = [
    {
      name: 'bom.json',
      bytes: Buffer.from(
        '{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[{"type":"library","name":"x","version":"1"}]}',
      ),
    },
  ];
  assert.equal((await sbomOf(nothing)).report.verdict, 'inconclusive');
  const result = await sbomOf(nothing, { supplied });
  assert.deepEqual([result.report.verdict, rules(result)], ['pass', ['supplier-missing', 'component-extra']]);
  assert.deepEqual(
    result.report.documents.map(({ kind }) => kind),
    ['sbom-cyclonedx', 'sbom-spdx', 'sbom-supplied-cyclonedx'],
  );
  assert.equal(result.report.documents[2]?.bytes, supplied[0]?.bytes);
});

test('a supplied SBOM that is not valid fails, whatever else is known', async () => {
  const result = await sbomOf(debian, { supplied: [{ name: 'bom.json', bytes: Buffer.from('{}') }] });
  assert.deepEqual([result.report.verdict, rules(result)], ['fail', ['supplied-invalid']]);
});

test('the difference to the supplied SBOM is told, worst first, and keeps its fingerprints from build to build', async () => {
  const told = [
    {
      type: 'library',
      name: 'libc6',
      version: '2.35-1',
      purl: 'pkg:deb/debian/libc6@2.35-1?arch=arm64&distro=debian-12',
    },
    { type: 'library', name: 'ghost', version: '1', supplier: { name: 'S' } },
  ];
  const supplied = [
    {
      name: 'b',
      bytes: Buffer.from(JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components: told })),
    },
  ];
  const first = await sbomOf(debian, { supplied });
  const wanted = ['component-missing', 'component-other-version', 'supplier-missing', 'component-extra'];
  assert.deepEqual(rules(first).sort(), [...wanted].sort());
  const newer = debian.map((file) => ({ ...file, bytes: String(file.bytes).replace('3.0.15-1', '3.0.16-1') }));
  const second = await sbomOf(newer, { supplied });
  const fingerprints = ({ report }: SbomResult) => report.findings.map(({ fingerprint }) => fingerprint).sort();
  assert.deepEqual(fingerprints(first), fingerprints(second));
});

test('the report has every fact of the table and no other, and its documents are valid', async () => {
  const { report } = await sbomOf(debian);
  assert.deepEqual(Object.keys(report.facts).sort(), Object.keys(sbomFacts).sort());
  const text = Buffer.from(report.documents[0]?.bytes ?? []).toString();
  assert.equal(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text), null);
  const again = (await sbomOf([...debian].reverse())).report.documents.map(({ bytes }) =>
    Buffer.from(bytes).toString(),
  );
  assert.deepEqual(
    again,
    report.documents.map(({ bytes }) => Buffer.from(bytes).toString()),
  );
});

test('parts that a walk could not open leave the verdict open without a supplied SBOM', async () => {
  const gate = beginSbom({ candidate, source: bytesSource(Buffer.alloc(1)), now }, { supplier: 'S', toolVersion: '0' });
  const problem = { code: 'encrypted', place: 'a!', message: 'Expected a key.' } as const;
  const { report } = await gate.end({ layers: 1, entries: 0, bytes: 0, problems: [problem] });
  assert.deepEqual(
    [report.verdict, report.findings[0]?.rule, report.facts.unseenParts],
    ['inconclusive', 'part-unseen', 1],
  );
});
