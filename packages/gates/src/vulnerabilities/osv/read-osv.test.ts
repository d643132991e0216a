import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readOsv } from './read-osv.ts';

const base = { id: 'DSA-1', modified: '2026-02-03T04:05:06.789Z' };

describe('an OSV record', () => {
  it('is read with what counts for us', () => {
    const read = readOsv({
      ...base,
      schema_version: '1.7.0',
      published: '2026-01-01T00:00:00Z',
      aliases: ['GHSA-aaaa-bbbb-cccc'],
      upstream: ['CVE-2026-1'],
      summary: 'A bug\n in it',
      severity: [
        { type: 'CVSS_V3', score: 'CVSS:3.1/AV:N' },
        { type: 'Ubuntu', score: 'High' },
        { type: 'Later', score: '1' },
      ],
      affected: [
        {
          package: { ecosystem: 'Debian:12', name: 'p' },
          ranges: [{ type: 'LATER', events: [{ introduced: '0' }] }],
          versions: ['1'],
        },
      ],
      database_specific: { severity: 'MODERATE' },
    });
    assert.deepEqual(read, {
      ok: true,
      vulnerability: {
        id: 'DSA-1',
        modified: Date.parse('2026-02-03T04:05:06.789Z'),
        withdrawn: null,
        aliases: ['GHSA-aaaa-bbbb-cccc'],
        upstream: ['CVE-2026-1'],
        summary: 'A bug in it',
        severity: [
          { type: 'CVSS_V3', score: 'CVSS:3.1/AV:N' },
          { type: 'word', score: 'high' },
          { type: 'word', score: 'moderate' },
        ],
        affected: [{ ecosystem: 'Debian:12', name: 'p', ranges: [], versions: ['1'], severity: [] }],
      },
    });
  });

  it('without a package is filed under its repository', () => {
    const read = readOsv({
      ...base,
      affected: [
        {
          ranges: [{ type: 'GIT', repo: 'https://example.com/a/b', events: [{ introduced: '0' }] }],
          versions: ['v1.0'],
        },
      ],
    });
    assert.ok(read.ok);
    assert.deepEqual(
      read.vulnerability.affected.map(({ ecosystem, name }) => [ecosystem, name]),
      [['GIT', 'https://example.com/a/b']],
    );
  });

  it('is refused whole rather than kept in part', () => {
    const broken: [string, unknown][] = [
      ['no object', []],
      ['no id', { modified: base.modified }],
      ['an id with a line break', { ...base, id: 'A\nB' }],
      ['no time', { id: 'X' }],
      ['a package without a name', { ...base, affected: [{ package: { ecosystem: 'npm' } }] }],
      ['an ecosystem that would break keys', { ...base, affected: [{ package: { ecosystem: 'a|b', name: 'p' } }] }],
      [
        'a version that is a number',
        { ...base, affected: [{ package: { ecosystem: 'npm', name: 'p' }, versions: [1] }] },
      ],
      [
        'too many versions',
        { ...base, affected: [{ package: { ecosystem: 'npm', name: 'p' }, versions: Array(50_001).fill('1') }] },
      ],
      [
        'an event without a version',
        {
          ...base,
          affected: [
            { package: { ecosystem: 'npm', name: 'p' }, ranges: [{ type: 'SEMVER', events: [{ introduced: 0 }] }] },
          ],
        },
      ],
      [
        'too many events',
        {
          ...base,
          affected: [
            {
              package: { ecosystem: 'npm', name: 'p' },
              ranges: [{ type: 'SEMVER', events: Array(2_001).fill({ fixed: '1' }) }],
            },
          ],
        },
      ],
    ];
    for (const [what, record] of broken) assert.equal(readOsv(record).ok, false, what);
  });

  it('that says it was withdrawn at no readable time was not', () => {
    const read = readOsv({ ...base, withdrawn: 'yes' });
    assert.ok(read.ok);
    assert.equal(read.vulnerability.withdrawn, null);
  });

  it('may be anything at all', () => {
    fc.assert(fc.property(fc.anything(), (value) => void readOsv(value)));
    const inside = fc.record({
      affected: fc.array(fc.record({ package: fc.anything(), ranges: fc.anything(), versions: fc.anything() })),
    });
    fc.assert(fc.property(inside, (value) => void readOsv({ ...base, ...value })));
  });
});
