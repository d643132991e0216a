import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ecosystemLabel, packageKey, readEcosystem } from './ecosystem.ts';

describe('names of ecosystems', () => {
  it('have one spelling for a release, however data and images write it', () => {
    const same: [string, string][] = [
      ['Debian:12', 'Debian:12.5'],
      ['Alpine:v3.19', 'Alpine:3.19.1'],
      ['Ubuntu:22.04', 'Ubuntu:22.04:LTS'],
      ['Ubuntu:18.04', 'Ubuntu:Pro:18.04:LTS'],
      ['Red Hat:9', 'Red Hat:enterprise_linux:9::baseos'],
      ['Red Hat:8', 'Red Hat:rhel_aus:8.4::appstream'],
      ['Rocky Linux:9', 'Rocky Linux:9.3'],
      ['openSUSE:Leap:15.5', 'openSUSE:Leap 15.5'],
      ['SUSE:Linux Enterprise Server:15.4', 'SUSE:Linux Enterprise Server 15 SP4'],
      ['Maven', 'Maven:https://maven.google.com'],
    ];
    for (const [a, b] of same) assert.equal(ecosystemLabel(a), ecosystemLabel(b), `${a} and ${b}`);
    assert.notEqual(ecosystemLabel('Debian:11'), ecosystemLabel('Debian:12'));
    assert.notEqual(ecosystemLabel('Alpine:v3.1'), ecosystemLabel('Alpine:v3.19'));
  });

  it('file all releases of a package together, under one spelling of its name', () => {
    assert.equal(packageKey('Debian:12', 'openssl'), 'Debian|openssl');
    assert.equal(packageKey('PyPI', 'Zope.Interface__x'), packageKey('PyPI', 'zope-interface-x'));
    assert.equal(
      packageKey('GIT', 'https://user@Example.com/a/B.git'),
      packageKey('GIT', 'git+https://example.com/a/b'),
    );
    assert.notEqual(packageKey('npm', 'zlib'), packageKey('PyPI', 'zlib'));
  });

  it('that nobody knows have a guessed order', () => {
    assert.equal(readEcosystem('constructor').order, 'generic');
    assert.equal(readEcosystem('__proto__:1').order, 'generic');
  });
});
