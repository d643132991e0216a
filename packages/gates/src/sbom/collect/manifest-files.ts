import type { WalkedFile } from '@fettle/images';
import type { SoftwareComponent } from '../component.ts';
import { readSbomComponents } from '../intake/read-sbom.ts';
import { fileNumber, type InventoryDraft } from '../inventory/draft.ts';
import { simpleComponent } from '../inventory/find.ts';
import { writePurl } from '../inventory/purl.ts';
import { readBuildrootManifest } from '../manifests/buildroot-manifest.ts';
import { isNpmPackagePath, readNpmPackage } from '../manifests/npm-package.ts';
import { isPythonMetadataPath, readPythonMetadata } from '../manifests/python-metadata.ts';
import { type ManifestPackage, readImageManifest, readLicenceManifest } from '../manifests/yocto-manifest.ts';
import { sbomLimits } from '../sbom-limits.ts';
import { fileText } from './file-text.ts';

type ManifestKind = 'npm' | 'python' | 'licence-manifest' | 'image-manifest' | 'buildroot' | 'sbom';

/** Whether a path is that of a list that a build or a package manager left behind. */
export function recogniseManifest(path: string): ManifestKind | undefined {
  if (path.endsWith('/package.json')) return isNpmPackagePath(path) ? 'npm' : undefined;
  if (path.endsWith('.manifest')) return path.endsWith('license.manifest') ? 'licence-manifest' : 'image-manifest';
  if (path.endsWith('manifest.csv')) return 'buildroot';
  if (path.endsWith('.spdx.json') || path.endsWith('.cdx.json')) return 'sbom';
  return isPythonMetadataPath(path) ? 'python' : undefined;
}

/** Takes in one such list. What cannot be read is left alone: a suffix promises nothing. */
export async function collectManifest(draft: InventoryDraft, file: WalkedFile, kind: ManifestKind): Promise<void> {
  const isTree = kind === 'npm' || kind === 'python';
  const text = await fileText(file, isTree ? sbomLimits.smallFileBytes : sbomLimits.textBytes / 8);
  if (text === undefined) return;
  const number = fileNumber(file);
  for (const component of read(text, kind, file.place)) {
    draft.addFind({
      component,
      method: 'manifest',
      file: number,
      givesWayToPackage: isTree,
      isSameByName: !isTree,
    });
  }
}

function read(text: string, kind: ManifestKind, place: string): SoftwareComponent[] {
  if (kind === 'npm') return listOf(readNpmPackage(text, place));
  if (kind === 'python') return listOf(readPythonMetadata(text, place));
  if (kind === 'sbom') return readSbomComponents(text, { method: 'manifest', place, confidence: 0.9 });
  const packages =
    kind === 'licence-manifest'
      ? readLicenceManifest(text)
      : kind === 'image-manifest'
        ? readImageManifest(text)
        : readBuildrootManifest(text);
  return packages.map((listed) => manifestComponent(listed, place));
}

function manifestComponent(listed: ManifestPackage, place: string): SoftwareComponent {
  const { name, version, architecture, licence, source } = listed;
  return simpleComponent({
    name,
    version,
    purl: writePurl({ type: 'generic', name, version, qualifiers: { arch: architecture } }),
    architecture,
    licence,
    source: source === undefined || source === name ? undefined : { name: source, version },
    evidence: [{ method: 'manifest', place, confidence: 0.9 }],
  });
}

function listOf(component: SoftwareComponent | undefined): SoftwareComponent[] {
  return component === undefined ? [] : [component];
}
