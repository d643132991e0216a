import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import type { SoftwareComponent } from '@fettle/gates';
import { type PretendFile, sbomOf } from '../../../packages/gates/test/sbom/pretend-walk.ts';
import { need } from '../need.ts';

const skip = !need('SBOM of rpm packages', ['rpm', 'rpmbuild']);
const format = '%{NAME}\t%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\t%{ARCH}\t%{LICENSE}\t%{VENDOR}\t%{SOURCERPM}\n';

const sources = 3;
const partsOfSource = 14;

/** Builds packages of nothing and writes them into a database of their own, as an installation does. */
function makeDatabase(folder: string): string {
  const database = join(folder, 'db');
  const run = (args: readonly string[]) =>
    execFileSync('rpm', [...args, '--define', '_db_backend sqlite', '--dbpath', database], { stdio: 'pipe' });
  run(['--initdb']);
  for (let source = 0; source < sources; source++) {
    const file = join(folder, `${source}.spec`);
    writeFileSync(file, specOf(source));
    execFileSync('rpmbuild', ['-bb', '--quiet', '--define', `_topdir ${folder}/top`, file], { stdio: 'pipe' });
  }
  const built = execFileSync('find', [join(folder, 'top/RPMS'), '-name', '*.rpm'], { encoding: 'utf8' });
  run(['-i', '--justdb', '--nodeps', '--ignorearch', '--ignoreos', '--noscripts', ...built.trim().split('\n')]);
  return database;
}

function specOf(source: number): string {
  const head = [
    `Name: source-${source}`,
    `Version: 4.${source}`,
    `Release: ${source}.el9`,
    'Summary: s',
    'License: MIT',
    'Vendor: Example Ltd',
  ];
  const first = source * partsOfSource;
  const parts = Array.from({ length: partsOfSource }, (_, at) => partOf(first + at));
  return [...head, '%description', 'A source.', ...parts].join('\n');
}

function partOf(at: number): string {
  // Long lists of files make rows that need overflow pages.
  const files = Array.from({ length: at * 12 }, (_, file) => `%ghost /opt/part-${at}/folder-${file % 7}/file-${file}`);
  return [
    `%package -n part-${at}`,
    `Version: 1.${at}${at % 3 === 0 ? '~rc1' : ''}`,
    `Release: ${at}.el9`,
    at % 2 === 0 ? `Epoch: ${at}` : '',
    'Summary: a part',
    at % 4 === 0 ? 'License: MIT' : 'License: GPL-2.0-or-later',
    at % 5 === 0 ? 'BuildArch: noarch' : '',
    at > 0 ? `Requires: part-${at - 1}` : '',
    `%description -n part-${at}`,
    'A part.',
    `%files -n part-${at}`,
    ...files,
  ].join('\n');
}

test('the packages of an rpm database are those that rpm tells of, field by field', { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-rpm-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const database = makeDatabase(folder);
  const told = execFileSync('rpm', ['-qa', '--dbpath', database, '--qf', format], { encoding: 'utf8' });
  // What rpm leaves in its journal it writes into the file when nobody has it open.
  assert.ok(
    !existsSync(join(database, 'rpmdb.sqlite-wal')) || readFileSync(join(database, 'rpmdb.sqlite-wal')).length === 0,
  );
  const { inventory, report } = await sbomOf(imageOf(join(database, 'rpmdb.sqlite')));
  const lines = told.trim().split('\n');
  assert.equal(lines.length, sources * partsOfSource);
  assert.deepEqual(inventory.components.map(asLine).sort(), lines.map(withSource).sort());
  assert.deepEqual([report.verdict, report.facts.distribution], ['pass', 'rocky-9.3']);
  const third = inventory.components.find(({ name }) => name === 'part-2');
  assert.equal(
    third?.purl,
    'pkg:rpm/rocky/part-2@1.2-2.el9?arch=x86_64&distro=rocky-9.3&epoch=2'.replace('x86_64', third?.architecture ?? ''),
  );
  assert.match(third?.dependsOn.join(' ') ?? '', /^pkg:rpm\/rocky\/part-1@1\.1-1\.el9\?/);
  assert.deepEqual([third?.ecosystem, report.facts.coverage], ['Rocky Linux:9', 0.5]);
});

function imageOf(database: string): PretendFile[] {
  const program = Buffer.alloc(100, 1);
  return [
    { path: 'var/lib/rpm/rpmdb.sqlite', bytes: readFileSync(database) },
    { path: 'etc/os-release', bytes: 'ID="rocky"\nVERSION_ID="9.3"\nPRETTY_NAME="Rocky Linux 9.3"\n' },
    { path: 'opt/part-1/folder-0/file-0', bytes: program, mode: 0o755 },
    { path: 'opt/unknown', bytes: program, mode: 0o755 },
  ];
}

function withSource(line: string): string {
  const [name, version, arch, licence, vendor, file] = line.split('\t');
  const stem = (file ?? '').replace('.src.rpm', '').split('-');
  const epoch = version?.includes(':') ? `${version.split(':')[0]}:` : '';
  return [name, version, arch, licence, vendor, stem.slice(0, -2).join('-'), epoch + stem.slice(-2).join('-')].join(
    '\t',
  );
}

function asLine({ name, version, architecture, licence, supplier, source }: SoftwareComponent): string {
  return [name, version, architecture, licence, supplier, source?.name ?? name, source?.version ?? version].join('\t');
}
