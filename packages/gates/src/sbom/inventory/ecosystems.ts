import type { OsRelease } from '../databases/os-release.ts';
import type { PackageRecord } from '../databases/package-record.ts';

/**
 * The name that OSV data have for the packages of a distribution, with the release where they have one. Null where no
 * such data are known: then nothing can be said about vulnerabilities.
 * @source OSV schema, "Defined ecosystems"
 */
export function ecosystemOf(kind: PackageRecord['kind'], os: OsRelease | null): string | null {
  if (os === null) return null;
  const table = ecosystems[kind] ?? {};
  const found = table[os.id];
  return found === undefined ? null : found(os.versionId);
}

type Ecosystem = (versionId: string) => string;
const major = (versionId: string) => versionId.split('.', 1)[0] ?? '';
const withMajor = (name: string) => (versionId: string) => (versionId === '' ? name : `${name}:${major(versionId)}`);
const withVersion = (name: string) => (versionId: string) => (versionId === '' ? name : `${name}:${versionId}`);

const ecosystems: Partial<Record<PackageRecord['kind'], Readonly<Record<string, Ecosystem>>>> = {
  deb: { debian: withMajor('Debian'), raspbian: withMajor('Debian'), ubuntu },
  apk: {
    alpine: (versionId) => (versionId === '' ? 'Alpine' : `Alpine:v${versionId.split('.').slice(0, 2).join('.')}`),
    wolfi: () => 'Wolfi',
    chainguard: () => 'Chainguard',
  },
  rpm: {
    almalinux: withMajor('AlmaLinux'),
    rocky: withMajor('Rocky Linux'),
    rhel: withMajor('Red Hat'),
    mageia: withMajor('Mageia'),
    openeuler: withVersion('openEuler'),
    photon: withVersion('Photon OS'),
    azurelinux: withMajor('Azure Linux'),
    'opensuse-leap': withVersion('openSUSE:Leap'),
    sles: withVersion('SUSE:Linux Enterprise Server'),
  },
};

/** Every second April is supported for long: `Ubuntu:22.04:LTS`, `Ubuntu:23.10`. */
function ubuntu(versionId: string): string {
  const [year, month] = versionId.split('.').map(Number);
  const isLong = year !== undefined && year % 2 === 0 && month === 4;
  return versionId === '' ? 'Ubuntu' : `Ubuntu:${versionId}${isLong ? ':LTS' : ''}`;
}
