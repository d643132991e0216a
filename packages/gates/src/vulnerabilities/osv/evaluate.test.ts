import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { evaluateAffected } from './evaluate.ts';
import { readOsv } from './read-osv.ts';
import type { AffectedPackage } from './vulnerability.ts';

/** An affected package as OSV writes it, through the reader. */
function affectedBy(entry: object, ecosystem = 'npm'): AffectedPackage {
  const record = {
    id: 'X-1',
    modified: '2026-01-01T00:00:00Z',
    affected: [{ package: { ecosystem, name: 'p' }, ...entry }],
  };
  const read = readOsv(record);
  assert.ok(read.ok, read.ok ? '' : read.message);
  const [affected] = read.vulnerability.affected;
  assert.ok(affected);
  return affected;
}

function affectedVersions(entry: object, versions: readonly string[], ecosystem?: string): readonly string[] {
  const affected = affectedBy(entry, ecosystem);
  return versions.filter((version) => evaluateAffected(affected, { version }) !== null);
}

const range = (events: readonly object[], type = 'SEMVER') => ({ ranges: [{ type, events }] });

describe('OSV evaluation, by the examples of its text', () => {
  const versions = ['0.0.1', '1.0.0', '1.0.1', '1.0.2', '2.0.0', '3.0.0', '3.2.4', '3.2.5', '9.0.0'];

  it('affects every version when nothing was fixed', () => {
    assert.deepEqual(affectedVersions(range([{ introduced: '0' }]), versions), versions);
  });

  it('affects everything before a fix', () => {
    const entry = range([{ introduced: '0' }, { fixed: '1.0.2' }]);
    assert.deepEqual(affectedVersions(entry, versions), ['0.0.1', '1.0.0', '1.0.1']);
  });

  it('affects what lies in either of two ranges, in whatever order events are written', () => {
    const events = [{ introduced: '1.0.0' }, { fixed: '1.0.2' }, { introduced: '3.0.0' }, { fixed: '3.2.5' }];
    const expected = ['1.0.0', '1.0.1', '3.0.0', '3.2.4'];
    assert.deepEqual(affectedVersions(range(events), versions), expected);
    assert.deepEqual(affectedVersions(range(events.toReversed()), versions), expected);
    assert.deepEqual(
      affectedVersions({ ranges: [...range(events.slice(0, 2)).ranges, ...range(events.slice(2)).ranges] }, versions),
      expected,
    );
  });

  it('affects the last affected version, and nothing after it', () => {
    const affected = affectedVersions(
      range([{ introduced: '0' }, { last_affected: '2.1.214' }], 'ECOSYSTEM'),
      ['2.1.213', '2.1.214', '2.1.215'],
      'Maven',
    );
    assert.deepEqual(affected, ['2.1.213', '2.1.214']);
    assert.deepEqual(affectedVersions(range([{ introduced: '0' }, { fixed: '2.1.214' }]), ['2.1.213', '2.1.214']), [
      '2.1.213',
    ]);
  });

  it('affects nothing at or beyond all limits; a star is no limit', () => {
    const events = [{ introduced: '1.0.0' }, { limit: '2.0.0' }, { limit: '1.5.0' }];
    assert.deepEqual(affectedVersions(range(events), versions), ['1.0.0', '1.0.1', '1.0.2']);
    assert.deepEqual(affectedVersions(range([{ introduced: '3.0.0' }, { limit: '*' }]), versions), [
      '3.0.0',
      '3.2.4',
      '3.2.5',
      '9.0.0',
    ]);
  });

  it('affects listed versions exactly, beside ranges', () => {
    const entry = { versions: ['2.0.0', '0.0.1'], ...range([{ introduced: '3.2.5' }]) };
    assert.deepEqual(affectedVersions(entry, versions), ['0.0.1', '2.0.0', '3.2.5', '9.0.0']);
    assert.deepEqual(affectedVersions({ versions: ['2.0'] }, versions), []);
  });

  it('orders ranges of an ecosystem by its rule', () => {
    const entry = range([{ introduced: '0' }, { fixed: '3.0.15-1~deb12u1' }], 'ECOSYSTEM');
    const found = affectedVersions(entry, ['3.0.14-1', '3.0.15-1~deb12u1', '3.0.15-1~', '3.0.15-1'], 'Debian:12');
    assert.deepEqual(found, ['3.0.14-1', '3.0.15-1~']);
  });

  it('names the nearest fix above a version', () => {
    const events = [{ introduced: '1.0.0' }, { fixed: '1.0.2' }, { introduced: '3.0.0' }, { fixed: '3.2.5' }];
    const affected = affectedBy(range(events));
    assert.deepEqual(evaluateAffected(affected, { version: '1.0.1' }), { by: 'range', fixedIn: ['1.0.2'] });
    assert.deepEqual(evaluateAffected(affected, { version: '3.1.0' }), { by: 'range', fixedIn: ['3.2.5'] });
  });

  it('uses commits only where the asked one is named, never as versions', () => {
    const commit = 'a'.repeat(40);
    const affected = affectedBy(range([{ introduced: commit }, { fixed: 'b'.repeat(40) }], 'GIT'));
    assert.equal(evaluateAffected(affected, { version: '1.0.0' }), null);
    assert.deepEqual(evaluateAffected(affected, { version: '1.0.0', commit }), { by: 'commit', fixedIn: [] });
    assert.equal(evaluateAffected(affected, { version: '1.0.0', commit: 'b'.repeat(40) }), null);
  });

  it('knows nothing of an empty version', () => {
    assert.equal(
      evaluateAffected(affectedBy({ versions: ['1.0.0'], ...range([{ introduced: '0' }]) }), { version: '' }),
      null,
    );
  });
});

interface TestEvent {
  readonly introduced?: string | undefined;
  readonly fixed?: string | undefined;
  readonly last_affected?: string | undefined;
  readonly limit?: string | undefined;
}

/**
 * Written apart from the evaluator: walks the whole line of versions once and paints the affected ones, instead of asking
 * for one version. Versions are the numbers 0 to 30.
 */
function paint(ranges: readonly { readonly events: readonly TestEvent[] }[], listed: ReadonlySet<number>): boolean[] {
  const painted = Array.from({ length: 31 }, (_, version) => listed.has(version));
  for (const { events } of ranges) {
    const limits = events.flatMap((event) =>
      event.limit === undefined ? [] : [event.limit === '*' ? 1_000 : Number(event.limit)],
    );
    const end = limits.length === 0 ? 1_000 : Math.max(...limits);
    // `introduced: 0` is before any version, even one that is called 0.
    let isOn = events.some((event) => event.introduced === '0');
    for (let version = 0; version <= 30; version++) {
      // What happens at this very version, in the order in which it is written.
      for (const { introduced, fixed } of events) {
        if (fixed === `${version}`) isOn = false;
        if (introduced === `${version}` && introduced !== '0') isOn = true;
      }
      if (isOn && version < end) painted[version] = true;
      for (const event of events) if (Number(event.last_affected ?? -1) === version) isOn = false;
    }
  }
  return painted;
}

describe('OSV evaluation, against a brute-force one', () => {
  it('gives the same for 10,000 random records and versions', () => {
    const version = fc.integer({ min: 0, max: 30 }).map(String);
    const fixing = fc.array(
      fc.oneof(
        version.map((introduced) => ({ introduced })),
        version.map((fixed) => ({ fixed })),
      ),
      { maxLength: 6 },
    );
    // At one version either something begins or something was last affected: their order is not defined.
    const lasting = fc
      .uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 6 })
      .map((numbers) =>
        numbers.map((number, at) => (at % 2 === 0 ? { introduced: `${number}` } : { last_affected: `${number}` })),
      );
    const limit = fc.array(
      fc.oneof(version, fc.constant('*')).map((value) => ({ limit: value })),
      { maxLength: 2 },
    );
    const events = fc.tuple(fc.oneof(fixing, lasting), limit).map(([timeline, limits]) => [...timeline, ...limits]);
    const types = fc.constantFrom('SEMVER', 'ECOSYSTEM');
    const record = fc.record({
      ranges: fc.array(fc.record({ type: types, events }), { maxLength: 3 }),
      listed: fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 3 }),
      asked: fc.integer({ min: 0, max: 30 }),
      ecosystem: fc.constantFrom('npm', 'Debian:12', 'Alpine:v3.19', 'Rocky Linux:9', 'PyPI', 'Maven'),
    });
    let affected = 0;
    fc.assert(
      fc.property(record, ({ ranges, listed, asked, ecosystem }) => {
        const found = evaluateAffected(affectedBy({ ranges, versions: listed.map(String) }, ecosystem), {
          version: `${asked}`,
        });
        const expected = paint(ranges, new Set(listed))[asked] ?? false;
        assert.equal(found !== null, expected);
        affected += expected ? 1 : 0;
      }),
      { numRuns: 10_000 },
    );
    assert.ok(affected > 1_000, `only ${affected} were affected`);
  });
});
