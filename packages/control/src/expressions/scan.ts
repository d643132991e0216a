import { Refused } from './refusal.ts';

/** Brackets, calls and negations inside one another. */
export const deepestNesting = 32;

type Kind = 'name' | 'number' | 'text' | 'operator' | 'end';
interface Token {
  readonly kind: Kind;
  readonly text: string;
  readonly start: number;
}

const space = /(?:[ \t\r\n\f]|\/\/[^\n]*)*/y;
const textStart = /(?:[rRbB]{0,2})("""|'''|"|')/y;
const number = /0[xX][0-9A-Fa-f]+[uU]?|(?:\d+\.\d+|\.\d+|\d+)(?:[eE][+-]?\d+)?[uU]?/y;
const name = /[A-Za-z_][A-Za-z0-9_]*/y;
const operator = /&&|\|\||==|!=|<=|>=|[<>!+\-*/%?:.,()[\]{}]/y;
const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/**
 * Walks over the words of an expression before it is parsed: finds what is amiss at its very place, which a parser that
 * tries one rule after the other cannot tell, and keeps the nesting small enough for any parser.
 * @throws Refused
 */
export function scan(text: string): void {
  const open: { bracket: string; start: number }[] = [];
  // A value or a sign before one comes next; otherwise an operator, a closing bracket or the end.
  let wantsValue = true;
  let signs = 0;
  let before: Token | undefined;
  for (const token of tokens(text)) {
    const word = token.text;
    const isValue = token.kind === 'number' || token.kind === 'text' || (token.kind === 'name' && word !== 'in');
    if (wantsValue) {
      if (isValue || (token.kind === 'name' && before?.text === '.')) wantsValue = false;
      else if (closing[word] !== undefined) open.push({ bracket: word, start: token.start });
      else if (word === '!' || word === '-') signs++;
      else if (isEmptyClose(word, before, open)) {
        open.pop();
        wantsValue = false;
      } else throw new Refused(wanted(token, before), token.start);
    } else if (isValue) {
      throw new Refused(`Expected an operator such as && before ${shown(token)}.`, token.start);
    } else if (word === '(' || word === '[') {
      open.push({ bracket: word, start: token.start });
      wantsValue = true;
    } else if (word === ')' || word === ']' || word === '}') {
      const last = open.pop();
      if (!last) throw new Refused(`Nothing is open that ${word} could close.`, token.start);
      if (closing[last.bracket] !== word)
        throw new Refused(`Expected ${closing[last.bracket]}, not ${word}.`, token.start);
    } else if (token.kind === 'end') {
      const last = open.at(-1);
      if (last) throw new Refused(`Expected ${closing[last.bracket]}.`, token.start);
    } else if (word === '!' || word === '{') {
      throw new Refused(`Expected an operator such as && before ${word}.`, token.start);
    } else wantsValue = true;
    if (!wantsValue) signs = 0;
    if (open.length + signs > deepestNesting) {
      throw new Refused(`At most ${deepestNesting} brackets may be open at once.`, token.start);
    }
    before = token;
  }
}

function isEmptyClose(word: string, before: Token | undefined, open: readonly { bracket: string }[]): boolean {
  const last = open.at(-1)?.bracket;
  return last !== undefined && closing[last] === word && (before?.text === last || before?.text === ',');
}

function wanted(token: Token, before: Token | undefined): string {
  const place = before ? ` after ${shown(before)}` : '';
  return token.kind === 'end' ? `Expected a value${place}.` : `Expected a value${place}, not ${shown(token)}.`;
}

function shown(token: Token): string {
  if (token.kind === 'end') return 'the end';
  return token.text.length > 20 ? `${token.text.slice(0, 20)}…` : token.text;
}

function* tokens(text: string): Generator<Token> {
  let position = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = position;
    return pattern.exec(text)?.[0];
  };
  for (;;) {
    position += take(space)?.length ?? 0;
    const start = position;
    if (start >= text.length) {
      yield { kind: 'end', text: '', start };
      return;
    }
    const quote = take(textStart);
    const found: [Kind, string | undefined] = quote
      ? ['text', wholeText(text, start, quote)]
      : ([
          ['number', take(number)],
          ['name', take(name)],
          ['operator', take(operator)],
        ].find((one): one is [Kind, string] => one[1] !== undefined) ?? ['operator', undefined]);
    const [kind, word] = found;
    if (word === undefined) throw new Refused(strange(text[start] ?? ''), start);
    position = start + word.length;
    yield { kind, text: word, start };
  }
}

function wholeText(text: string, start: number, opening: string): string {
  const quote = opening.replace(/^[rRbB]*/, '');
  const isRaw = /^[bB]?[rR]/.test(opening);
  for (let at = start + opening.length; at < text.length; at++) {
    if (text[at] === '\\' && !isRaw) at++;
    else if (text.startsWith(quote, at)) return text.slice(start, at + quote.length);
    else if (quote.length === 1 && text[at] === '\n') break;
  }
  throw new Refused(`The text that begins here has no closing ${quote}.`, start);
}

function strange(character: string): string {
  if (character === '=') return 'Write == to compare.';
  if (character === '&' || character === '|') return `Write ${character}${character}.`;
  return `${JSON.stringify(character)} has no meaning here; texts stand in quotes.`;
}
