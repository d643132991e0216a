import type { Candidate } from '../../core/gate.ts';
import type { SoftwareComponent } from '../../sbom/component.ts';
import { type PurlParts, readPurl } from '../../sbom/inventory/purl.ts';
import { isInVers } from '../match/vers.ts';
import type { VexProduct } from './vex-statement.ts';

/**
 * Whether a statement's product is this component of this artifact: the component itself (or its source package), or the
 * artifact, by its hash or as `pkg:generic/FLEET/COMPONENT`, with the component among the parts that are named.
 */
export function matchesProduct(product: VexProduct, component: SoftwareComponent, candidate: Candidate): boolean {
  if (isArtifact(product, candidate))
    return product.parts.length === 0 || product.parts.some((part) => isComponent(part, '', component));
  return product.purl !== '' && product.parts.length === 0 && isComponent(product.purl, product.versions, component);
}

function isArtifact({ purl, versions, hashes }: VexProduct, candidate: Candidate): boolean {
  if (hashes.includes(candidate.digest)) return true;
  const parts = readPurl(purl);
  if (parts?.type !== 'generic' || parts.namespace !== candidate.fleet || parts.name !== candidate.component)
    return false;
  // A hash that is another artifact's narrows the purl.
  return hashes.length === 0 && isVersion(parts.version, versions, candidate.version);
}

function isComponent(purl: string, versions: string, component: SoftwareComponent): boolean {
  const said = readPurl(purl);
  const own = readPurl(component.purl);
  if (said === undefined || own === undefined || said.type !== own.type) return false;
  if ((said.namespace ?? '') !== (own.namespace ?? '') || !hasQualifiers(said, own)) return false;
  if (said.name === own.name && isVersion(said.version, versions, own.version ?? component.version)) return true;
  const { source } = component;
  return source !== undefined && said.name === source.name && isVersion(said.version, versions, source.version);
}

/** No version is every version. */
function isVersion(said: string | undefined, versions: string, found: string): boolean {
  if (said !== undefined && said !== '' && said !== found) return false;
  return versions === '' || isInVers(versions, found) === true;
}

/** What the statement says, the component has: but `arch=source` says that it is about the source package. */
function hasQualifiers(said: PurlParts, own: PurlParts): boolean {
  return Object.entries(said.qualifiers ?? {}).every(
    ([name, value]) => own.qualifiers?.[name] === value || (name === 'arch' && value === 'source'),
  );
}
