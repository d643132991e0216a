import type { Source } from '@fettle/images';
import { sbomLimits } from '../sbom-limits.ts';
import type { DatabaseContent, PackageRecord } from './package-record.ts';
import { openRpmHeader, type RpmHeader } from './rpm-header.ts';
import { openSqlite } from './sqlite-file.ts';
import { tableRows } from './sqlite-table.ts';

/**
 * Reads the packages of an rpm database of the kind `sqlite`: table `Packages`, one header a row.
 * Memory: one header at a time, and the records.
 * @throws SqliteDamaged when the file is no SQLite database or its pages contradict each other
 * @source RPM, lib/backend sqlite: `CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)`
 */
export async function readRpmPackages(source: Source): Promise<DatabaseContent> {
  const packages: PackageRecord[] = [];
  const paths: string[] = [];
  const problems: string[] = [];
  for await (const row of tableRows(await openSqlite(source), 'Packages')) {
    if (packages.length >= sbomLimits.components) break;
    const blob = row[1];
    const header = blob instanceof Uint8Array ? openRpmHeader(blob) : undefined;
    const record = header && toRecord(header);
    if (!header || !record) {
      problems.push('Expected the header of a package, found bytes that are none.');
      continue;
    }
    // Keys that rpm trusts are kept as packages of this name: no software.
    if (record.name === 'gpg-pubkey') continue;
    packages.push(record);
    addPaths(header, paths);
  }
  return { packages, paths, problems: problems.slice(0, 5) };
}

function toRecord(header: RpmHeader): PackageRecord | undefined {
  const [name, version, release] = [header.text('name'), header.text('version'), header.text('release')];
  if (name === '' || version === '') return undefined;
  const epoch = header.numbers('epoch')[0];
  const full = `${epoch === undefined ? '' : `${epoch}:`}${version}${release === '' ? '' : `-${release}`}`;
  const sha256 = header.text('sha256Header');
  return {
    kind: 'rpm',
    name,
    version: full,
    architecture: header.text('architecture'),
    source: sourceOf(header.text('sourceRpm'), { name, version: full, epoch }),
    supplier: header.text('vendor') || header.text('packager') || undefined,
    licence: header.text('licence') || undefined,
    needs: header.texts('requireName').filter((need) => !need.startsWith('rpmlib(')),
    provides: header.texts('provideName'),
    hashes: /^[0-9a-f]{64}$/.test(sha256) ? { sha256 } : {},
  };
}

/** `bash-5.2.15-2.fc38.src.rpm`: name, version and release end at the last two dashes; the epoch is the package's. */
function sourceOf(
  file: string,
  own: { name: string; version: string; epoch: number | undefined },
): PackageRecord['source'] {
  const stem = file.replace(/\.(no)?src\.rpm$/, '');
  const release = stem.lastIndexOf('-');
  const version = stem.lastIndexOf('-', release - 1);
  if (file === '' || version <= 0) return { name: own.name, version: own.version };
  const prefix = own.epoch === undefined ? '' : `${own.epoch}:`;
  return { name: stem.slice(0, version), version: `${prefix}${stem.slice(version + 1)}` };
}

function addPaths(header: RpmHeader, paths: string[]): void {
  const [names, folders, indexes] = [header.texts('baseNames'), header.texts('dirNames'), header.numbers('dirIndexes')];
  const found =
    names.length > 0
      ? names.map((name, at) => `${folders[indexes[at] ?? 0] ?? '/'}${name}`)
      : header.texts('oldFileNames');
  for (const path of found) {
    if (paths.length >= sbomLimits.listedPaths) return;
    paths.push(path);
  }
}
