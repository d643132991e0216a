import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AffectedView, DisclosureView } from '@fettle/api';
import { openVulnerabilityDesk, recordOf, type VulnerabilityDesk } from './affected-support.ts';
import { enrolledDevice, until } from './api-support.ts';

const fleet = 'routers';

async function affectedBy(
  at: VulnerabilityDesk,
  vulnerability: string,
): Promise<AffectedView['fleets'][number] | undefined> {
  return (await at.client.findAffected({ vulnerability })).fleets[0];
}

/** Waits until the server has looked at every release by the data that are there. */
function watched(at: VulnerabilityDesk, vulnerability: string, releases: number): Promise<AffectedView> {
  return until(async () => {
    const { disclosed, found } = {
      disclosed: await at.client.getDisclosure({ vulnerability }),
      found: await at.client.findAffected({ vulnerability }),
    };
    const open = found.fleets.flatMap((one) => one.releases).filter(({ isOpen }) => isOpen);
    return open.length === releases && disclosed.clock.awareAt !== null ? found : undefined;
  }, `${vulnerability} in ${releases} releases`);
}

test('leads from a new CVE to the devices that run it now, to the way out, and to the reports that are due', async () => {
  await using at = await openVulnerabilityDesk();
  await at.importOsv('osv.dev/Debian', [recordOf('DSA-1', 'bash', '1.0-1')]);
  const old = await at.release('1.0.0', { openssl: '3.0.8-1', bash: '5.2-1' });
  const fixed = await at.release('1.1.0', { openssl: '3.0.9-1', bash: '5.2-1' });
  const device = await enrolledDevice(at.server, fleet, 'dev-1');
  const other = await enrolledDevice(at.server, fleet, 'dev-2');
  const runs = ({ release, sha256 }: typeof old) => ({
    app: { version: release.version, counter: release.counter, sha256 },
  });
  await device.checkIn({ attributes: { country: 'DE' }, current: runs(old) });
  await other.checkIn({ attributes: { country: 'FR' }, current: runs(old) });
  assert.equal(await affectedBy(at, 'CVE-2026-7'), undefined, 'nothing is known of it yet');

  await at.importOsv('osv.dev/Debian', [
    recordOf('DSA-1', 'bash', '1.0-1'),
    recordOf('DSA-7', 'openssl', '3.0.9-1', { upstream: ['CVE-2026-7'] }),
  ]);
  const { knowledge, fleets } = await watched(at, 'CVE-2026-7', 1);
  const [found] = fleets;
  assert.equal(knowledge?.rating.cvss, 9.8);
  assert.deepEqual(found?.devices, { total: 2, byType: { r1: 2 }, byCountry: { DE: 1, FR: 1 }, elsewhere: 0 });
  assert.deepEqual(
    found?.releases.map(({ version, devices, components }) => [version, devices, components[0]?.why?.fixedIn]),
    [['1.0.0', 2, ['3.0.9-1']]],
  );
  assert.equal(found?.fix?.version, '1.1.0');

  const told = await at.client.listAudit({});
  const [event] = told.items.filter(({ verb }) => verb === 'release.vulnerable');
  assert.match(
    event?.reason ?? '',
    /1\.0\.0: new critical findings, told only: CVE-2026-7 in pkg:deb\/debian\/openssl/,
  );

  // A prepared rollout is one that the server takes.
  assert.ok(found?.fix);
  const draft = await at.client.createRollout({ fleet, ...found.fix.rollout });
  assert.equal(draft.status, 'draft');

  // Patched devices vanish as they commit.
  await device.checkIn({ attributes: { country: 'DE' }, current: runs(fixed) });
  assert.deepEqual((await affectedBy(at, 'CVE-2026-7'))?.devices.byCountry, { FR: 1 });
  const listed = await at.client.listAffectedDevices({ fleet, vulnerability: 'CVE-2026-7' });
  assert.deepEqual(
    listed.items.map((one) => [one.device, one.version]),
    [['dev-2', '1.0.0']],
  );
  const typed = await at.type('affected', 'CVE-2026-7');
  assert.equal(typed.exit, 8, typed.err);
  assert.match(typed.out, /fix: 1\.1\.0/);
  await other.checkIn({ attributes: { country: 'FR' }, current: runs(fixed) });
  assert.equal((await at.type('affected', 'CVE-2026-7')).exit, 0);

  const byName = (await at.ask('affected', 'pkg:deb/debian/openssl@3.0.9-1').catch(String)) as string;
  assert.match(byName, /exited with 8/, 'devices run this component');
});

test('counts the time of Article 14 from when data or an operator said so, and drafts what is known', async () => {
  await using at = await openVulnerabilityDesk();
  await at.importOsv('osv.dev/Debian', [recordOf('DSA-1', 'bash', '1.0-1')]);
  await at.release('1.0.0', { openssl: '3.0.8-1' });
  await at.importOsv('osv.dev/Debian', [recordOf('CVE-2026-8', 'openssl', '3.0.9-1')]);
  await watched(at, 'CVE-2026-8', 1);
  const kev = join(at.desk.folder, 'kev.json');
  const entry = { cveID: 'CVE-2026-8', vulnerabilityName: 'x', dateAdded: '2026-11-20', dueDate: '2026-12-01' };
  await writeFile(kev, JSON.stringify({ dateReleased: new Date().toISOString(), vulnerabilities: [entry] }));
  await at.ask('vulndb', 'import', kev, '--kind', 'kev', '--source', 'cisa');
  const first = (await at.ask('affected', 'CVE-2026-8', '--report')) as DisclosureView;
  assert.equal(first.isExploited, true);
  assert.equal(first.clock.awareBy, 'data');
  assert.equal(first.clock.finalReportBy, null, 'no device runs it, and there is no fix');
  const since = '2026-11-20T10:00:00Z';
  const said = ['--aware-since', since, '--reason', 'a researcher wrote'];
  const { clock, drafts } = (await at.ask('affected', 'CVE-2026-8', '--report', ...said)) as DisclosureView;
  assert.deepEqual([clock.warningBy, clock.notificationBy], ['2026-11-21T10:00:00.000Z', '2026-11-23T10:00:00.000Z']);
  assert.match(drafts.earlyWarning, /DRAFT - Early warning[\s\S]*Actively exploited: yes[\s\S]*routers/);
  assert.match(drafts.notification, /Not known here, to be filled in/);
});

test('holds a release on new findings where the policy says so, through every later judgement', async () => {
  await using at = await openVulnerabilityDesk('hold');
  await at.importOsv('osv.dev/Debian', [recordOf('DSA-1', 'bash', '1.0-1')]);
  await at.release('1.0.0', { openssl: '3.0.8-1' });
  const verdict = async () => (await at.client.getRelease({ fleet, version: '1.0.0' })).clearance?.stages[0]?.verdict;
  assert.equal(await verdict(), 'pass');
  await at.importOsv('osv.dev/Debian', [recordOf('CVE-2026-9', 'openssl', '3.0.9-1')]);
  await until(async () => ((await verdict()) === 'fail' ? true : undefined), 'the release to be held');
  const { policy } = await at.client.getReleasePolicy({ fleet });
  assert.ok(policy);
  const milder = policy.stages.map((stage) => ({ ...stage, groups: ['bench'] }));
  await at.client.saveGroup({ fleet, group: 'bench', filter: 'id == "x"' });
  await at.client.setReleasePolicy({ fleet, policy: { ...policy, stages: milder } });
  assert.equal(await verdict(), 'fail', 'judged anew on the newest data, not on those of the check');

  // What a supplier says closes it again.
  const vex = {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://example.org/vex/1',
    author: 'PSIRT',
    timestamp: new Date(Date.now() - 60_000).toISOString(),
    version: 1,
    statements: [
      {
        vulnerability: { name: 'CVE-2026-9' },
        products: [{ '@id': 'pkg:deb/debian/openssl' }],
        status: 'not_affected',
        justification: 'vulnerable_code_not_present',
      },
    ],
  };
  const file = join(at.desk.folder, 'vex.json');
  await writeFile(file, JSON.stringify(vex));
  await at.ask('vulndb', 'import', file, '--kind', 'vex', '--source', 'psirt');
  await until(async () => ((await verdict()) === 'pass' ? true : undefined), 'the release to be cleared again');
  const [found] = (await at.client.findAffected({ vulnerability: 'CVE-2026-9' })).fleets;
  assert.deepEqual(
    found?.releases.map(({ isOpen, components }) => [isOpen, components[0]?.vex]),
    [[false, 'not_affected']],
  );
});

test('takes in only data sets that are what they are said to be, and lets go of them', async () => {
  await using at = await openVulnerabilityDesk();
  const out = join(at.desk.folder, 'set.fds');
  const file = join(at.desk.folder, 'epss.csv');
  await writeFile(
    file,
    '#model_version:v1,score_date:2026-11-20T00:00:00+0000\ncve,epss,percentile\nCVE-2026-1,0.5,0.9\n',
  );
  await at.ask('vulndb', 'import', file, '--kind', 'epss', '--source', 'first.org', '--out', out);
  assert.deepEqual(await at.ask('vulndb', 'list'), []);
  const added = (await at.ask('vulndb', 'add', out)) as { sha256: string; records: number };
  assert.equal(added.records, 1);
  const lie = at.client.addDataSet({ sha256: 'a'.repeat(64), kind: 'epss', records: 1 });
  await assert.rejects(lie, { code: 'artifact-missing' });
  const wrong = at.client.addDataSet({ sha256: added.sha256, kind: 'kev', records: 1 });
  assert.equal((await wrong).kind, 'epss', 'known by its digest: nothing changes');
  await at.ask('vulndb', 'remove', added.sha256.slice(0, 12), '--reason', 'old');
  await assert.rejects(at.client.addDataSet({ sha256: added.sha256, kind: 'kev', records: 1 }), {
    code: 'invalid-input',
  });
});
