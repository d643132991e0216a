import type { WalkedFile } from '@fettle/images';
import { readApkPackages } from '../databases/apk-packages.ts';
import { readCopyright } from '../databases/debian-copyright.ts';
import { readDebianPackages } from '../databases/debian-packages.ts';
import { readOsRelease } from '../databases/os-release.ts';
import type { DatabaseContent } from '../databases/package-record.ts';
import { readRpmPackages } from '../databases/rpm-packages.ts';
import { SqliteDamaged } from '../databases/sqlite-file.ts';
import { linesOf } from '../databases/stanzas.ts';
import type { InventoryDraft } from '../inventory/draft.ts';
import type { Root } from '../inventory/roots.ts';
import { sbomLimits } from '../sbom-limits.ts';
import { fileText } from './file-text.ts';

type DatabaseKind =
  | 'deb'
  | 'opkg'
  | 'apk'
  | 'rpm'
  | 'rpm-other'
  | 'rpm-journal'
  | 'os-release'
  | 'file-list'
  | 'checksum-list'
  | 'copyright';

/** Where databases are, from the root of a file system; the last part is what paths are told apart by. */
const databasePaths: readonly (readonly [path: string, kind: DatabaseKind])[] = [
  ['var/lib/dpkg/status', 'deb'],
  ['usr/lib/opkg/status', 'opkg'],
  ['var/lib/opkg/status', 'opkg'],
  ['lib/apk/db/installed', 'apk'],
  ['usr/lib/apk/db/installed', 'apk'],
  ...['var/lib/rpm', 'usr/lib/sysimage/rpm', 'usr/share/rpm'].flatMap((folder): [string, DatabaseKind][] => [
    [`${folder}/rpmdb.sqlite`, 'rpm'],
    [`${folder}/rpmdb.sqlite-wal`, 'rpm-journal'],
    [`${folder}/Packages`, 'rpm-other'],
    [`${folder}/Packages.db`, 'rpm-other'],
  ]),
  ['etc/os-release', 'os-release'],
  ['usr/lib/os-release', 'os-release'],
];

/** Folders whose every file belongs to a database. */
const databaseFolders: readonly (readonly [folder: string, suffix: string, kind: DatabaseKind])[] = [
  ['var/lib/dpkg/status.d/', '.md5sums', 'checksum-list'],
  ['var/lib/dpkg/status.d/', '', 'deb'],
  ['var/lib/dpkg/info/', '.list', 'file-list'],
  ['usr/lib/opkg/info/', '.list', 'file-list'],
  ['var/lib/opkg/info/', '.list', 'file-list'],
];

interface Recognised {
  readonly kind: DatabaseKind;
  /** What comes before the path: the root that it belongs to. */
  readonly prefix: string;
}

/** Whether a path is that of a package database or of what belongs to one. */
export function recogniseDatabase(path: string): Recognised | undefined {
  for (const [known, kind] of databasePaths) {
    if (path === known) return { kind, prefix: '' };
    if (path.endsWith(known) && path.charAt(path.length - known.length - 1) === '/') {
      return { kind, prefix: path.slice(0, -known.length) };
    }
  }
  if (path.endsWith('/copyright')) return recogniseCopyright(path);
  for (const [folder, suffix, kind] of databaseFolders) {
    const at = path.indexOf(folder);
    const isInside = at === 0 || (at > 0 && path.charAt(at - 1) === '/');
    const isChild = isInside && !path.includes('/', at + folder.length);
    if (isChild && path.endsWith(suffix)) return { kind, prefix: path.slice(0, at) };
  }
  return undefined;
}

const documentation = 'usr/share/doc/';

/** `usr/share/doc/PACKAGE/copyright`. */
function recogniseCopyright(path: string): Recognised | undefined {
  const at = path.lastIndexOf(documentation);
  const isInside = at === 0 || (at > 0 && path.charAt(at - 1) === '/');
  const parts = path.slice(at + documentation.length).split('/');
  return isInside && parts.length === 2 ? { kind: 'copyright', prefix: path.slice(0, at) } : undefined;
}

/** Takes in one file of a package database. */
export async function collectDatabase(draft: InventoryDraft, file: WalkedFile, found: Recognised): Promise<void> {
  const { kind, prefix } = found;
  if (kind === 'rpm-other' || kind === 'rpm-journal') return noteUnread(draft, file, kind);
  const root = draft.roots.at(file.layer.id, prefix);
  if (kind === 'os-release' || kind === 'copyright') {
    const text = await fileText(file, sbomLimits.smallFileBytes);
    if (text !== undefined) noteText(root, file, { kind, text });
    return;
  }
  if (kind === 'file-list' || kind === 'checksum-list') {
    const text = await fileText(file, sbomLimits.textBytes);
    if (text === undefined) return;
    draft.addListed(file.layer.id, prefix, kind === 'file-list' ? linesOf(text) : secondWords(text));
    return;
  }
  const content = await readDatabase(file, kind);
  if (content.packages.length > 0) root.databases.push({ place: file.place, packages: content.packages });
  draft.addListed(file.layer.id, prefix, content.paths);
  for (const message of content.problems) draft.addProblem({ rule: 'database-damaged', place: file.place, message });
}

function noteUnread(draft: InventoryDraft, file: WalkedFile, kind: 'rpm-other' | 'rpm-journal'): void {
  const { place, path, content } = file;
  if (kind === 'rpm-other') {
    const message = `Expected rpm packages in an SQLite database, found ${path}, an older form that is not read: supply an SBOM.`;
    draft.addProblem({ rule: 'database-unsupported', place, message });
    return;
  }
  // SQLite writes a journal into the file and removes it when the last program closes the database.
  if (content.size === 0) return;
  const message = `Expected rpm's database to be closed, found ${content.size} bytes in its journal: packages may be missing. Run rpm --rebuilddb before making the image.`;
  draft.addProblem({ rule: 'database-damaged', place, message });
}

function noteText(
  root: Root,
  file: WalkedFile,
  { kind, text }: { kind: 'os-release' | 'copyright'; text: string },
): void {
  if (kind === 'copyright') {
    const licence = readCopyright(text);
    const name = file.path.split('/').at(-2) ?? '';
    if (licence !== undefined && root.licences.size < sbomLimits.components) root.licences.set(name, licence);
    return;
  }
  const release = readOsRelease(text);
  // The one in etc is what programs ask first.
  if (release && (root.osRelease === null || file.path.endsWith('etc/os-release'))) root.osRelease = release;
}

async function readDatabase(file: WalkedFile, kind: 'deb' | 'opkg' | 'apk' | 'rpm'): Promise<DatabaseContent> {
  if (kind === 'rpm') return readRpm(file);
  const text = await fileText(file, sbomLimits.textBytes);
  if (text === undefined) {
    const problem = `Expected a package database of at most ${sbomLimits.textBytes} bytes, found ${file.content.size}.`;
    return { packages: [], paths: [], problems: [problem] };
  }
  return kind === 'apk' ? readApkPackages(text) : readDebianPackages(text, kind);
}

async function readRpm(file: WalkedFile): Promise<DatabaseContent> {
  try {
    return await readRpmPackages(file.content);
  } catch (cause) {
    if (!(cause instanceof SqliteDamaged)) throw cause;
    return { packages: [], paths: [], problems: [cause.message] };
  }
}

/** `d41d8cd98f00b204e9800998ecf8427e  usr/bin/x`. */
function* secondWords(text: string): Generator<string> {
  for (const line of linesOf(text)) {
    const at = line.indexOf(' ');
    if (at > 0) yield line.slice(at).trimStart();
  }
}
