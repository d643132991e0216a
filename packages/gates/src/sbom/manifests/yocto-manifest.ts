import { linesOf, readStanzas } from '../databases/stanzas.ts';
import { plainText, sbomLimits } from '../sbom-limits.ts';

/** One package as a build listed it. */
export interface ManifestPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture?: string | undefined;
  readonly licence?: string | undefined;
  /** The recipe or source it was made of. */
  readonly source?: string | undefined;
  readonly supplier?: string | undefined;
}

const wanted: ReadonlySet<string> = new Set(['PACKAGE NAME', 'PACKAGE VERSION', 'RECIPE NAME', 'LICENSE']);

/** Reads Yocto's `license.manifest`. @source Yocto, license_image.bbclass: write_license_files */
export function readLicenceManifest(text: string): ManifestPackage[] {
  const found: ManifestPackage[] = [];
  for (const stanza of readStanzas(text, wanted)) {
    const field = (name: string) => plainText(stanza.get(name) ?? '');
    if (field('PACKAGE NAME') === '' || found.length >= sbomLimits.components) continue;
    found.push({
      name: field('PACKAGE NAME'),
      version: field('PACKAGE VERSION'),
      licence: spdxOperators(field('LICENSE')) || undefined,
      source: field('RECIPE NAME') || undefined,
    });
  }
  return found;
}

/** Yocto writes `&` and `|` for AND and OR. */
function spdxOperators(licence: string): string {
  return licence.replaceAll('&', ' AND ').replaceAll('|', ' OR ').split(' ').filter(Boolean).join(' ');
}

const lineShape =
  /^[A-Za-z0-9][A-Za-z0-9.+_-]{0,127} [a-z0-9_-]{1,64} (\d[A-Za-z0-9.+~:_-]{0,127}|[A-Za-z0-9.+~:_-]*git[A-Za-z0-9.+~:_-]*)$/;

/**
 * Reads the manifest of an image: `name architecture version` a line. Empty unless every line is one: other files have
 * the same suffix.
 * @source Yocto, image-manifest
 */
export function readImageManifest(text: string): ManifestPackage[] {
  const found: ManifestPackage[] = [];
  for (const line of linesOf(text)) {
    if (line === '') continue;
    if (line.length > 400 || !lineShape.test(line) || found.length >= sbomLimits.components) return [];
    const [name = '', architecture = '', version = ''] = line.split(' ');
    found.push({ name, architecture, version });
  }
  return found.length < 3 ? [] : found;
}
