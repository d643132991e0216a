import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { readApkPackages } from './apk-packages.ts';
import { readCopyright } from './debian-copyright.ts';
import { readDebianPackages } from './debian-packages.ts';
import { readOsRelease } from './os-release.ts';

const stanza = (fields: Readonly<Record<string, string>>) =>
  Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');

test('a dpkg package says its source, what it needs, and who keeps it', () => {
  const text = [
    stanza({
      Package: 'libssl3',
      Status: 'install ok installed',
      Architecture: 'arm64',
      Source: 'openssl (3.0.15-1)',
      Version: '3.0.15-1~deb12u1',
      Maintainer: 'Some Team <team@example.org>',
      Depends: 'libc6 (>= 2.34), debconf (>= 0.5) | debconf-2.0,\n libz:any',
      Description: 'a library\n more of it: with a colon',
    }),
    stanza({ Package: 'openssl', Status: 'install ok installed', Version: '3.0.15-1', Architecture: 'arm64' }),
  ].join('\n');
  const { packages, problems } = readDebianPackages(text, 'deb');
  assert.deepEqual(problems, []);
  assert.deepEqual(packages[0], {
    kind: 'deb',
    name: 'libssl3',
    version: '3.0.15-1~deb12u1',
    architecture: 'arm64',
    source: { name: 'openssl', version: '3.0.15-1' },
    supplier: 'Some Team <team@example.org>',
    licence: undefined,
    needs: ['libc6', 'debconf', 'libz'],
    provides: [],
    hashes: {},
  });
  assert.deepEqual(packages[1]?.source, { name: 'openssl', version: '3.0.15-1' });
});

test('packages count whose files are there: installed or unpacked, not those whose configuration was left behind', () => {
  const states = ['install ok installed', 'install ok unpacked', 'deinstall ok config-files', 'purge ok not-installed'];
  const text = states.map((Status, at) => stanza({ Package: `p${at}`, Status, Version: '1' })).join('\n');
  assert.deepEqual(
    readDebianPackages(text, 'opkg').packages.map(({ name }) => name),
    ['p0', 'p1'],
  );
});

test('a block of status.d has no status and counts, lines may end as on Windows', () => {
  const { packages } = readDebianPackages('Package: base-files\r\nVersion: 12\r\n\r\n', 'deb');
  assert.deepEqual([packages.length, packages[0]?.version], [1, '12']);
});

test('a package without a version is told of as a problem', () => {
  assert.equal(readDebianPackages('Package: x\nStatus: install ok installed\n', 'deb').problems.length, 1);
});

test('an apk package says its origin, its files and what it needs of shared objects', () => {
  const text = [
    'C:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=',
    'P:busybox',
    'V:1.36.1-r5',
    'A:aarch64',
    'L:GPL-2.0-only',
    'o:busybox-all',
    'm:Someone <s@example.org>',
    'D:so:libc.musl-aarch64.so.1 !uclibc foo>=1.2',
    'p:cmd:ash=1.36.1-r5',
    'F:bin',
    'R:busybox',
    'a:0:0:755',
    'F:',
    'R:init',
    '',
    'P:musl',
    'V:1.2.4-r2',
    'p:so:libc.musl-aarch64.so.1=1',
    '',
  ].join('\n');
  const { packages, paths } = readApkPackages(text);
  assert.deepEqual([...paths], ['bin/busybox', 'init']);
  assert.deepEqual(
    packages.map(({ name, version }) => `${name} ${version}`),
    ['busybox 1.36.1-r5', 'musl 1.2.4-r2'],
  );
  assert.deepEqual(packages[0]?.needs, ['so:libc.musl-aarch64.so.1', 'foo']);
  assert.deepEqual(packages[0]?.source, { name: 'busybox-all', version: '1.36.1-r5' });
  assert.equal(packages[0]?.hashes.sha1?.length, 40);
  assert.deepEqual(packages[1]?.provides, ['so:libc.musl-aarch64.so.1']);
});

test('what a distribution says of itself is read with a shell’s quotes', () => {
  const release = readOsRelease(
    '# c\nID=alpine\nVERSION_ID=\'3.19.1\'\nPRETTY_NAME="Alpine \\"edge\\""\nID_LIKE="a b"\n',
  );
  assert.deepEqual(release, {
    id: 'alpine',
    versionId: '3.19.1',
    name: 'Alpine "edge"',
    idLike: ['a', 'b'],
    cpe: undefined,
  });
  assert.equal(readOsRelease('nothing here'), null);
});

test('a copyright file that machines can read tells licences by SPDX’s names', () => {
  const head = 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n';
  const files = 'Files: *\nCopyright: a\nLicense: GPL-2+ or Expat\n text of it\n\nFiles: x\nLicense: LGPL-2.1\n\n';
  assert.equal(
    readCopyright(`${head}${files}License: Artistic\n its text\n`),
    '(GPL-2.0-or-later OR MIT) AND LGPL-2.1-only',
  );
  assert.equal(readCopyright(`${head}Files: *\nLicense: zlib\n`), 'Zlib');
  assert.equal(readCopyright('This package was debianized by hand.\nLicense: GPL\n'), undefined);
});

test('any text is read by every reader without an error', () => {
  const noise = fc.string({
    unit: fc.constantFrom('\n', ':', ' ', 'P', 'V', 'F', 'R', 'Package', 'Version', 'ID=', '"', '\0', '(', 'ü'),
  });
  fc.assert(
    fc.property(noise, (text) => {
      readDebianPackages(text, 'deb');
      readApkPackages(text);
      readOsRelease(text);
      readCopyright(`Format: x\n\n${text}`);
    }),
  );
});
