import { plainText, sbomLimits } from '../sbom-limits.ts';
import type { ManifestPackage } from './yocto-manifest.ts';

/**
 * Reads Buildroot's `manifest.csv` (`make legal-info`). Empty when its first line names no package and version.
 * @source Buildroot manual, "Legal notice and licensing"
 */
export function readBuildrootManifest(text: string): ManifestPackage[] {
  const rows = readCsv(text);
  const first: readonly string[] = rows.next().value ?? [];
  const heads = first.map((head) => head.trim().toUpperCase());
  const column = (name: string) => heads.indexOf(name);
  const [name, version, licence] = [column('PACKAGE'), column('VERSION'), column('LICENSE')];
  if (name === -1 || version === -1) return [];
  const found: ManifestPackage[] = [];
  for (const row of rows) {
    const field = (at: number) => plainText(row[at] ?? '');
    if (field(name) === '' || found.length >= sbomLimits.components) continue;
    found.push({
      name: field(name),
      version: field(version).replace(/^v(?=\d)/, ''),
      licence: licenceOf(field(licence)),
    });
  }
  return found;
}

/** `GPL-2.0+, LGPL-2.1+ (library)`: lists and remarks are no SPDX expression, a single name is. */
function licenceOf(text: string): string | undefined {
  return text === '' || text === 'unknown' || text === 'not saved' ? undefined : text;
}

/** Rows of comma-separated values, quoted as in RFC 4180. */
function* readCsv(text: string): Generator<string[], undefined> {
  let [row, cell, isQuoted]: [string[], string, boolean] = [[], '', false];
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text.charAt(at + 1) === '"') cell += text.charAt(++at);
      else isQuoted = false;
    } else if (character === '"') isQuoted = true;
    else if (character === ',') {
      row.push(cell);
      cell = '';
    } else if (character === '\n') {
      yield [...row, cell];
      [row, cell] = [[], ''];
    } else if (character !== '\r') cell += character;
  }
  if (cell !== '' || row.length > 0) yield [...row, cell];
}
