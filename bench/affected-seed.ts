import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileScratch } from '@fettle/checker';
import {
  addDataSet,
  addFleetKey,
  adminPermissions,
  appendUpload,
  type Brain,
  beginUpload,
  deviceScope,
  type Scope,
  sealDeviceToken,
} from '@fettle/control';
import { importOsv } from '@fettle/gates/vulnerabilities';
import { deviceId, digest, type ReleaseId } from '@fettle/model';
import { generateKeyPem } from '@fettle/trust';
import { fleet, makeImage, openBrain, publish, tenant } from './seed-kit.ts';
import { publicKeyOf } from './seed-million.ts';

/** What devices, releases and data of the bench are: formulas, so that an answer can be worked out without the product. */
export const releaseCount = 500;
const packages = 300;
/** One more package is in every release. */
const basePackage = packages;
export const vulnerabilityCount = 3_000;
const countries = ['DE', 'FR', 'IT', 'PL', 'ES', 'AT', 'NL', 'BE', 'SE', 'FI'];
/** Releases of the million have lower ones. */
export const firstCounter = 101;

/** The number in the version `1.0.N` of a package in a release; null where the release lacks it. */
export function versionIn(release: number, pack: number): number | null {
  if (pack === basePackage) return release % 100;
  return (release * 7 + pack) % packages < 200 ? (release * 31 + pack * 17) % 100 : null;
}

/** A package, the versions from one on and below another that are affected; the last is in every release. */
export function flawOf(n: number) {
  if (n === vulnerabilityCount) return { id: 'CVE-2026-9999', pack: basePackage, from: 0, below: 100 };
  const from = (n * 13) % 60;
  return { id: `CVE-2026-${10_000 + n}`, pack: n % packages, from, below: from + 1 + ((n * 29) % 40) };
}

const admin: Scope = { tenant, actor: 'operator:bench', permissions: new Set(adminPermissions) };

/** Adds releases with components and a data set to the million, and lets the devices run those releases. */
export async function seedAffected(dataDir: string, note: (text: string) => void): Promise<void> {
  const { brain, store } = await openBrain(dataDir);
  const keys = generateKeyPem();
  await addFleetKey(admin, brain, fleet, { name: 'affected', publicKeyPem: keys.publicKeyPem });
  note(`publishing ${releaseCount} releases with components`);
  const digests: string[] = [];
  for (let n = 0; n < releaseCount; n++) {
    const image = makeImage(join(dataDir, `affected-${n}.bin`), 64, keys.privateKeyPem);
    const named = { version: `100.0.${n}`, counter: firstCounter + n };
    const release = await publish(admin, brain, image, named);
    digests.push(image.sha256);
    await keepComponents(brain, release.id, { n, sha256: image.sha256 });
  }
  note(`importing ${vulnerabilityCount} records`);
  await addData(brain, dataDir);
  await store.close();
  note('letting 1,000,000 devices run them');
  spread(join(dataDir, 'fettle.db'), digests);
}

async function keepComponents(
  brain: Brain,
  release: ReleaseId,
  { n, sha256 }: { readonly n: number; readonly sha256: string },
): Promise<void> {
  const components = Array.from({ length: packages + 1 }, (_, pack) => ({ pack, number: versionIn(n, pack) })).flatMap(
    ({ pack, number }) => (number === null ? [] : [componentOf(pack, number)]),
  );
  await brain.store.transact(admin, async (tx) => {
    await tx.insertComponents({ release, artifact: digest(sha256), from: 0, components });
    const watch = {
      fleet,
      setsKey: '',
      components: components.length,
      openCritical: 0,
      report: '',
      at: 0,
      lookAgainAt: null,
    };
    await tx.saveReleaseWatch({ release, ...watch });
  });
}

function componentOf(pack: number, number: number) {
  const [name, version] = [`pkg-${pack}`, `1.0.${number}`];
  const purl = `pkg:deb/debian/${name}@${version}`;
  const place = 'var/lib/dpkg/status';
  const component = { type: 'library', name, version, purl, hashes: {}, ecosystem: 'Debian:12', place } as const;
  return { component, names: [`Debian|${name}`, `pkg:deb/debian/${name}`] };
}

async function addData(brain: Brain, dataDir: string): Promise<void> {
  const folder = await mkdtemp(join(dataDir, 'vulndb-'));
  const lines = Array.from({ length: vulnerabilityCount + 1 }, (_, n) => JSON.stringify(recordOf(n)));
  const input = Buffer.from(`${lines.join('\n')}\n`);
  const file = join(folder, 'set');
  const handle = await open(file, 'wx');
  const { header } = await importOsv(
    { size: input.length, read: async (offset, length) => input.subarray(offset, offset + length) },
    {
      scratch: fileScratch(folder),
      output: { append: async (bytes) => void (await handle.writeFile(bytes)) },
      source: 'bench',
      importedAt: Date.now(),
    },
  );
  await handle.close();
  const bytes = await readFile(file);
  const sha256 = digest(createHash('sha256').update(bytes).digest('hex'));
  const { upload } = await beginUpload(admin, brain, { digest: sha256, sizeBytes: bytes.length });
  if (upload) await appendUpload(admin, brain, upload.id, { offset: 0, bytes: createReadStream(file) });
  await addDataSet(admin, brain, { digest: sha256, kind: 'osv', records: header.records, envelope: '' });
  await rm(folder, { recursive: true, force: true });
}

function recordOf(n: number): object {
  const { id, pack, from, below } = flawOf(n);
  const events = [{ introduced: `1.0.${from}` }, { fixed: `1.0.${below}` }];
  return {
    schema_version: '1.6.0',
    id,
    modified: new Date(Date.now() - 60_000).toISOString(),
    summary: 'A flaw of the bench',
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
    affected: [{ package: { ecosystem: 'Debian:12', name: `pkg-${pack}` }, ranges: [{ type: 'ECOSYSTEM', events }] }],
  };
}

/** Which release a device runs and where it is, by its number; in SQL, as a million calls of the store take minutes. */
function spread(file: string, digests: readonly string[]): void {
  const database = new DatabaseSync(file);
  database.exec('pragma synchronous = off; pragma cache_size = -500000; begin');
  database.exec('create temp table spots (n integer primary key, digest text, counter integer)');
  const insert = database.prepare('insert into spots values (?, ?, ?)');
  for (const [n, found] of digests.entries()) insert.run(n, found, firstCounter + n);
  database.exec('create temp table lands (n integer primary key, name text)');
  const land = database.prepare('insert into lands values (?, ?)');
  for (const [n, name] of countries.entries()) land.run(n, name);
  const n = 'cast(substr(devices.id, 5) as integer)';
  database.exec(`update devices set
    current = (select json_object('rootfs', json_object('version', '100.0.' || spots.n, 'counter', spots.counter,
      'digest', spots.digest)) from spots where spots.n = (${n} * 7919) % ${releaseCount}),
    attributes = json_set(attributes, '$.country', (select name from lands where lands.n = ${n} % ${countries.length}))
    where id like 'dev-%'`);
  database.exec("delete from device_running where device like 'dev-%'");
  database.exec(`insert into running (tenant, id, fleet, component, digest, counter, type, country)
    select '${tenant}', 'bench-' || spots.n || '-' || lands.n, '${fleet}', 'rootfs', spots.digest, spots.counter, 'board-a',
      '"' || lands.name || '"' from spots, lands`);
  database.exec(`insert into device_running (tenant, running, device)
    select '${tenant}', 'bench-' || ((${n} * 7919) % ${releaseCount}) || '-' || (${n} % ${countries.length}) as running, id
    from devices where id like 'dev-%' order by running, id`);
  database.exec('commit; analyze; pragma wal_checkpoint(truncate)');
  database.close();
}

/** Tokens of some devices of the million, while no server runs. */
export async function tokensOf(dataDir: string, numbers: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const { brain, store } = await openBrain(dataDir);
  const tokens = numbers.map((n) => {
    const scope = deviceScope(tenant, deviceId(`dev-${String(n).padStart(7, '0')}`), publicKeyOf(n));
    return [n, sealDeviceToken(brain, scope, 86_400_000)] as const;
  });
  await store.close();
  return new Map(tokens);
}

/** What each device says that it runs, read from the devices themselves: release counter and country, with their number. */
export function saidByDevices(
  dataDir: string,
): readonly { counter: number; country: string | null; devices: number }[] {
  const database = new DatabaseSync(join(dataDir, 'fettle.db'), { readOnly: true });
  const rows = database
    .prepare(
      `select cast(current ->> '$.rootfs.counter' as integer) as counter, attributes ->> '$.country' as country,
        count(*) as devices from devices group by 1, 2`,
    )
    .all();
  database.close();
  return rows as never;
}

/** Releases of the bench that were looked at by the data. */
export function watchedReleases(dataDir: string): number {
  const database = new DatabaseSync(join(dataDir, 'fettle.db'), { readOnly: true });
  const row = database
    .prepare(
      `select count(*) as releases from release_watches join releases on releases.tenant = release_watches.tenant
        and releases.id = release_watches.release where sets_key <> '' and counter >= ?`,
    )
    .get(firstCounter);
  database.close();
  return Number(row?.releases);
}
