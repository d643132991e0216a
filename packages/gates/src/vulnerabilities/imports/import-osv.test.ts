import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { bytesSource } from '@fettle/images';
import { all, importedAt, makeSet, osvRecord, smallScratch } from '../../../test/vulnerabilities/small-data.ts';
import { makeZip } from '../../../test/vulnerabilities/small-zip.ts';
import { openDataSet } from '../data/open-data-set.ts';
import { RowSorter } from '../data/row-sorter.ts';
import { affectedPackages, vulnerabilitiesNamed, vulnerabilitiesOf } from '../osv/find-vulnerabilities.ts';
import { importOsv } from './import-osv.ts';

const records = [
  osvRecord('DEBIAN-CVE-2026-1', {
    ecosystem: 'Debian:12',
    name: 'openssl',
    fixed: '3.0.16-1',
    upstream: ['CVE-2026-1'],
  }),
  osvRecord('DSA-7-1', {
    ecosystem: 'Debian:12',
    name: 'openssl',
    fixed: '3.0.16-1',
    upstream: ['CVE-2026-1', 'CVE-2026-2'],
  }),
  osvRecord('CVE-2026-1', { ecosystem: 'ConanCenter', name: 'openssl', fixed: '3.0.16', aliases: ['GHSA-x'] }),
  osvRecord('PYSEC-1', { ecosystem: 'PyPI', name: 'some-thing' }),
  osvRecord('GO-1', { ecosystem: 'Go', name: 'example.com/mod', fixed: '1.2.3', withdrawn: '2026-11-01T00:00:00Z' }),
];
const lines = records.map((record) => JSON.stringify(record)).join('\n');
const idsOf = (found: readonly { readonly id: string }[]) => found.map(({ id }) => id);

describe('an import of OSV records', () => {
  it('makes the same data set of a zip, a list, a record a line, and gzip of that', async () => {
    const entries = records.map((record) => ({
      name: `all/${record.id}.json`,
      bytes: Buffer.from(JSON.stringify(record)),
    }));
    const inputs = [
      lines,
      `\n${lines.replaceAll('\n', '\r\n')}\r\n`,
      JSON.stringify(records),
      JSON.stringify(records, null, 2),
      gzipSync(lines),
      makeZip([
        ...entries,
        { name: 'all/', bytes: Buffer.alloc(0) },
        { name: 'README', bytes: Buffer.from('no JSON') },
      ]),
      makeZip(
        entries.map((entry) => ({ ...entry, stored: true })),
        { zip64: true },
      ),
      makeZip(entries.map((entry) => ({ ...entry, wide: true }))),
    ];
    const digests = new Set<string>();
    for (const input of inputs) digests.add((await makeSet(importOsv, input)).set.digest);
    assert.equal(digests.size, 1);
  });

  it('takes one record that stands alone', async () => {
    const { set } = await makeSet(importOsv, JSON.stringify(records[0], null, 1));
    assert.equal(set.header.records, 1);
  });

  it('says what it has, how old it is, and is named by its digest', async () => {
    const { set, bytes } = await makeSet(importOsv, lines);
    assert.equal(set.digest, createHash('sha256').update(bytes).digest('hex'));
    assert.equal(set.sizeBytes, bytes.length);
    assert.deepEqual(set.header, {
      kind: 'osv',
      source: 'by hand',
      publishedAt: Date.parse('2026-11-20T00:00:00Z'),
      importedAt,
      records: 5,
      refused: 0,
      importer: 'fettle-vulnerability-data/1',
      ecosystems: { ConanCenter: 1, 'Debian:12': 2, Go: 1, PyPI: 1 },
    });
  });

  it('never takes data for younger than the import', async () => {
    const future = [
      ...records,
      osvRecord('CVE-2099-1', { ecosystem: 'Go', name: 'x', modified: '2099-01-01T00:00:00Z' }),
    ];
    const { set } = await makeSet(importOsv, JSON.stringify(future));
    assert.equal(set.header.publishedAt, Date.parse('2026-11-20T00:00:00Z'));
    const said = await makeSet(importOsv, lines, { publishedAt: importedAt + 1 });
    assert.equal(said.set.header.publishedAt, importedAt);
  });

  it('finds the records of a package with one read, in whatever spelling', async () => {
    const { data, reads } = await makeSet(importOsv, lines);
    assert.deepEqual(idsOf(await all(vulnerabilitiesOf(data, 'Debian', 'openssl'))), ['DEBIAN-CVE-2026-1', 'DSA-7-1']);
    assert.equal(reads.count, 1);
    assert.deepEqual(idsOf(await all(vulnerabilitiesOf(data, 'PyPI', 'Some_Thing'))), ['PYSEC-1']);
    assert.deepEqual(await all(vulnerabilitiesOf(data, 'Debian', 'opensslx')), []);
    assert.deepEqual(await all(vulnerabilitiesOf(data, 'Debian', 'openss')), []);
  });

  it('finds records by id, alias and upstream id, withdrawn ones too', async () => {
    const { data } = await makeSet(importOsv, lines);
    const named = await vulnerabilitiesNamed(data, 'CVE-2026-1');
    assert.deepEqual(
      named.map(({ relation, vulnerability }) => [relation, vulnerability.id]),
      [
        ['self', 'CVE-2026-1'],
        ['upstream', 'DEBIAN-CVE-2026-1'],
        ['upstream', 'DSA-7-1'],
      ],
    );
    assert.deepEqual(
      (await vulnerabilitiesNamed(data, 'GHSA-x')).map(({ relation }) => relation),
      ['alias'],
    );
    const [withdrawn] = await vulnerabilitiesNamed(data, 'GO-1');
    assert.equal(withdrawn?.vulnerability.withdrawn, Date.parse('2026-11-01T00:00:00Z'));
  });

  it('tells which packages a vulnerability concerns', async () => {
    const { data } = await makeSet(importOsv, lines);
    const concerned = await affectedPackages(data, 'CVE-2026-1');
    assert.deepEqual(
      concerned.map(({ key, vulnerability }) => [key, vulnerability.id]),
      [
        ['ConanCenter|openssl', 'CVE-2026-1'],
        ['Debian|openssl', 'DEBIAN-CVE-2026-1'],
        ['Debian|openssl', 'DSA-7-1'],
      ],
    );
    assert.deepEqual(concerned[0]?.affected[0]?.ranges, [
      {
        type: 'ECOSYSTEM',
        events: [
          { kind: 'introduced', version: '0' },
          { kind: 'fixed', version: '3.0.16' },
        ],
      },
    ]);
    assert.deepEqual(await affectedPackages(data, 'GO-1'), []);
  });

  it('keeps of one id the record that was modified last, wherever it stands', async () => {
    const older = osvRecord('X-1', {
      ecosystem: 'Go',
      name: 'old',
      modified: '2026-01-01T00:00:00Z',
      upstream: ['CVE-2026-9'],
    });
    const newer = osvRecord('X-1', { ecosystem: 'Go', name: 'new', modified: '2026-02-01T00:00:00Z' });
    for (const order of [
      [older, newer],
      [newer, older],
    ]) {
      const { data, set } = await makeSet(importOsv, JSON.stringify(order));
      assert.equal(set.header.records, 1);
      assert.deepEqual(await all(vulnerabilitiesOf(data, 'Go', 'old')), []);
      assert.deepEqual(idsOf(await all(vulnerabilitiesOf(data, 'Go', 'new'))), ['X-1']);
      assert.deepEqual(await vulnerabilitiesNamed(data, 'CVE-2026-9'), []);
    }
  });

  it('spans blocks for a package with many records, and finds every one', async () => {
    const many = Array.from({ length: 900 }, (_, at) =>
      osvRecord(`CVE-2026-${10_000 + at}`, {
        ecosystem: 'Debian:12',
        name: at % 3 === 0 ? 'linux' : `p${at}`,
        summary: `${at}`.repeat(60),
      }),
    );
    const { data } = await makeSet(importOsv, many.map((record) => JSON.stringify(record)).join('\n'));
    assert.equal((await all(vulnerabilitiesOf(data, 'Debian', 'linux'))).length, 300);
    for (const at of [1, 500, 898])
      assert.deepEqual(idsOf(await all(vulnerabilitiesOf(data, 'Debian', `p${at}`))), [`CVE-2026-${10_000 + at}`]);
  });

  it('tells of a few broken records, and refuses an input of which more are', async () => {
    const { set } = await makeSet(importOsv, `${lines}\n{"id":\n{"id":"Y"}`);
    assert.equal(set.header.refused, 2);
    assert.equal(set.refusedExamples.length, 2);
    await assert.rejects(makeSet(importOsv, `${lines}\n${'{}\n'.repeat(11)}`), { code: 'invalid-input' });
    await assert.rejects(makeSet(importOsv, ''), { code: 'invalid-input' });
    await assert.rejects(makeSet(importOsv, 'no JSON'), { code: 'invalid-input' });
  });

  it('leaves no scratch files, whether it ends well or not', async () => {
    for (const input of [lines, 'broken']) {
      const scratch = smallScratch();
      await makeSet(importOsv, input, { scratch }).catch(() => undefined);
      assert.equal(scratch.open(), 0);
    }
  });
});

describe('sorting rows', () => {
  it('gives the same order in pieces as at once', async () => {
    const rows = Array.from({ length: 5_000 }, (_, at) => ({
      key: `k${(at * 7_919) % 997}`,
      sub: `s${at % 13}`,
      record: at,
      json: `"${'x'.repeat(at % 50)}"`,
    }));
    const orders: string[] = [];
    for (const runBytes of [1_000_000_000, 20_000]) {
      const sorter = new RowSorter(smallScratch(), { runBytes });
      for (const row of rows) await sorter.add(row);
      orders.push(JSON.stringify(await all(sorter.sorted())));
      await sorter.discard();
    }
    assert.equal(orders[0], orders[1]);
  });
});

describe('a data set file', () => {
  it('is refused when it is cut, or any byte of its frame is another', async () => {
    const { bytes, set } = await makeSet(importOsv, lines);
    for (const length of [0, 10, bytes.length - 1]) {
      await assert.rejects(openDataSet(bytesSource(bytes.subarray(0, length)), set.digest), { code: 'invalid-input' });
    }
    for (const at of [0, bytes.length - 1, bytes.length - 20, bytes.length - 24]) {
      const other = Buffer.from(bytes);
      other[at] = (other[at] ?? 0) ^ 0xff;
      await assert.rejects(openDataSet(bytesSource(other), set.digest), { code: 'invalid-input' }, `byte ${at}`);
    }
  });

  it('with a broken block says so when that is read, and gives nothing', async () => {
    const { bytes, set } = await makeSet(importOsv, lines);
    const other = Buffer.from(bytes);
    other[40] = (other[40] ?? 0) ^ 0xff;
    const data = await openDataSet(bytesSource(other), set.digest);
    await assert.rejects(all(vulnerabilitiesOf(data, 'Debian', 'openssl')), { code: 'invalid-input' });
  });
});
