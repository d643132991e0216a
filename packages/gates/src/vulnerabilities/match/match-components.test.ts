import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeSet, osvRecord } from '../../../test/vulnerabilities/small-data.ts';
import type { SoftwareComponent } from '../../sbom/component.ts';
import { importOsv } from '../imports/import-osv.ts';
import { lookupsOf } from './lookups.ts';
import { matchComponents } from './match-components.ts';

function component(
  purl: string,
  given: Pick<SoftwareComponent, 'name' | 'version' | 'ecosystem'> & Partial<SoftwareComponent>,
): SoftwareComponent {
  return { type: 'library', purl, hashes: {}, evidence: [], dependsOn: [], ...given };
}

const source = { name: 'openssl', version: '1.0-2' };

describe('names to look up', () => {
  it('are those that the ecosystem files data under', () => {
    const own = { name: 'libssl3', version: '1.0-1' };
    const keys = (ecosystem: string | null, purl = 'pkg:deb/debian/libssl3@1.0-1') =>
      lookupsOf(component(purl, { ...own, ecosystem, source })).map(({ key, version }) => `${key} ${version}`);
    assert.deepEqual(keys('Debian:12'), ['Debian|openssl 1.0-2']);
    assert.deepEqual(keys('Alpine:v3.19'), ['Alpine|openssl 1.0-2']);
    assert.deepEqual(keys('Red Hat:9'), ['Red Hat|libssl3 1.0-1', 'Red Hat|openssl 1.0-2']);
    assert.deepEqual(keys('npm'), ['npm|libssl3 1.0-1']);
    assert.deepEqual(keys(null), []);
  });

  it('have the namespace where names have one', () => {
    const keyOf = (purl: string, name: string, ecosystem: string) =>
      lookupsOf(component(purl, { name, version: '1', ecosystem }))[0]?.key;
    assert.equal(keyOf('pkg:npm/%40angular/core@1', 'core', 'npm'), 'npm|@angular/core');
    assert.equal(keyOf('pkg:maven/org.x/lib@1', 'lib', 'Maven'), 'Maven|org.x:lib');
    assert.equal(keyOf('pkg:golang/example.com/a/b@1', 'example.com/a/b', 'Go'), 'Go|example.com/a/b');
    assert.equal(keyOf('pkg:pypi/Zope.Interface@1', 'Zope.Interface', 'PyPI'), 'PyPI|zope-interface');
  });

  it('are the repository too, with the commit, where the purl says it', () => {
    const commit = 'c'.repeat(40);
    const purl = `pkg:generic/thing@1.0?vcs_url=${encodeURIComponent(`git+https://example.com/a/Thing.git@${commit}`)}`;
    assert.deepEqual(lookupsOf(component(purl, { name: 'thing', version: '1.0', ecosystem: null })), [
      {
        ecosystem: 'GIT',
        name: 'git+https://example.com/a/Thing.git',
        version: '1.0',
        commit,
        key: 'GIT|example.com/a/thing',
      },
    ]);
  });

  it('are none without a version', () => {
    assert.deepEqual(lookupsOf(component('pkg:npm/x', { name: 'x', version: '', ecosystem: 'npm' })), []);
  });
});

describe('matching components', () => {
  it('reads each package once, and matches every component of it', async () => {
    const commit = 'c'.repeat(40);
    const records = [
      osvRecord('D-1', { ecosystem: 'Debian:12', name: 'openssl', fixed: '1.0-3' }),
      osvRecord('D-2', { ecosystem: 'Debian', name: 'openssl', fixed: '1.0-2' }),
      osvRecord('D-3', { ecosystem: 'Debian:11', name: 'openssl' }),
      osvRecord('M-1', { ecosystem: 'Maven', name: 'org.x:lib', fixed: '2.0' }),
      {
        id: 'G-1',
        modified: '2026-01-01T00:00:00Z',
        affected: [
          { ranges: [{ type: 'GIT', repo: 'https://example.com/a/thing', events: [{ introduced: commit }] }] },
        ],
      },
    ];
    const { data, reads } = await makeSet(importOsv, JSON.stringify(records));
    const components = [
      component('pkg:deb/debian/libssl3@1.0-1', { name: 'libssl3', version: '1.0-1', ecosystem: 'Debian:12', source }),
      component('pkg:deb/debian/openssl@1.0-2', { name: 'openssl', version: '1.0-2', ecosystem: 'Debian:12' }),
      component('pkg:maven/org.x/lib@1.0', { name: 'lib', version: '1.0', ecosystem: 'Maven' }),
      component(`pkg:generic/thing?vcs_url=${encodeURIComponent(`https://example.com/a/thing@${commit}`)}`, {
        name: 'thing',
        version: '',
        ecosystem: null,
      }),
    ];
    const matches = await matchComponents(components, data);
    assert.deepEqual(
      matches.map((match) => [match.component.name, match.vulnerability.id, match.by, match.fixedIn, match.isGuess]),
      [
        ['libssl3', 'D-1', 'range', ['1.0-3'], false],
        ['openssl', 'D-1', 'range', ['1.0-3'], false],
        ['thing', 'G-1', 'commit', [], false],
        ['lib', 'M-1', 'range', ['2.0'], true],
      ],
    );
    assert.equal(reads.count, 1);
  });
});
