import assert from 'node:assert/strict';
import test from 'node:test';
import { readBuildrootManifest } from './buildroot-manifest.ts';
import { isNpmPackagePath, readNpmPackage } from './npm-package.ts';
import { isPythonMetadataPath, readPythonMetadata } from './python-metadata.ts';
import { readImageManifest, readLicenceManifest } from './yocto-manifest.ts';

test('Yocto’s list of licences tells package, recipe and licence as an expression', () => {
  const text =
    'PACKAGE NAME: libcrypto3\nPACKAGE VERSION: 3.0.12\nRECIPE NAME: openssl\nLICENSE: Apache-2.0 & (MIT | BSD-3-Clause)\n\n';
  assert.deepEqual(readLicenceManifest(text), [
    { name: 'libcrypto3', version: '3.0.12', licence: 'Apache-2.0 AND (MIT OR BSD-3-Clause)', source: 'openssl' },
  ]);
});

test('an image’s manifest is one only if every line is', () => {
  const text = 'busybox core2_64 1.36.1\nlibz1 core2-64 1:1.3.1\nlinux qemu 6.1.20+git0+abc\n';
  assert.deepEqual(
    readImageManifest(text).map(({ name, version }) => `${name} ${version}`),
    ['busybox 1.36.1', 'libz1 1:1.3.1', 'linux 6.1.20+git0+abc'],
  );
  assert.deepEqual(readImageManifest(`${text}this is a web app manifest\n`), []);
  assert.deepEqual(readImageManifest('one all 1.0\n'), []);
});

test('Buildroot’s manifest is read by its first line, with quotes and lists in cells', () => {
  const text =
    '"PACKAGE","VERSION","LICENSE","LICENSE FILES"\r\n"busybox","1.36.1","GPL-2.0, ""bzip2""","LICENSE a,b"\r\n"zlib","v1.3","Zlib",""\r\n"skeleton","","unknown",""\n';
  assert.deepEqual(readBuildrootManifest(text), [
    { name: 'busybox', version: '1.36.1', licence: 'GPL-2.0, "bzip2"' },
    { name: 'zlib', version: '1.3', licence: 'Zlib' },
    { name: 'skeleton', version: '', licence: undefined },
  ]);
  assert.deepEqual(readBuildrootManifest('a,b\n1,2\n'), []);
});

test('installed npm packages are told apart from other descriptions', () => {
  assert.equal(isNpmPackagePath('app/node_modules/a/package.json'), true);
  assert.equal(isNpmPackagePath('node_modules/@s/a/package.json'), true);
  for (const path of ['package.json', 'node_modules/a/b/package.json', 'my_node_modules/a/package.json']) {
    assert.equal(isNpmPackagePath(path), false, path);
  }
  const scoped = readNpmPackage('{"name":"@s/a","version":"1.0.0","license":{"type":"MIT"},"author":"A B"}', 'p');
  assert.deepEqual([scoped?.purl, scoped?.licence, scoped?.supplier], ['pkg:npm/%40s/a@1.0.0', 'MIT', 'A B']);
  for (const text of ['{', 'null', '{"name":"a"}', '{"name":7,"version":"1"}'])
    assert.equal(readNpmPackage(text, 'p'), undefined);
});

test('installed Python distributions tell name and version in their header only', () => {
  assert.equal(isPythonMetadataPath('usr/lib/python3/dist-packages/x-1.dist-info/METADATA'), true);
  const text = 'Metadata-Version: 2.1\nName: Foo.Bar_baz\nVersion: 1.0\nLicense: MIT\n\nName: other\n';
  const found = readPythonMetadata(text, 'p');
  assert.deepEqual([found?.purl, found?.licence, found?.ecosystem], ['pkg:pypi/foo-bar-baz@1.0', 'MIT', 'PyPI']);
  assert.equal(readPythonMetadata('Name: x\n\nVersion: 1\n', 'p'), undefined);
});
