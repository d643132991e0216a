import { isTopRole, type Release, type RoleName } from '@fettle/model';
import { encodeManifest } from '@fettle/trust';
import type { Reads } from '../ports.ts';
import { type DossierFile, fileOf } from './dossier-file.ts';

/** How devices come to believe the release: a signed manifest, or targets of the image repository. */
export interface BelievedBy {
  readonly way: 'manifest' | 'targets';
  readonly files: readonly DossierFile[];
}

/** The manifest, and what makes devices believe it: its envelope, or the chain of metadata from the first root on. */
export async function believedBy(reads: Reads, release: Release): Promise<BelievedBy> {
  const manifest = fileOf('manifests/manifest.json', encodeManifest(release));
  if (release.envelope !== '') {
    return { way: 'manifest', files: [manifest, fileOf('manifests/manifest.dsse.json', release.envelope)] };
  }
  return { way: 'targets', files: [manifest, ...(await metadataFiles(reads, release.fleet))] };
}

/** Every root, and the newest file of each role up to the fleet's. */
async function metadataFiles(reads: Reads, fleet: RoleName): Promise<readonly DossierFile[]> {
  const files: DossierFile[] = [];
  for (const { role, version } of await reads.trustVersions('image')) {
    if (!isTopRole(role) && role !== fleet) continue;
    for (let at = role === 'root' ? 1 : version; at <= version; at++) {
      const file = await reads.trustFile('image', role, at);
      if (file) files.push(fileOf(`metadata/${at}.${role}.json`, file.text));
    }
  }
  return files;
}
