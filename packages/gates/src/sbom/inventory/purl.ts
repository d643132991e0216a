import { PackageURL } from 'packageurl-js';

export interface PurlParts {
  readonly type: string;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly version?: string | undefined;
  readonly qualifiers?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Writes a package URL; parts that its type does not allow end as a `generic` one, so that nothing found is lost.
 * @source https://github.com/package-url/purl-spec
 */
export function writePurl(parts: PurlParts): string {
  try {
    return format(parts);
  } catch {
    return format({ type: 'generic', name: parts.name || 'unnamed', version: parts.version });
  }
}

function format({ type, namespace, name, version, qualifiers }: PurlParts): string {
  const given = Object.entries(qualifiers ?? {}).filter((pair): pair is [string, string] => Boolean(pair[1]));
  const all = given.length === 0 ? undefined : Object.fromEntries(given);
  const text = new PackageURL(type, namespace || undefined, name, version || undefined, all, undefined).toString();
  // The library leaves the plus of versions as it is; the specification allows letters, digits and `.-_~:` only.
  return text.replaceAll('+', '%2B');
}

/** Takes a package URL apart; undefined when it is none. */
export function readPurl(text: string): PurlParts | undefined {
  if (text.length > 4_096) return undefined;
  try {
    const { type, namespace, name, version, qualifiers } = PackageURL.fromString(text);
    if (!type || !name) return undefined;
    return { type, namespace, name, version, qualifiers };
  } catch {
    return undefined;
  }
}
