import { compareDigits, compareText, endOfRun, isDigit, isLetter, type Order } from './text-order.ts';

/**
 * A guess at the order of versions of no known rule: numbers as numbers, words such as `rc` before the release, other
 * words after it (`1.1.1k`, `2023.04-p1`), separators count for nothing, zeros at the end of numbers neither. What it
 * says is of low confidence. Takes any text; linear.
 */
export function compareGeneric(a: string, b: string): Order {
  const left = tokensOf(a);
  const right = tokensOf(b);
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const x = left[at] ?? end;
    const y = right[at] ?? end;
    if (x.rank !== y.rank) return x.rank < y.rank ? -1 : 1;
    const order = x.rank === ranks.number ? compareDigits(x.text, y.text) : compareText(x.text, y.text);
    if (order !== 0) return order;
  }
  return 0;
}

const ranks = { tilde: 0, before: 1, end: 2, word: 3, number: 4 } as const;

interface Token {
  readonly rank: number;
  readonly text: string;
}
const end: Token = { rank: ranks.end, text: '' };

/** In the order of their names, which is the order of what they stand for. */
const wordsBeforeRelease = new Set(['alpha', 'beta', 'dev', 'milestone', 'pre', 'preview', 'rc', 'snapshot']);

function tokensOf(version: string): readonly Token[] {
  const text = version.trim().toLowerCase();
  const tokens: Token[] = [];
  let at = text.startsWith('v') ? 1 : 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const belongs = isDigit(code) ? isDigit : isLetter;
    const until = endOfRun(text, at, belongs);
    if (until > at) {
      if (belongs !== isDigit) dropZeros(tokens);
      tokens.push(tokenOf(text.slice(at, until), belongs === isDigit, tokens.length));
    } else if (code === 0x7e) {
      dropZeros(tokens);
      tokens.push({ rank: ranks.tilde, text: '' });
    }
    at = Math.max(until, at + 1);
  }
  dropZeros(tokens);
  return tokens;
}

function tokenOf(text: string, isNumber: boolean, before: number): Token {
  if (isNumber) return { rank: ranks.number, text };
  return { rank: before > 0 && wordsBeforeRelease.has(text) ? ranks.before : ranks.word, text };
}

/** 1.0 and 1.0.0 are the same; the first number stays. */
function dropZeros(tokens: Token[]): void {
  for (;;) {
    const last = tokens.at(-1);
    const previous = tokens.at(-2);
    if (last?.rank !== ranks.number || previous?.rank !== ranks.number || compareDigits(last.text, '') !== 0) return;
    tokens.pop();
  }
}
