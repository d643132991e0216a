import type { Seeded } from './seeded.ts';

/** Runs a program to its end; gives what it wrote. */
export type Run = (program: string, args: readonly string[]) => Buffer;

/** How a secret lies in its file. */
export const shapes = ['plain', 'text', 'crlf', 'source', 'utf16', 'binary', 'wrapped'] as const;
export type Shape = (typeof shapes)[number];

/** What a maker works with. */
export interface Bench {
  readonly run: Run;
  /** For files of one call. */
  readonly folder: string;
  readonly random: Seeded;
}

/** Makes fresh secrets of one kind. */
export interface Maker {
  readonly kind: string;
  /** Rules that may find it: one of them has to. */
  readonly rules: readonly string[];
  /** Text when absent; false for what only lies in bytes. */
  readonly isText?: boolean;
  /** Where the file lies; anywhere when absent. */
  readonly path?: string;
  /** The shapes that make sense; when absent all that its being text allows. */
  readonly shapes?: readonly Shape[];
  make(bench: Bench): Buffer | string;
}
