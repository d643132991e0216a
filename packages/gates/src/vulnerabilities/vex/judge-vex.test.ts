import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digest } from '@fettle/model';
import type { SoftwareComponent } from '../../sbom/component.ts';
import { isInVers } from '../match/vers.ts';
import { judgeVex } from './judge-vex.ts';
import type { VexProduct, VexStatement } from './vex-statement.ts';

const now = Date.parse('2026-11-22T00:00:00Z');
const day = 86_400_000;
const candidate = {
  digest: digest('a'.repeat(64)),
  sizeBytes: 1,
  deviceType: 'router',
  component: 'os',
  fleet: 'routers',
  version: '2.0.0',
};
const component: SoftwareComponent = {
  type: 'library',
  name: 'libssl3',
  version: '3.0.15-1',
  purl: 'pkg:deb/debian/libssl3@3.0.15-1?arch=arm64&distro=debian-12',
  source: { name: 'openssl', version: '3.0.15-1' },
  hashes: {},
  ecosystem: 'Debian:12',
  evidence: [],
  dependsOn: [],
};
const product = (given: Partial<VexProduct> = {}): VexProduct => ({
  purl: 'pkg:deb/debian/libssl3',
  versions: '',
  hashes: [],
  parts: [],
  ...given,
});
const statement = (given: Partial<VexStatement> = {}): VexStatement => ({
  id: 'x#1',
  vulnerabilities: ['CVE-2026-1'],
  products: [product()],
  status: 'not_affected',
  justification: 'vulnerable_code_not_present',
  foreign: '',
  reason: '',
  author: 'Ann',
  statedAt: now - 10 * day,
  expiresAt: now + 10 * day,
  deviceTypes: [],
  ...given,
});
const judge = (...statements: VexStatement[]) =>
  judgeVex(statements, { names: new Set(['CVE-2026-1', 'GHSA-x']), component, candidate, now });

describe('VEX statements', () => {
  it('say nothing when there are none, or they are about something else', () => {
    assert.equal(judge().status, null);
    assert.equal(judge(statement({ vulnerabilities: ['CVE-2026-2'] })).status, null);
    assert.equal(judge(statement({ deviceTypes: ['camera'] })).status, null);
    assert.equal(
      judge(statement({ vulnerabilities: ['GHSA-x'], deviceTypes: ['camera', 'router'] })).status,
      'not_affected',
    );
  });

  it('count the newest of an author', () => {
    const older = statement({ status: 'affected', statedAt: now - 20 * day });
    assert.equal(judge(older, statement()).status, 'not_affected');
    assert.equal(judge(statement(), older).status, 'not_affected');
    assert.equal(judge(statement(), statement({ status: 'affected', statedAt: now - day })).status, 'affected');
  });

  it('that contradict each other leave it unknown', () => {
    assert.equal(judge(statement(), statement({ author: 'Bob', status: 'affected' })).status, 'unknown');
    assert.equal(judge(statement(), statement({ status: 'fixed' })).status, 'unknown');
    assert.equal(judge(statement(), statement({ author: 'Bob' })).status, 'not_affected');
  });

  it('that cannot be used count for nothing, and say why', () => {
    const flawed: [Partial<VexStatement>, string][] = [
      [{ expiresAt: now }, 'expired'],
      [{ expiresAt: null }, 'no-expiry'],
      [{ author: '' }, 'no-author'],
      [{ justification: null, reason: '' }, 'no-reason'],
      [{ statedAt: now + 1 }, 'not-yet'],
    ];
    for (const [given, flaw] of flawed) {
      const verdict = judge(statement(given));
      assert.deepEqual([verdict.status, verdict.flaws], [null, [flaw]]);
    }
    // What its author said before does not come back, what others say stays.
    const expired = statement({ status: 'affected', statedAt: now - day, expiresAt: now });
    assert.equal(judge(statement(), expired).status, null);
    assert.equal(judge(statement({ author: 'Bob' }), expired).status, 'not_affected');
    assert.equal(judge(statement({ justification: null, reason: 'Not built.' })).status, 'not_affected');
    assert.equal(judge(statement({ status: 'fixed', justification: null })).status, 'fixed');
  });

  it('are about a component, its source package, or the artifact with its parts', () => {
    const about: [Partial<VexProduct>, boolean][] = [
      [{}, true],
      [{ purl: 'pkg:deb/debian/libssl3@3.0.15-1' }, true],
      [{ purl: 'pkg:deb/debian/libssl3@3.0.14-1' }, false],
      [{ purl: 'pkg:deb/debian/libssl3?arch=arm64' }, true],
      [{ purl: 'pkg:deb/debian/libssl3?arch=amd64' }, false],
      [{ purl: 'pkg:deb/ubuntu/libssl3' }, false],
      [{ purl: 'pkg:rpm/debian/libssl3' }, false],
      [{ purl: 'pkg:deb/debian/openssl@3.0.15-1?arch=source' }, true],
      [{ purl: 'pkg:deb/debian/openssl', versions: 'vers:deb/<3.0.16' }, true],
      [{ purl: 'pkg:deb/debian/openssl', versions: 'vers:deb/<3.0.15-1' }, false],
      [{ purl: 'pkg:deb/debian/openssl', versions: 'before 4' }, false],
      [{ purl: 'pkg:generic/routers/os' }, true],
      [{ purl: 'pkg:generic/routers/os@2.0.0' }, true],
      [{ purl: 'pkg:generic/routers/os@1.0.0' }, false],
      [{ purl: 'pkg:generic/cameras/os' }, false],
      [{ purl: 'pkg:generic/routers/os', parts: ['pkg:deb/debian/openssl'] }, true],
      [{ purl: 'pkg:generic/routers/os', parts: ['pkg:deb/debian/zlib'] }, false],
      [{ purl: 'pkg:generic/cameras/os', parts: ['pkg:deb/debian/openssl'] }, false],
      [{ purl: '', hashes: ['a'.repeat(64)] }, true],
      [{ purl: 'pkg:generic/routers/os', hashes: ['b'.repeat(64)] }, false],
      [{ purl: 'pkg:generic/unnamed' }, false],
      [{ purl: 'no purl' }, false],
    ];
    for (const [given, expected] of about) {
      assert.equal(
        judge(statement({ products: [product(given)] })).status === 'not_affected',
        expected,
        JSON.stringify(given),
      );
    }
  });
});

describe('a range of versions', () => {
  it('is read as its specification says', () => {
    const cases: [string, string, boolean | null][] = [
      ['vers:npm/*', '1.0.0', true],
      ['vers:npm/1.2.3', '1.2.3', true],
      ['vers:npm/1.2.3', '1.2.4', false],
      ['vers:npm/>=1.0.0|<2.0.0', '1.5.0', true],
      ['vers:npm/>=1.0.0|<2.0.0', '2.0.0', false],
      ['vers:npm/<1.0.0|>=2.0.0|!=2.5.0|<3.0.0', '2.5.0', false],
      ['vers:npm/<1.0.0|>=2.0.0|!=2.5.0|<3.0.0', '0.5.0', true],
      ['vers:npm/<1.0.0|>=2.0.0|!=2.5.0|<3.0.0', '1.5.0', false],
      ['vers:npm/>2.0.0', '2.0.0', false],
      ['vers:npm/>2.0.0', '3.0.0', true],
      ['vers:deb/<1%3A1.0', '9.0', true],
      ['vers:npm/', '1.0.0', null],
      ['vers:npm/|', '1.0.0', null],
      ['<1.0.0', '0.1.0', null],
      ['vers:npm/%zz', '0.1.0', null],
    ];
    for (const [range, version, expected] of cases)
      assert.equal(isInVers(range, version), expected, `${version} in ${range}`);
  });
});
