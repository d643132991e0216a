import { plainText } from '../sbom-limits.ts';
import { readStanzas } from './stanzas.ts';

const wanted: ReadonlySet<string> = new Set(['Format', 'Files', 'License']);
const maxNames = 12;

/**
 * The licences of a Debian package, out of a copyright file that machines can read: all of its files' together, by
 * SPDX's names where Debian's differ. Undefined for files of another form.
 * @source Debian, "Machine-readable debian/copyright file" 1.0
 */
export function readCopyright(text: string): string | undefined {
  if (!text.slice(0, 256).toLowerCase().includes('format:')) return undefined;
  const names = new Set<string>();
  for (const stanza of readStanzas(text, wanted)) {
    const licence = stanza.get('License');
    // Blocks without files give the text of a licence that others name.
    if (licence === undefined || !stanza.has('Files')) continue;
    const name = shortName(licence);
    if (name !== '') names.add(name);
    if (names.size >= maxNames) break;
  }
  if (names.size === 0) return undefined;
  const sorted = [...names].sort();
  return plainText(sorted.map((name) => (sorted.length > 1 && name.includes(' ') ? `(${name})` : name)).join(' AND '));
}

/** The first words of the field, as long as they are an expression: the text of the licence follows them. */
function shortName(field: string): string {
  const words = field.slice(0, 200).split(' ').filter(Boolean);
  const parts: string[] = [];
  for (const word of words) {
    const isOperator = word === 'or' || word === 'and';
    const isExpected = parts.length % 2 === 1 ? isOperator : !isOperator;
    if (!isExpected) break;
    parts.push(isOperator ? word.toUpperCase() : spdxName(word));
  }
  return (parts.length % 2 === 0 ? parts.slice(0, -1) : parts).join(' ');
}

const spdxNames: Readonly<Record<string, string>> = {
  expat: 'MIT',
  'bsd-2-clause': 'BSD-2-Clause',
  'bsd-3-clause': 'BSD-3-Clause',
  'bsd-4-clause': 'BSD-4-Clause',
  zlib: 'Zlib',
  isc: 'ISC',
  apache: 'Apache-2.0',
};

/** `GPL-2+` is GPL-2.0-or-later, `LGPL-2.1` is LGPL-2.1-only. */
function spdxName(name: string): string {
  const gnu = /^(A?GPL|LGPL|GFDL)-(\d)(\.\d)?(\+?)$/.exec(name);
  if (!gnu) return spdxNames[name.toLowerCase()] ?? name;
  const [, family, major, minor = '.0', plus] = gnu;
  return `${family}-${major}${minor}-${plus === '+' ? 'or-later' : 'only'}`;
}
