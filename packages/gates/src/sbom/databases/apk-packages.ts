import { plainText, sbomLimits } from '../sbom-limits.ts';
import type { DatabaseContent, PackageRecord } from './package-record.ts';
import { linesOf } from './stanzas.ts';

/**
 * Reads apk's database of installed packages: blocks of lines `X:value`, with the files in them (`F:` a folder, `R:` a
 * file in it).
 * @source apk-tools, apk-installed(5)
 */
export function readApkPackages(text: string): DatabaseContent {
  const packages: PackageRecord[] = [];
  const paths: string[] = [];
  const problems: string[] = [];
  let block = new Map<string, string>();
  let folder = '';
  const finish = (): void => {
    if (block.size === 0) return;
    const record = toRecord(block);
    if (record) packages.push(record);
    else problems.push('Expected a package with name and version, found a block without one of them.');
    block = new Map();
    folder = '';
  };
  for (const line of linesOf(text)) {
    if (line === '') finish();
    if (line.charAt(1) !== ':') continue;
    const [letter, value] = [line.charAt(0), line.slice(2)];
    if (letter === 'F') folder = value;
    else if (letter === 'R' && paths.length < sbomLimits.listedPaths)
      paths.push(folder === '' ? value : `${folder}/${value}`);
    else if (recordLetters.has(letter)) block.set(letter, value);
    if (packages.length >= sbomLimits.components) break;
  }
  finish();
  return { packages, paths, problems: problems.slice(0, 5) };
}

// Lines of files (F, R, a, Z, M) come after these and have letters of their own.
const recordLetters: ReadonlySet<string> = new Set(['C', 'P', 'V', 'A', 'o', 'L', 'm', 'D', 'p']);

function toRecord(block: ReadonlyMap<string, string>): PackageRecord | undefined {
  const name = plainText(block.get('P') ?? '');
  const version = plainText(block.get('V') ?? '');
  if (name === '' || version === '') return undefined;
  return {
    kind: 'apk',
    name,
    version,
    architecture: plainText(block.get('A') ?? ''),
    // The origin is built with the same version as its parts.
    source: { name: plainText(block.get('o') ?? '') || name, version },
    supplier: plainText(block.get('m') ?? '') || undefined,
    licence: plainText(block.get('L') ?? '') || undefined,
    needs: names(block.get('D')).filter((need) => !need.startsWith('!')),
    provides: names(block.get('p')),
    hashes: checksum(block.get('C') ?? ''),
  };
}

/** `so:libc.musl-x86_64.so.1=1 cmd:busybox busybox>=1.36`: names without versions. */
function names(field: string | undefined): string[] {
  if (!field) return [];
  return field
    .split(' ')
    .map((word) => word.split(/[<>=~@]/, 1)[0] ?? '')
    .filter((word) => word !== '');
}

/** `Q1` and a SHA-1 in Base64, of the package's control part. */
function checksum(field: string): Record<string, string> {
  if (!field.startsWith('Q1')) return {};
  const digest = Buffer.from(field.slice(2, 64), 'base64');
  return digest.length === 20 ? { sha1: digest.toString('hex') } : {};
}
