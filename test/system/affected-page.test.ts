import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { AffectedView } from '@fettle/api';
import { generateKeyPem } from '@fettle/trust';
import { exitCodes } from '../../packages/cli/src/exit-codes.ts';
import { writeZip } from '../../packages/images/test/write-archives.ts';
import { openVulnerabilityDesk, recordOf } from './affected-support.ts';
import { enrolledDevice, makeFleet, publish, until } from './api-support.ts';
import { wordsOf } from './ceremonies-support.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/affected.md'), 'utf8');
const blocks = [...page.matchAll(/^```\n(fettle .*?)^```/gms)].flatMap(([, block = '']) => block.trim().split('\n'));
const inline = [...page.matchAll(/`(fettle affected [^`]+)`/g)].map(([, command = '']) => command);
const commands = [...blocks, ...inline];

test('the commands of docs/affected.md do what the page says, in its order', async () => {
  await using at = await openVulnerabilityDesk();
  await at.importOsv('osv.dev/Debian', [recordOf('DSA-1', 'bash', '1.0-1')]);
  const { release, sha256 } = await at.release('1.0.0', { openssl: '3.0.8-1' });
  const device = await enrolledDevice(at.server, 'routers', 'dev-1');
  await device.checkIn({
    attributes: { country: 'DE' },
    current: { app: { version: release.version, counter: release.counter, sha256 } },
  });
  await until(async () => {
    const { unknown } = await at.client.findAffected({ vulnerability: 'CVE-2026-1234' });
    return unknown.length === 0 ? true : undefined;
  }, 'the release to be looked at');
  const files = new Map<string, string>();
  const file = async (name: string, bytes: Buffer | string) => {
    files.set(name, join(at.desk.folder, name));
    await writeFile(join(at.desk.folder, name), bytes, { mode: 0o600 });
  };
  await file('officer.key', generateKeyPem().privateKeyPem);
  const record = recordOf('CVE-2026-1234', 'openssl', '3.0.9-1');
  await file('debian.zip', writeZip([{ name: '1.json', bytes: Buffer.from(JSON.stringify(record)) }]));
  const exploited = { cveID: 'CVE-2026-1234', vulnerabilityName: 'x', dateAdded: '2026-11-20', dueDate: '2026-12-01' };
  const catalogue = { dateReleased: new Date().toISOString(), vulnerabilities: [exploited] };
  await file('known_exploited_vulnerabilities.json', JSON.stringify(catalogue));
  const scores = '#model_version:v1,score_date:2026-11-20T00:00:00+0000\ncve,epss,percentile\nCVE-2026-1234,0.5,0.9\n';
  await file('epss.csv.gz', gzipSync(scores));
  const statement = {
    ...{ vulnerability: { name: 'CVE-2026-9' }, products: [{ '@id': 'pkg:deb/debian/zlib' }] },
    ...{ status: 'not_affected', justification: 'vulnerable_code_not_present' },
  };
  const about = { '@context': 'https://openvex.dev/ns/v0.2.0', '@id': 'https://example.org/vex/1', version: 1 };
  const vex = { ...about, author: 'PSIRT', timestamp: new Date(Date.now() - 60_000).toISOString() };
  await file('supplier.json', JSON.stringify({ ...vex, statements: [statement] }));

  assert.ok(commands.length >= 10, `${commands.length} commands`);
  for (const command of commands) {
    const words = wordsOf(command.replace(/^fettle /, ''), at.desk.folder).map((word) => files.get(word) ?? word);
    const isFleet = words.includes('--devices');
    const { exit, err, out } = await at.type(...words, ...(isFleet ? ['--fleet', 'routers'] : []));
    const runs = words[0] === 'affected' && !isFleet && !words.includes('--report');
    assert.equal(exit, runs ? exitCodes.badOutcome : exitCodes.ok, `${command}: ${out}${err}`);
  }
  assert.equal(exitCodes.badOutcome, 8, 'as the page says');
});

test('what nobody knows is told beside every answer: releases that were never checked, and what is no release', async () => {
  await using at = await openVulnerabilityDesk();
  const bare = await makeFleet(at.client, 'sensors');
  const bytes = Buffer.from('an image of long ago');
  const { release, sha256 } = await publish(at.client, { ...bare, version: '0.9.0', bytes });
  const says = (id: string, current: object) =>
    enrolledDevice(at.server, 'sensors', id).then((one) => one.checkIn({ attributes: {}, current }));
  await says('old-1', { app: { version: release.version, counter: release.counter, sha256 } });
  await says('odd-1', { app: { version: '7', counter: 7, sha256: 'e'.repeat(64) } });
  await says('new-1', {});
  const ask = () => at.client.findAffected({ vulnerability: 'CVE-2026-1234' });
  const { fleets, unknown } = await until(async () => {
    const found = await ask();
    return found.unknown[0]?.releases[0]?.why === 'never-checked' ? found : undefined;
  }, 'the release to be looked at');
  assert.deepEqual(fleets, []);
  const [found] = unknown;
  assert.deepEqual([unknown.length, found?.fleet, found?.releaseCount], [1, 'sensors', 1]);
  assert.deepEqual(found?.devices, { onUnknownReleases: 1, onNoRelease: 1, silent: 1 });
  assert.deepEqual(
    found?.releases.map(({ version, devices }) => [version, devices]),
    [['0.9.0', 1]],
  );
  assert.deepEqual(found?.strangers, [{ component: 'app', sha256: 'e'.repeat(64), counter: 7, devices: 1 }]);

  const typed = await at.type('affected', 'CVE-2026-1234');
  assert.equal(typed.exit, 0, typed.err);
  assert.match(
    typed.out,
    /not known, fleet sensors: 1 releases; devices: 1 run releases whose components nobody knows, 1 run/,
  );
  assert.match(typed.out, /0\.9\.0 +1 +never checked/);
  assert.match(typed.out, /next: fettle release check 0\.9\.0 --fleet sensors/);
  const devices = await at.type('affected', 'CVE-2026-1234', '--devices', '--fleet', 'sensors');
  assert.match(devices.err, /3 more devices: nobody knows/);
  const asked = (await at.ask('affected', 'pkg:deb/debian/openssl', '--fleet', 'sensors')) as AffectedView;
  assert.equal(asked.unknown[0]?.devices.onUnknownReleases, 1);
  const { unknown: missing } = await at.client.getDisclosure({ vulnerability: 'CVE-2026-1234' });
  assert.ok(missing.some((text) => text.startsWith('Fleet sensors: of 1 releases nobody knows the components')));

  // Once it is checked it is known, without new data.
  const artifacts = [{ deviceType: 'r1', component: 'app', sha256 }];
  await at.client.requestCheck({ fleet: 'sensors', version: '0.9.0', artifacts });
  const after = await until(async () => {
    const now = (await ask()).unknown[0];
    return now && now.releaseCount === 0 ? now : undefined;
  }, 'the release to be known');
  assert.deepEqual(after.devices, { onUnknownReleases: 0, onNoRelease: 1, silent: 1 });
});
