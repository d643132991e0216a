import { plainText } from '../sbom-limits.ts';
import { linesOf } from './stanzas.ts';

/** What a distribution says of itself. Empty where it says nothing. */
export interface OsRelease {
  readonly id: string;
  readonly versionId: string;
  readonly name: string;
  /** Distributions that it is made of: `debian` of Ubuntu. */
  readonly idLike: readonly string[];
  readonly cpe?: string | undefined;
}

/**
 * Reads `NAME=value` lines in the quoting of a shell. Null when neither ID nor NAME is there.
 * @source os-release(5)
 */
export function readOsRelease(text: string): OsRelease | null {
  const fields = new Map<string, string>();
  for (const line of linesOf(text.slice(0, 65_536))) {
    const equals = line.indexOf('=');
    if (equals > 0 && !line.startsWith('#'))
      fields.set(line.slice(0, equals).trim(), unquoted(line.slice(equals + 1).trim()));
  }
  const field = (name: string) => plainText(fields.get(name) ?? '');
  if (field('ID') === '' && field('NAME') === '') return null;
  return {
    id: (field('ID') || 'linux').toLowerCase(),
    versionId: field('VERSION_ID'),
    name: field('PRETTY_NAME') || field('NAME') || field('ID'),
    idLike: field('ID_LIKE').toLowerCase().split(' ').filter(Boolean),
    cpe: field('CPE_NAME') || undefined,
  };
}

function unquoted(value: string): string {
  const quote = value.charAt(0);
  if (quote !== '"' && quote !== "'") return value;
  const inner = value.endsWith(quote) && value.length > 1 ? value.slice(1, -1) : value.slice(1);
  return quote === '"' ? inner.replace(/\\(["$`\\])/g, '$1') : inner;
}
