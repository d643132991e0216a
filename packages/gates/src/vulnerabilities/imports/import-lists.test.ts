import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { importedAt, makeSet } from '../../../test/vulnerabilities/small-data.ts';
import { importEpss, likelihoodIn } from './import-epss.ts';
import { exploitedIn, importKev } from './import-kev.ts';

const kev = JSON.stringify({
  catalogVersion: '2026.11.20',
  dateReleased: '2026-11-20T15:00:01.3030Z',
  count: 2,
  vulnerabilities: [
    {
      cveID: 'CVE-2026-1',
      vulnerabilityName: 'A bug',
      dateAdded: '2026-11-01',
      dueDate: '2026-11-22',
      knownRansomwareCampaignUse: 'Known',
    },
    {
      cveID: 'CVE-2025-2',
      vulnerabilityName: 'Another',
      dateAdded: '2025-01-01',
      dueDate: '2025-01-22',
      knownRansomwareCampaignUse: 'Unknown',
    },
  ],
});
const epss =
  '#model_version:v2025.03.14,score_date:2026-11-21T00:00:00+0000\ncve,epss,percentile\nCVE-2026-1,0.91234,0.99871\nCVE-2025-2,0.00043,0.1\n';

describe('the catalogue of known exploited vulnerabilities', () => {
  it('is found by CVE, with its date', async () => {
    const { data, set } = await makeSet(importKev, kev);
    assert.equal(set.header.kind, 'kev');
    assert.equal(set.header.publishedAt, Date.parse('2026-11-20T15:00:01.303Z'));
    assert.deepEqual(await exploitedIn(data, 'CVE-2026-1'), {
      cve: 'CVE-2026-1',
      name: 'A bug',
      dateAdded: '2026-11-01',
      dueDate: '2026-11-22',
      isRansomware: true,
    });
    assert.equal((await exploitedIn(data, 'CVE-2025-2'))?.isRansomware, false);
    assert.equal(await exploitedIn(data, 'CVE-2026-11'), null);
  });

  it('of another kind is refused', async () => {
    await assert.rejects(makeSet(importKev, '{"vulnerabilities": {}}'), { code: 'invalid-input' });
    await assert.rejects(makeSet(importKev, '{"vulnerabilities": []}'), { code: 'invalid-input' });
    await assert.rejects(makeSet(importKev, kev.replaceAll('cveID', 'cve_id')), { code: 'invalid-input' });
  });

  it('without a date is as old as time', async () => {
    const { set } = await makeSet(importKev, kev.replace('dateReleased', 'date'));
    assert.equal(set.header.publishedAt, 0);
  });
});

describe('exploit probabilities', () => {
  it('are found by CVE, with their date, packed or not', async () => {
    for (const input of [epss, gzipSync(epss)]) {
      const { data, set } = await makeSet(importEpss, input);
      assert.equal(set.header.publishedAt, Date.parse('2026-11-21T00:00:00Z'));
      assert.equal(set.header.records, 2);
      assert.deepEqual(await likelihoodIn(data, 'CVE-2026-1'), { probability: 0.91234, percentile: 0.99871 });
      assert.equal(await likelihoodIn(data, 'CVE-2026-3'), null);
    }
  });

  it('take the later line of two, and refuse lines that are none', async () => {
    const { data, set } = await makeSet(
      importEpss,
      `${epss}CVE-2026-1,0.5,0.6\nCVE-2026-4,,\nCVE-2026-5,2,0\nrubbish\n`,
    );
    assert.deepEqual(await likelihoodIn(data, 'CVE-2026-1'), { probability: 0.5, percentile: 0.6 });
    assert.equal(set.header.refused, 3);
    assert.ok(set.header.publishedAt < importedAt);
  });
});
