import type { SoftwareComponent } from '../component.ts';
import { linesOf } from '../databases/stanzas.ts';
import { simpleComponent } from '../inventory/find.ts';
import { writePurl } from '../inventory/purl.ts';
import { plainText } from '../sbom-limits.ts';

/** Whether a path is the description of an installed Python distribution. */
export function isPythonMetadataPath(path: string): boolean {
  return path.endsWith('.dist-info/METADATA') || path.endsWith('.egg-info/PKG-INFO');
}

/**
 * Reads the header of a Python distribution's metadata. Undefined when it has no name or no version.
 * @source Python packaging, "Core metadata specifications"
 */
export function readPythonMetadata(text: string, place: string): SoftwareComponent | undefined {
  const fields = new Map<string, string>();
  for (const line of linesOf(text.slice(0, 65_536))) {
    // The description follows a blank line.
    if (line === '') break;
    const colon = line.indexOf(': ');
    const name = line.slice(0, colon);
    if (colon > 0 && !fields.has(name)) fields.set(name, line.slice(colon + 2));
  }
  const field = (name: string) => plainText(fields.get(name) ?? '') || undefined;
  const [name, version] = [field('Name'), field('Version')];
  if (name === undefined || version === undefined) return undefined;
  return simpleComponent({
    name,
    version,
    // Names are the same whatever of `-_.` and of upper and lower case they are written with. PEP 503.
    purl: writePurl({ type: 'pypi', name: name.toLowerCase().replace(/[-_.]+/g, '-'), version }),
    licence: field('License-Expression') ?? field('License'),
    supplier: field('Author') ?? field('Author-email') ?? field('Maintainer'),
    ecosystem: 'PyPI',
    evidence: [{ method: 'manifest', place, confidence: 0.9 }],
  });
}
