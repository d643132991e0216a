import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { deviceScope, sealDeviceToken } from '@fettle/control';
import { deviceId, digest } from '@fettle/model';
import { addDevices, makeImage, openBrain, publish, seedFleet, tenant } from './seed-kit.ts';

/** A server's data folder with a fleet of a million devices. */
export interface SeededMillion {
  readonly adminToken: string;
  readonly version: string;
  readonly sha256: string;
  readonly counter: number;
}

export const devicesOfMillion = 1_000_000;
/** Devices are of twenty kinds: tag `ring` 0 to 19, attribute `site`; device n is of kind n % 20. */
export const kinds = 20;
/** Releases after the one that everybody runs: `2.0.0` and so on. */
export const newerReleases = 20;
/** Raise it when what is seeded changes in a way that the schema does not show. */
const edition = 3;
const cacheFolder = fileURLToPath(new URL('../.build/bench-1m/', import.meta.url));

/**
 * Puts a data folder with a million devices into `dataDir`; made once and kept in `.build`, for as long as the schema is
 * the same.
 */
export async function seedMillion(dataDir: string, note: (text: string) => void): Promise<SeededMillion> {
  const kept = join(cacheFolder, await schemaDigest());
  if (!existsSync(kept)) {
    note('seeding 1,000,000 devices; the next run takes them from .build');
    rmSync(cacheFolder, { recursive: true, force: true });
    const making = join(cacheFolder, 'making');
    mkdirSync(making, { recursive: true });
    writeFileSync(join(making, 'seeded.json'), JSON.stringify(await make(making)));
    renameSync(making, kept);
  }
  cpSync(kept, dataDir, { recursive: true });
  return JSON.parse(readFileSync(join(dataDir, 'seeded.json'), 'utf8')) as SeededMillion;
}

async function make(dataDir: string): Promise<SeededMillion> {
  const { brain, store } = await openBrain(dataDir);
  const { admin, adminToken, keys } = await seedFleet(brain);
  const images = Array.from({ length: newerReleases + 1 }, (_, i) =>
    makeImage(join(dataDir, `image-${i}.bin`), 64, keys.privateKeyPem),
  );
  for (const [i, image] of images.entries()) {
    await publish(admin, brain, image, { version: `${i + 1}.0.0`, counter: i + 1 });
  }
  const [version, counter, sha256] = ['1.0.0', 1, images[0]?.sha256 ?? ''];
  const current = { rootfs: { version, counter, digest: digest(sha256) } };
  for (let kind = 0; kind < kinds; kind++) {
    const looks = { attributes: attributesOf(kind), tags: () => ({ ring: String(kind) }) };
    await addDevices(brain, admin, { prefix: `first${kind}`, count: 1, current, ...looks });
  }
  await store.close();
  multiply(join(dataDir, 'fettle.db'));
  return { adminToken, version, sha256, counter };
}

export function attributesOf(kind: number): Record<string, string> {
  return { os: 'linux 6.12', site: `site-${kind}`, agentVersion: '0.1.0', bootedSlot: 'a' };
}

/** Copies the rows of the first devices, in whatever tables they are: a hundred times as fast as the store. */
function multiply(file: string): void {
  const database = new DatabaseSync(file);
  const namesOf = (sql: string) =>
    database
      .prepare(sql)
      .all()
      .map(({ name }) => String(name));
  database.exec('pragma synchronous = off; pragma cache_size = -500000');
  database.function('key_of', { deterministic: true }, (n) => publicKeyOf(Number(n)));
  database.exec('begin');
  database.exec(`create temp table numbers as
    with recursive n(n) as (select ${kinds} union all select n + 1 from n where n < ${devicesOfMillion - 1})
    select n, 'dev-' || printf('%07d', n) as id, 'first' || (n % ${kinds}) || '-0000000' as first from n`);
  for (const table of namesOf("select name from sqlite_master where type = 'table'")) {
    const columns = namesOf(`select name from pragma_table_info('${table}')`);
    const key = table === 'devices' ? 'id' : 'device';
    if (!columns.includes(key) || !columns.includes('tenant')) continue;
    const values = columns.map((column) => {
      if (column === key) return 'numbers.id';
      return column === 'public_key' ? 'key_of(numbers.n)' : `t."${column}"`;
    });
    database.exec(`insert into "${table}" (${columns.map((column) => `"${column}"`).join(', ')})
      select ${values.join(', ')} from numbers join "${table}" t on t."${key}" = numbers.first`);
  }
  database.exec(`update device_counts set devices = ${devicesOfMillion} where status = 'accepted'`);
  database.exec('commit; analyze; pragma wal_checkpoint(truncate)');
  database.close();
}

/** The key of device n, as devices are stored with it. */
export function publicKeyOf(n: number): string {
  const bytes = createHash('sha256').update(`device ${n}`).digest();
  return Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), bytes]).toString('base64');
}

/** Writes tokens for every `step`th device from `from` on (`kinds` at least), one a line after the device's kind. */
export async function writeTokens(
  dataDir: string,
  file: string,
  range: { readonly from: number; readonly step: number },
): Promise<void> {
  const { brain, store } = await openBrain(dataDir);
  const lines: string[] = [];
  for (let n = range.from; n < devicesOfMillion; n += range.step) {
    const scope = deviceScope(tenant, deviceId(`dev-${String(n).padStart(7, '0')}`), publicKeyOf(n));
    lines.push(`${n % kinds} ${sealDeviceToken(brain, scope, 86_400_000)}`);
  }
  await store.close();
  writeFileSync(file, `${lines.join('\n')}\n`);
}

async function schemaDigest(): Promise<string> {
  const folder = join(cacheFolder, '..', 'bench-1m-schema');
  rmSync(folder, { recursive: true, force: true });
  const { store } = await openBrain(folder);
  await store.close();
  const database = new DatabaseSync(join(folder, 'fettle.db'), { readOnly: true });
  const all = database.prepare('select sql from sqlite_master order by name').all();
  database.close();
  rmSync(folder, { recursive: true, force: true });
  return createHash('sha256')
    .update(JSON.stringify([edition, all]))
    .digest('hex')
    .slice(0, 16);
}
