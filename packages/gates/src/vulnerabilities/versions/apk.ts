import { compareDigits, compareText, endOfRun, isDigit, type Order } from './text-order.ts';

/**
 * Order of Alpine's package versions: `digits{.digits}[letter]{_suffix[number]}[~hash][-rN]`. Takes any text: what does
 * not fit sorts before the end. Linear.
 * @source apk-package(5), "Package version"; order as of apk-tools 3
 */
export function compareApk(a: string, b: string): Order {
  const left = tokensOf(a);
  const right = tokensOf(b);
  let at = 0;
  for (; ; at++) {
    const x = left[at] ?? end;
    const y = right[at] ?? end;
    if (x.kind !== y.kind) return compareKinds(x, y);
    if (x.kind === 'end') return 0;
    const order = compareTokens(x, y);
    if (order !== 0) return order;
  }
}

/** In the order in which they follow each other. */
const kinds = ['first', 'digits', 'letter', 'suffix', 'suffixNumber', 'hash', 'revision', 'end', 'misfit'] as const;
type Kind = (typeof kinds)[number];

interface Token {
  readonly kind: Kind;
  readonly text: string;
}
const end: Token = { kind: 'end', text: '' };

/** `''` stands for no suffix. */
const suffixes: readonly string[] = ['alpha', 'beta', 'pre', 'rc', '', 'cvs', 'svn', 'git', 'hg', 'p'];
const noSuffix = suffixes.indexOf('');

/** One goes on where the other has something else: further parts are newer, except suffixes of what comes before a release. */
function compareKinds(a: Token, b: Token): Order {
  if (isPreRelease(a)) return -1;
  if (isPreRelease(b)) return 1;
  return kinds.indexOf(a.kind) > kinds.indexOf(b.kind) ? -1 : 1;
}

function isPreRelease(token: Token): boolean {
  return token.kind === 'suffix' && suffixes.indexOf(token.text) < noSuffix;
}

function compareTokens(a: Token, b: Token): Order {
  switch (a.kind) {
    case 'digits':
      // A leading zero makes it a fraction: 1.05 is before 1.1.
      return a.text.startsWith('0') || b.text.startsWith('0')
        ? compareText(a.text, b.text)
        : compareDigits(a.text, b.text);
    case 'first':
    case 'suffixNumber':
    case 'revision':
      return compareDigits(a.text, b.text);
    case 'suffix': {
      const difference = suffixes.indexOf(a.text) - suffixes.indexOf(b.text);
      return difference < 0 ? -1 : difference > 0 ? 1 : 0;
    }
    default:
      return compareText(a.text, b.text);
  }
}

function tokensOf(version: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let last: Kind | null = null;
  while (at < version.length) {
    const next = tokenAt(version, at, last);
    if (next === null) {
      tokens.push({ kind: 'misfit', text: version.slice(at) });
      break;
    }
    tokens.push(next.token);
    last = next.token.kind;
    at = next.end;
  }
  return tokens;
}

/** The part that begins at `at`, or null where none of the grammar does. */
function tokenAt(version: string, at: number, last: Kind | null): { token: Token; end: number } | null {
  const sign = version.charAt(at);
  if (last === null) return digitsAt(version, at, 'first');
  const step = kinds.indexOf(last);
  if (sign === '.' && step <= kinds.indexOf('digits')) return digitsAt(version, at + 1, 'digits');
  if (last === 'suffix' && isDigit(version.charCodeAt(at))) return digitsAt(version, at, 'suffixNumber');
  if (isSmallLetter(version.charCodeAt(at)) && step < kinds.indexOf('letter')) {
    return { token: { kind: 'letter', text: sign }, end: at + 1 };
  }
  if (sign === '_' && step <= kinds.indexOf('suffixNumber')) {
    const until = endOfRun(version, at + 1, isSmallLetter);
    const text = version.slice(at + 1, until);
    return text !== '' && suffixes.includes(text) ? { token: { kind: 'suffix', text }, end: until } : null;
  }
  if (sign === '~' && step < kinds.indexOf('hash')) {
    const until = endOfRun(version, at + 1, isHexDigit);
    return until === at + 1 ? null : { token: { kind: 'hash', text: version.slice(at + 1, until) }, end: until };
  }
  if (version.startsWith('-r', at) && step < kinds.indexOf('revision')) return digitsAt(version, at + 2, 'revision');
  return null;
}

function digitsAt(version: string, at: number, kind: Kind): { token: Token; end: number } | null {
  const until = endOfRun(version, at, isDigit);
  return until === at ? null : { token: { kind, text: version.slice(at, until) }, end: until };
}

function isSmallLetter(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 0x61 && code <= 0x66) || (code >= 0x41 && code <= 0x46);
}
