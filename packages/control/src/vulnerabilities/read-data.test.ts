import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { openDataSet } from '@fettle/gates';
import {
  type ImportedDataSet,
  type ImportOptions,
  importEpss,
  importKev,
  importOsv,
  type OpenDataSet,
} from '@fettle/gates/vulnerabilities';
import type { Source } from '@fettle/images';
import { memoryScratch } from '@fettle/images/walk';
import { digest } from '@fettle/model';
import { judgeComponents, knowVulnerability } from './read-data.ts';
import type { KeptComponent } from './vulnerability-store.ts';

const now = Date.parse('2026-11-20T00:00:00Z');

function sourceOf(bytes: Uint8Array): Source {
  return { size: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
}

async function setOf(
  importer: (input: Source, options: ImportOptions) => Promise<ImportedDataSet>,
  text: string,
): Promise<OpenDataSet> {
  const parts: Uint8Array[] = [];
  const output = { append: async (bytes: Uint8Array) => void parts.push(Uint8Array.from(bytes)) };
  await importer(sourceOf(Buffer.from(text)), {
    scratch: memoryScratch(16_777_216),
    output,
    source: 'test',
    importedAt: now,
  });
  const bytes = Buffer.concat(parts);
  return openDataSet(sourceOf(bytes), digest(createHash('sha256').update(bytes).digest('hex')));
}

function record(id: string, more: object, events: readonly object[] = [{ introduced: '0' }, { fixed: '3.0.9-1' }]) {
  const affected = [{ package: { ecosystem: 'Debian:12', name: 'openssl' }, ranges: [{ type: 'ECOSYSTEM', events }] }];
  return { schema_version: '1.6.0', id, modified: '2026-11-19T00:00:00Z', affected, ...more };
}

function component(version: string, more: Partial<KeptComponent> = {}): KeptComponent {
  const purl = `pkg:deb/debian/libssl3@${version}`;
  const source = { name: 'openssl', version };
  return {
    type: 'library',
    name: 'libssl3',
    version,
    purl,
    source,
    hashes: {},
    ecosystem: 'Debian:12',
    place: '',
    ...more,
  };
}

const osv = (...records: readonly object[]) => setOf(importOsv, JSON.stringify(records));

describe('what data say of a vulnerability', () => {
  it('is found by any of its names, with score, exploitation and likelihood from other sets', async () => {
    const score = [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }];
    const sets = [
      await osv(record('DSA-7', { upstream: ['CVE-2026-7'] }), {
        ...record('GHSA-7', { aliases: ['CVE-2026-7'], severity: score, affected: [] }),
      }),
      await setOf(
        importKev,
        JSON.stringify({ vulnerabilities: [{ cveID: 'CVE-2026-7', dateAdded: '2026-11-01', vulnerabilityName: 'x' }] }),
      ),
      await setOf(importEpss, 'cve,epss,percentile\nCVE-2026-7,0.5,0.9\n'),
    ];
    for (const name of ['CVE-2026-7', 'GHSA-7']) {
      const known = await knowVulnerability(sets, name);
      assert.deepEqual(known?.packages, ['Debian|openssl'], name);
      assert.equal(known?.rating.cvss, 9.8);
      assert.equal(known?.exploited?.since, '2026-11-01');
      assert.equal(known?.likelihood?.probability, 0.5);
    }
    assert.equal(await knowVulnerability(sets, 'CVE-2026-8'), undefined);
  });

  it('judges components by their source package, with the range in words and the fix', async () => {
    const sets = [await osv(record('CVE-2026-7', {}, [{ introduced: '3.0.2-1' }, { fixed: '3.0.9-1' }]))];
    const asked = ['3.0.1-1', '3.0.8-1', '3.0.9-1'].map((version) => component(version));
    const [before, inside, after] = await judgeComponents(sets, 'CVE-2026-7', asked);
    assert.deepEqual([before, after], [null, null]);
    assert.deepEqual(inside, {
      by: 'range',
      records: ['CVE-2026-7'],
      range: 'Debian:12 >= 3.0.2-1, < 3.0.9-1',
      fixedIn: ['3.0.9-1'],
      isGuess: false,
    });
  });

  it('knows of no component of another release of a distribution, and of none by a withdrawn record', async () => {
    const sets = [await osv(record('CVE-2026-7', {}), record('CVE-2026-6', { withdrawn: '2026-11-19T00:00:00Z' }))];
    const other = component('3.0.8-1', { ecosystem: 'Debian:11' });
    assert.deepEqual(await judgeComponents(sets, 'CVE-2026-7', [other]), [null]);
    assert.deepEqual(await judgeComponents(sets, 'CVE-2026-6', [component('3.0.8-1')]), [null]);
    assert.equal(await knowVulnerability(sets, 'CVE-2026-6'), undefined);
  });

  it('does not call an advisory that bundles several vulnerabilities another name of each', async () => {
    const sets = [
      await osv(
        record('DSA-9', { upstream: ['CVE-2026-1', 'CVE-2026-2'] }),
        record('CVE-2026-2', {
          affected: [
            {
              package: { ecosystem: 'Debian:12', name: 'zlib' },
              ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }],
            },
          ],
        }),
      ),
    ];
    const known = await knowVulnerability(sets, 'CVE-2026-1');
    assert.deepEqual(known?.packages, ['Debian|openssl']);
    assert.deepEqual(known?.names, ['CVE-2026-1']);
  });
});
