import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytesSource } from '@fettle/images';
import { digest } from '@fettle/model';
import { importedAt, makeSet, osvRecord } from '../../../test/vulnerabilities/small-data.ts';
import type { GateContext } from '../../core/gate.ts';
import type { SoftwareComponent } from '../../sbom/component.ts';
import type { OpenDataSet } from '../data/data-set.ts';
import { importEpss } from '../imports/import-epss.ts';
import { importKev } from '../imports/import-kev.ts';
import { importOsv } from '../imports/import-osv.ts';
import { importVex } from '../imports/import-vex.ts';
import { readVex } from '../vex/read-vex.ts';
import { checkVulnerabilities, type VulnerabilityCheck } from './check-vulnerabilities.ts';
import { vulnerabilityFacts } from './facts.ts';
import { vulnerabilitySettingsProblem } from './settings.ts';

const day = 86_400_000;
const now = importedAt;
const critical = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
const low = 'CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N';
const scored = (score: string) => [{ type: 'CVSS_V3', score }];

const context: GateContext = {
  candidate: {
    digest: digest('a'.repeat(64)),
    sizeBytes: 1,
    deviceType: 'router',
    component: 'os',
    fleet: 'routers',
    version: '2.0.0',
  },
  source: bytesSource(Buffer.alloc(1)),
  now,
};

function component(name: string, version: string, given: Partial<SoftwareComponent> = {}): SoftwareComponent {
  return {
    type: 'library',
    name,
    version,
    purl: `pkg:deb/debian/${name}@${version}?arch=arm64&distro=debian-12`,
    hashes: {},
    ecosystem: 'Debian:12',
    evidence: [{ method: 'package-database', place: 'var/lib/dpkg/status', confidence: 1 }],
    dependsOn: [],
    ...given,
  };
}

const libssl = component('libssl3', '3.0.15-1', { source: { name: 'openssl', version: '3.0.15-1' } });
const bash = component('bash', '5.2-1');

/** Data of a day ago: nothing exploited, nothing critical, unless said. */
async function osv(...records: readonly object[]): Promise<OpenDataSet> {
  const filler = osvRecord('DEBIAN-CVE-2000-1', { ecosystem: 'Debian:12', name: 'filler' });
  const text = [filler, ...records].map((record) => JSON.stringify(record)).join('\n');
  return (await makeSet(importOsv, text, { publishedAt: now - day })).data;
}

async function kev(...cves: readonly string[]): Promise<OpenDataSet> {
  const vulnerabilities = ['CVE-2000-0001', ...cves].map((cveID) => ({ cveID, dateAdded: '2026-11-01' }));
  return (await makeSet(importKev, JSON.stringify({ dateReleased: '2026-11-20T00:00:00Z', vulnerabilities }))).data;
}

function check(
  components: readonly SoftwareComponent[],
  dataSets: readonly OpenDataSet[],
  given: Partial<VulnerabilityCheck> = {},
) {
  const inventory = { distribution: null, components, coverage: { explainedBytes: 0, executableBytes: 0 } };
  return checkVulnerabilities({ context, inventory, dataSets, vex: [], settings: {}, ...given });
}

const openssl = (id: string, more: object = {}) =>
  osvRecord(id, { ecosystem: 'Debian:12', name: 'openssl', fixed: '3.0.16-1', ...more });

describe('the vulnerabilities gate', () => {
  it('passes what nothing is known against, and names its data with their dates', async () => {
    const data = await osv(openssl('DEBIAN-CVE-2026-1', { severity: scored(critical) }));
    const catalogue = await kev();
    const report = await check(
      [bash, component('libssl3', '3.0.16-1', { source: { name: 'openssl', version: '3.0.16-1' } })],
      [data, catalogue],
    );
    assert.equal(report.verdict, 'pass');
    assert.deepEqual(report.findings, []);
    assert.deepEqual(report.inputs.slice(1), [
      { name: 'osv: by hand', version: data.digest, publishedAt: now - day },
      { name: 'kev: by hand', version: catalogue.digest, publishedAt: Date.parse('2026-11-20T00:00:00Z') },
    ]);
    assert.match(report.summary, /^2 of 2 components looked up in 2 data sets, the oldest of 2 days: /);
  });

  it('tells every fact that it lists, and no other', async () => {
    const report = await check([bash], [await osv()]);
    assert.deepEqual(Object.keys(report.facts).sort(), Object.keys(vulnerabilityFacts).sort());
  });

  it('fails on a critical score, by the source package and its version', async () => {
    const report = await check(
      [libssl],
      [
        await osv(
          openssl('DEBIAN-CVE-2026-1', { upstream: ['CVE-2026-1'], severity: scored(critical), summary: 'Overflow.' }),
        ),
        await kev(),
      ],
    );
    assert.equal(report.verdict, 'fail');
    const [finding] = report.findings;
    assert.equal(finding?.rule, 'CVE-2026-1');
    assert.equal(finding?.severity, 'critical');
    assert.equal(finding?.place, 'var/lib/dpkg/status');
    assert.equal(finding?.message, 'libssl3 3.0.15-1 has CVE-2026-1 (CVSS 9.8); fixed in 3.0.16-1. Overflow.');
    assert.deepEqual(
      [finding?.details?.cvss, finding?.details?.component, finding?.details?.records],
      [9.8, libssl.purl, 'DEBIAN-CVE-2026-1'],
    );
    assert.deepEqual([report.facts.maxCvss, report.facts.criticalOpen, report.facts.fixableOpen], [9.8, 1, 1]);
  });

  it('fails on what is exploited, whatever the score, found through the CVE', async () => {
    const report = await check(
      [libssl],
      [
        await osv(openssl('DSA-1', { upstream: ['CVE-2026-1', 'CVE-2026-2'], severity: scored(low) })),
        await kev('CVE-2026-2'),
      ],
    );
    assert.equal(report.verdict, 'fail');
    assert.deepEqual(
      report.findings.map(({ rule, severity }) => [rule, severity]),
      [
        ['CVE-2026-2', 'critical'],
        ['CVE-2026-1', 'low'],
      ],
    );
    assert.deepEqual([report.facts.exploited, report.facts.exploitedOpen], [true, 1]);
  });

  it('makes one finding of what several records say', async () => {
    const first = await osv(
      openssl('DEBIAN-CVE-2026-1', { upstream: ['CVE-2026-1'] }),
      openssl('DSA-1', { upstream: ['CVE-2026-1'] }),
    );
    const second = await osv(openssl('GHSA-x', { aliases: ['CVE-2026-1'], severity: scored(low) }));
    const report = await check([libssl], [first, second, await kev()]);
    assert.equal(report.findings.length, 1);
    assert.equal(report.findings[0]?.details?.records, 'DEBIAN-CVE-2026-1, DSA-1, GHSA-x');
    assert.equal(report.verdict, 'pass');
  });

  it('takes the score of the CVE where the advisory has none, and follows names to it', async () => {
    const advisory = openssl('X-1', { aliases: ['Y-1'] });
    const middle = osvRecord('Y-1', { ecosystem: 'Go', name: 'y', aliases: ['CVE-2026-1'] });
    const cve = osvRecord('CVE-2026-1', { ecosystem: 'ConanCenter', name: 'openssl', severity: scored(critical) });
    const report = await check([libssl], [await osv(advisory, middle, cve), await kev()]);
    assert.equal(report.findings[0]?.rule, 'CVE-2026-1');
    assert.equal(report.findings[0]?.details?.cvss, 9.8);
    assert.equal(report.verdict, 'fail');
  });

  it('takes no score for unknown, not for 0', async () => {
    const data = await osv(openssl('DEBIAN-CVE-2026-1', { upstream: ['CVE-2026-1'] }));
    const report = await check([libssl], [data, await kev()]);
    assert.equal(report.verdict, 'inconclusive');
    assert.deepEqual([report.facts.maxCvss, report.facts.unknownOpen], [null, 1]);
    assert.equal(report.findings[0]?.details?.cvss, 'unknown');
    const lenient = await check([libssl], [data, await kev()], { settings: { scoresNeeded: false } });
    assert.equal(lenient.verdict, 'pass');
  });

  it('takes the word "critical" for a critical score', async () => {
    const record = openssl('UBUNTU-CVE-2026-1', { database_specific: { severity: 'CRITICAL' } });
    assert.equal((await check([libssl], [await osv(record), await kev()])).verdict, 'fail');
  });

  it('is inconclusive without data of an ecosystem or of its release', async () => {
    const npm = component('left-pad', '1.0.0', { purl: 'pkg:npm/left-pad@1.0.0', ecosystem: 'npm' });
    const older = component('bash', '5.1-1', { ecosystem: 'Debian:11' });
    const nowhere = component('bash', '5.1-1', { ecosystem: 'Debian', purl: 'pkg:deb/debian/bash@5.1-1' });
    const report = await check([bash, npm, older, nowhere], [await osv(), await kev()]);
    assert.equal(report.verdict, 'inconclusive');
    assert.deepEqual(report.facts.ecosystemsWithoutData, ['Debian', 'Debian:11', 'npm']);
    assert.match(report.summary, /No data on Debian, Debian:11, npm: import it\.$/);
  });

  it('is inconclusive without any data, or when nothing can be looked up', async () => {
    assert.equal((await check([bash], [])).verdict, 'inconclusive');
    const strings = component('U-Boot', '2023.04', { purl: 'pkg:generic/u-boot@2023.04', ecosystem: null });
    const report = await check([strings], [await osv(), await kev()]);
    assert.equal(report.verdict, 'inconclusive');
    assert.equal(report.facts.componentsUnknown, 1);
    assert.equal((await check([strings, bash], [await osv(), await kev()])).verdict, 'pass');
  });

  it('is inconclusive when data that it rests on are too old', async () => {
    const data = await osv();
    const later = { ...context, now: now + 15 * day };
    const report = await check([bash], [data, await kev()], { context: later });
    assert.equal(report.verdict, 'inconclusive');
    assert.equal(report.facts.oldestDataDays, 17);
    assert.match(report.summary, /Data older than 14 days \(by hand of 2026-11-21; by hand of 2026-11-20\)/);
    assert.equal(
      (await check([bash], [data, await kev()], { context: later, settings: { maxAgeDays: 30 } })).verdict,
      'pass',
    );
    // Data that no component needs may be of any age.
    const other = (
      await makeSet(importOsv, JSON.stringify(osvRecord('G-1', { ecosystem: 'Go', name: 'm' })), { publishedAt: 0 })
    ).data;
    assert.equal((await check([bash], [data, other, await kev()])).verdict, 'pass');
  });

  it('is inconclusive about open findings when nothing says which are exploited', async () => {
    const data = await osv(openssl('CVE-2026-1', { severity: scored(low) }));
    assert.equal((await check([libssl], [data])).verdict, 'inconclusive');
    assert.equal((await check([bash], [data])).verdict, 'pass');
    assert.equal((await check([libssl], [data], { settings: { exploitedDataNeeded: false } })).verdict, 'pass');
  });

  it('tells exploit probabilities', async () => {
    const epss = (await makeSet(importEpss, '#score_date:2026-11-21\ncve,epss,percentile\nCVE-2026-1,0.4,0.97\n')).data;
    const report = await check(
      [libssl],
      [await osv(openssl('CVE-2026-1', { severity: scored(low) })), await kev(), epss],
    );
    assert.deepEqual([report.facts.maxEpss, report.facts.maxEpssPercentile, report.facts.epssDataDays], [0.4, 0.97, 1]);
    assert.equal(report.findings[0]?.details?.epssPercentile, 0.97);
  });

  it('knows nothing of withdrawn records, and of other releases', async () => {
    const withdrawn = openssl('CVE-2026-1', { severity: scored(critical), withdrawn: '2026-11-01T00:00:00Z' });
    const other = osvRecord('CVE-2026-2', { ecosystem: 'Debian:13', name: 'openssl', severity: scored(critical) });
    assert.equal((await check([libssl], [await osv(withdrawn, other), await kev()])).verdict, 'pass');
  });

  it('keeps a finding the same from build to build', async () => {
    const sets = [await osv(openssl('CVE-2026-1', { severity: scored(low) })), await kev()];
    const older = component('libssl3', '3.0.14-1', { source: { name: 'openssl', version: '3.0.14-1' } });
    const [first, second] = [await check([libssl], sets), await check([older], sets)];
    assert.equal(first.findings[0]?.fingerprint, second.findings[0]?.fingerprint);
  });
});

describe('VEX in the vulnerabilities gate', () => {
  const adoption = { expiresAt: now + 30 * day, deviceTypes: [] };
  const document = (status: string, author = 'Ann') =>
    JSON.stringify({
      '@context': 'https://openvex.dev/ns/v0.2.0',
      '@id': `https://example.com/${author}`,
      author,
      timestamp: '2026-11-10T00:00:00Z',
      statements: [
        {
          vulnerability: { name: 'CVE-2026-1' },
          products: ['pkg:deb/debian/openssl'],
          status,
          justification: 'vulnerable_code_not_present',
          action_statement: 'Update.',
        },
      ],
    });
  const statementsOf = (text: string, expiresAt = adoption.expiresAt) => {
    const reading = readVex(Buffer.from(text), { ...adoption, expiresAt });
    assert.ok(reading.ok);
    return reading.statements;
  };
  const affected = async () => [
    await osv(openssl('DSA-1', { upstream: ['CVE-2026-1'], severity: scored(critical) })),
    await kev('CVE-2026-1'),
  ];

  it('closes a finding and keeps it, with who said so, why and until when', async () => {
    const report = await check([libssl], await affected(), { vex: statementsOf(document('not_affected')) });
    assert.equal(report.verdict, 'pass');
    assert.deepEqual([report.facts.exploited, report.facts.maxCvss, report.facts.notAffected], [false, 0, 1]);
    const [finding] = report.findings;
    assert.equal(finding?.severity, 'info');
    assert.deepEqual(
      [
        finding?.details?.vexStatus,
        finding?.details?.vexAuthor,
        finding?.details?.vexReason,
        finding?.details?.vexExpiresAt,
        finding?.details?.cvss,
      ],
      ['not_affected', 'Ann', 'vulnerable_code_not_present', '2026-12-22T00:00:00.000Z', 9.8],
    );
  });

  it('comes from data sets too', async () => {
    const data = (await makeSet((input, options) => importVex(input, { ...options, adoption }), document('fixed')))
      .data;
    assert.equal(data.header.kind, 'vex');
    const report = await check([libssl], [...(await affected()), data]);
    assert.equal(report.verdict, 'pass');
    assert.equal(report.facts.fixedByVex, 1);
  });

  it('of two authors who contradict each other leaves the finding open', async () => {
    const vex = [...statementsOf(document('not_affected')), ...statementsOf(document('affected', 'Bob'))];
    const report = await check([libssl], await affected(), { vex });
    assert.equal(report.verdict, 'fail');
    assert.equal(report.facts.vexContradictions, 1);
    assert.equal(report.findings[0]?.details?.vexStatus, 'unknown');
  });

  it('that has expired brings the finding back', async () => {
    const report = await check([libssl], await affected(), { vex: statementsOf(document('not_affected'), now) });
    assert.equal(report.verdict, 'fail');
    assert.equal(report.facts.vexUnused, 1);
    assert.equal(report.findings[0]?.details?.vexFlaws, 'expired');
  });
});

describe('settings of the vulnerabilities gate', () => {
  it('are checked by name and range', () => {
    assert.equal(
      vulnerabilitySettingsProblem({ maxAgeDays: 7, failCvss: 7.5, scoresNeeded: false, exploitedDataNeeded: true }),
      undefined,
    );
    for (const given of [
      { maxAge: 7 },
      { maxAgeDays: -1 },
      { failCvss: '9' },
      { failCvss: Number.NaN },
      { scoresNeeded: 1 },
    ]) {
      assert.match(vulnerabilitySettingsProblem(given) ?? '', /vulnerabilities/);
    }
  });

  it('lower the score that fails; what fails is critical, what does not is not', async () => {
    const high = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N';
    const sets = [
      await osv(
        openssl('CVE-2026-1', { severity: scored(high) }),
        openssl('CVE-2026-2', { severity: scored(critical) }),
      ),
      await kev(),
    ];
    const severities = async (failCvss: number) => {
      const report = await check([libssl], sets, { settings: { failCvss } });
      return [report.verdict, ...report.findings.map(({ rule, severity }) => `${rule} ${severity}`)];
    };
    assert.deepEqual((await severities(7)).toSorted(), ['CVE-2026-1 critical', 'CVE-2026-2 critical', 'fail']);
    assert.deepEqual(await severities(10), ['pass', 'CVE-2026-1 high', 'CVE-2026-2 high']);
  });
});
