import { styleText } from 'node:util';
import type { Environment, TextSink } from '../io.ts';

type Paint = (text: string) => string;

/** Colours by meaning; plain text when the output is no terminal or the person asked for none. */
export interface Style {
  readonly enabled: boolean;
  readonly strong: Paint;
  readonly dim: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly waiting: Paint;
  readonly accent: Paint;
}

/** @source https://no-color.org */
export function createStyle(sink: TextSink, env: Environment): Style {
  const enabled = sink.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  const paint =
    (format: Parameters<typeof styleText>[0]): Paint =>
    (text) =>
      enabled ? styleText(format, text, { validateStream: false }) : text;
  return {
    enabled,
    strong: paint('bold'),
    dim: paint('dim'),
    good: paint('green'),
    bad: paint('red'),
    waiting: paint('yellow'),
    accent: paint('cyan'),
  };
}

/**
 * Text from outside on one line of a terminal: no control characters, no escape sequences, no line ends, which could
 * begin a line that a runner of CI takes for a command to it.
 */
export function safeText(text: string): string {
  let clean = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const control = code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0x2028 || code === 0x2029;
    const reorders = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
    clean += control || reorders ? '\ufffd' : character;
  }
  return clean;
}

/** The same of a text that has lines of its own; none of them is a command to a runner. */
export function safeLines(text: string): string {
  return text
    .split('\n')
    .map((line) => safeText(line).replace(/^(?=\s*::)/, '| '))
    .join('\n');
}
