import type { SoftwareComponent } from '../component.ts';
import type { OsRelease } from '../databases/os-release.ts';
import type { PackageKind, PackageRecord } from '../databases/package-record.ts';
import { ecosystemOf } from './ecosystems.ts';
import { writePurl } from './purl.ts';

const defaultNamespace: Readonly<Record<PackageKind, string | undefined>> = {
  deb: 'debian',
  opkg: undefined,
  apk: 'alpine',
  rpm: undefined,
};

/**
 * A package of a database as a component, without what it depends on.
 * @param place of the database
 */
export function packageComponent(record: PackageRecord, os: OsRelease | null, place: string): SoftwareComponent {
  const { kind, name, version, architecture, source } = record;
  const hasOwnSource = source.name !== name || source.version !== version;
  // rpm's epoch is a qualifier of its own. purl-spec, type rpm.
  const epoch = kind === 'rpm' && version.includes(':') ? version.split(':', 1)[0] : undefined;
  return {
    type: name.startsWith('linux-image-') || name.startsWith('kernel-') ? 'operating-system' : 'library',
    name,
    version,
    purl: writePurl({
      type: kind,
      namespace: os?.id ?? defaultNamespace[kind],
      name,
      version: epoch === undefined ? version : version.slice(epoch.length + 1),
      qualifiers: {
        arch: architecture,
        distro: os === null ? undefined : [os.id, os.versionId].filter(Boolean).join('-'),
        epoch,
      },
    }),
    architecture: architecture || undefined,
    source: hasOwnSource ? source : undefined,
    supplier: record.supplier,
    licence: record.licence,
    hashes: record.hashes,
    ecosystem: ecosystemOf(kind, os),
    evidence: [{ method: 'package-database', place, confidence: 1 }],
    dependsOn: [],
  };
}
