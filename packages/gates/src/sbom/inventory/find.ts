import type { EvidenceMethod, SoftwareComponent } from '../component.ts';
import { writePurl } from './purl.ts';

/** Something that was found beside package databases. */
export interface Find {
  readonly component: SoftwareComponent;
  readonly method: EvidenceMethod;
  /** Number of the path of the file that tells of it; null when no file does. */
  readonly file: number | null;
  /** Whether a package that installed that file tells it better: then the find is dropped. */
  readonly givesWayToPackage: boolean;
  /** Whether a package of the same name and version is the same thing under another purl. */
  readonly isSameByName: boolean;
}

/** A component of a few known parts. */
export function simpleComponent(
  parts: Partial<SoftwareComponent> & Pick<SoftwareComponent, 'name' | 'version' | 'evidence'>,
): SoftwareComponent {
  const { name, version } = parts;
  const purl = parts.purl ?? writePurl({ type: 'generic', name, version });
  return { type: 'library', hashes: {}, ecosystem: null, dependsOn: [], ...parts, purl };
}
