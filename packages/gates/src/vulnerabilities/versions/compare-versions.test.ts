import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import semver from 'semver';
import { compareVersions, versionOrders } from './compare-versions.ts';

/** Each list from the oldest to the newest. */
const ladders: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'Debian:12': [
    ['1.0~~', '1.0~rc1', '1.0', '1.0-1', '1.0-1+b1', '1.0+dfsg', '1.0.1', '1.9', '1.10', '1:0.1'],
    ['3.0.15-1~deb12u1', '3.0.15-1', '3.0.15-1+deb12u1'],
  ],
  'Alpine:v3.19': [
    ['1.0_alpha1', '1.0_beta', '1.0_pre2', '1.0_rc1', '1.0', '1.0-r0', '1.0-r9', '1.0-r10', '1.0_p1', '1.0a', '1.0.1'],
    ['1.05', '1.1', '1.10'],
    ['0.12_git20230101-r0', '0.12_git20240101-r0', '0.12.1-r0'],
  ],
  'Rocky Linux:9': [['1.0~rc1-1', '1.0-1.el9', '1.0-2.el9', '1.0^git1-1', '1.0a-1', '1.0.1-1', '10-1', '1:0-1']],
  Go: [['v1.2.3-0.20200101000000-abcdefabcdef', 'v1.2.3-rc.1', '1.2.3', 'go1.22.3', '1.22.10', 'v2.0.0+incompatible']],
  PyPI: [
    ['1.0.dev1', '1.0a1', '1.0b2.post1', '1.0rc1', '1.0', '1.0+local', '1.0.post1.dev2', '1.0.post1', '1.1', '1!0.1'],
  ],
  ConanCenter: [
    ['1.1.1-rc1', '1.1.1', '1.1.1a', '1.1.1k', '1.1.1.1', '1.1.2', '1.10'],
    ['2023.04~1', '2023.04-rc5', '2023.04', '2023.07'],
  ],
};

describe('the order of versions', () => {
  it('is the one of each ecosystem', () => {
    for (const [ecosystem, lists] of Object.entries(ladders)) {
      for (const list of lists)
        assert.deepEqual(
          list.toSorted((a, b) => compareVersions(ecosystem, a, b)),
          list,
          ecosystem,
        );
    }
  });

  it('knows versions that are written differently and are the same', () => {
    const same: [string, string, string][] = [
      ['Debian', '0:1.0', '1.0-0'],
      ['Alpine:v3.19', '1.0-r0', '1.0-r00'],
      ['AlmaLinux', '0:1.0-1', '1.0-1'],
      ['AlmaLinux', '1.0', '1_0'],
      ['npm', '1.0.0', 'v1.0.0+build.5'],
      ['NuGet', '1.0', '1.0.0.0'],
      ['PyPI', '1.0', 'v1.0.0'],
      ['PyPI', '1.0-1', '1.0.post1'],
      ['no such ecosystem', '1.0', 'v1.0.0'],
    ];
    for (const [ecosystem, a, b] of same) assert.equal(compareVersions(ecosystem, a, b), 0, `${ecosystem} ${a} ${b}`);
  });

  it('takes numbers of any length as numbers', () => {
    const large = '9'.repeat(40);
    for (const ecosystem of Object.keys(ladders)) {
      assert.equal(compareVersions(ecosystem, `1.${large}8`, `1.${large}9`), -1, ecosystem);
      assert.equal(compareVersions(ecosystem, `1.${large}`, '1.2'), 1, ecosystem);
    }
  });

  for (const [name, compare] of Object.entries(versionOrders)) {
    it(`of ${name} is total over any text`, () => {
      const signs = [...'0019abrz.~^-_+:!v ', 'rc', 'alpha', '-r', 'post', 'dev', 'ü', '_p', '\u0000'];
      const text = fc.array(fc.constantFrom(...signs), { maxLength: 10 }).map((parts) => parts.join(''));
      fc.assert(
        fc.property(text, text, text, (a, b, c) => {
          assert.equal(compare(a, a), 0);
          assert.equal(compare(a, b), 0 - compare(b, a));
          if (compare(a, b) <= 0 && compare(b, c) <= 0) assert.ok(compare(a, c) <= 0, `${a} <= ${b} <= ${c}`);
        }),
        { numRuns: 3_000 },
      );
    });
  }

  it('of semantic versions is the one of npm’s semver on 10,000 pairs', () => {
    const number = fc.constantFrom('0', '1', '2', '9', '10', '11', '100');
    const word = fc.constantFrom('alpha', 'rc', 'x-y', '1', '10', '0', 'a1', 'RC', 'rc.1', '1.alpha');
    const version = fc
      .tuple(number, number, number, fc.option(word), fc.option(word))
      .map(
        ([x, y, z, pre, build]) => `${x}.${y}.${z}${pre === null ? '' : `-${pre}`}${build === null ? '' : `+${build}`}`,
      );
    fc.assert(
      fc.property(version, version, (a, b) => assert.equal(compareVersions('npm', a, b), semver.compare(a, b))),
      { numRuns: 10_000 },
    );
  });

  it('takes a time that grows with the length of the text only', () => {
    const long = '1.~-_+a'.repeat(20_000);
    for (const compare of Object.values(versionOrders)) assert.equal(compare(long, long), 0);
  });
});
