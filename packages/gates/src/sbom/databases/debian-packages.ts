import { plainText, sbomLimits } from '../sbom-limits.ts';
import type { DatabaseContent, PackageRecord } from './package-record.ts';
import { readStanzas, type Stanza } from './stanzas.ts';

const wanted: ReadonlySet<string> = new Set([
  'Package',
  'Status',
  'Version',
  'Architecture',
  'Source',
  'Maintainer',
  'License',
  'Depends',
  'Pre-Depends',
  'Provides',
]);

// In these states the files of the package lie in the image; `config-files` and `not-installed` have none.
const presentStates: ReadonlySet<string> = new Set([
  'installed',
  'triggers-pending',
  'triggers-awaited',
  'half-configured',
  'unpacked',
]);

/**
 * Reads dpkg's or opkg's database of installed packages. Blocks without a status count as installed: `status.d` of
 * images without dpkg has none.
 * @source dpkg(1) "Package states", deb-control(5)
 */
export function readDebianPackages(text: string, kind: 'deb' | 'opkg'): DatabaseContent {
  const packages: PackageRecord[] = [];
  const problems: string[] = [];
  for (const stanza of readStanzas(text, wanted)) {
    if (packages.length >= sbomLimits.components) {
      problems.push(`Expected at most ${sbomLimits.components} packages; the rest was left out.`);
      break;
    }
    const status = stanza.get('Status');
    if (status !== undefined && !presentStates.has(status.split(' ').at(-1) ?? '')) continue;
    const record = toRecord(stanza, kind);
    if (record) packages.push(record);
    else problems.push('Expected a package with name and version, found a block without one of them.');
  }
  return { packages, paths: [], problems: problems.slice(0, 5) };
}

function toRecord(stanza: Stanza, kind: 'deb' | 'opkg'): PackageRecord | undefined {
  const name = plainText(stanza.get('Package') ?? '');
  const version = plainText(stanza.get('Version') ?? '');
  if (name === '' || version === '') return undefined;
  const needs = [...alternatives(stanza.get('Pre-Depends')), ...alternatives(stanza.get('Depends'))];
  return {
    kind,
    name,
    version,
    architecture: plainText(stanza.get('Architecture') ?? ''),
    source: sourceOf(plainText(stanza.get('Source') ?? ''), name, version),
    supplier: plainText(stanza.get('Maintainer') ?? '') || undefined,
    licence: plainText(stanza.get('License') ?? '') || undefined,
    needs,
    provides: alternatives(stanza.get('Provides')),
    hashes: {},
  };
}

/** `name` or `name (version)`; absent: the package itself. @source deb-src-control(5), field Source */
function sourceOf(field: string, name: string, version: string): PackageRecord['source'] {
  if (field === '') return { name, version };
  const open = field.indexOf(' (');
  if (open === -1) return { name: field, version };
  return { name: field.slice(0, open), version: field.slice(open + 2).replace(')', '') };
}

/** The first name of every alternative, without versions and architectures: `a (>= 1) | b, c:any` is a and c. */
function alternatives(field: string | undefined): string[] {
  if (!field) return [];
  const names: string[] = [];
  for (const part of field.split(',')) {
    const name = part.trim().split(/[ (|:]/, 1)[0] ?? '';
    if (name !== '') names.push(name);
  }
  return names;
}
