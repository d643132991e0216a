import { limits } from '@fettle/model';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import {
  challengeRequestSchema,
  challengeResponseSchema,
  checkInRequestSchema,
  checkInResponseSchema,
  enrolRequestSchema,
  enrolResponseSchema,
  reportsRequestSchema,
  reportsResponseSchema,
  timeRequestSchema,
  timeResponseSchema,
  tokenRequestSchema,
  tokenResponseSchema,
} from './messages.ts';

/** What decoding gives: the message, or where it is wrong and what was expected there. */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string; readonly path: string };

export interface Codec<T> {
  /** Parses JSON text that comes from outside. Never throws. Cost: linear in the text. */
  decode(text: string): Decoded<T>;
  /** Checks a value that was parsed already. */
  check(value: unknown): Decoded<T>;
  encode(message: T): string;
}

export const enrolRequest = codec(enrolRequestSchema);
export const enrolResponse = codec(enrolResponseSchema);
export const challengeRequest = codec(challengeRequestSchema);
export const challengeResponse = codec(challengeResponseSchema);
export const tokenRequest = codec(tokenRequestSchema);
export const tokenResponse = codec(tokenResponseSchema);
export const checkInRequest = codec(checkInRequestSchema);
export const checkInResponse = codec(checkInResponseSchema);
export const reportsRequest = codec(reportsRequestSchema);
export const reportsResponse = codec(reportsResponseSchema);
export const timeRequest = codec(timeRequestSchema);
export const timeResponse = codec(timeResponseSchema);

function codec<S extends TSchema>(schema: S): Codec<Static<S>> {
  // Compiled at first use: a device needs half of these, and starts sooner without the rest.
  let validator: ReturnType<typeof Compile<S>> | undefined;
  const check = (value: unknown): Decoded<Static<S>> => {
    validator ??= Compile(schema);
    if (validator.Check(value)) return { ok: true, value: value as Static<S> };
    const [first] = validator.Errors(value);
    const path = first?.instancePath || '/';
    return { ok: false, path, message: `${path}: ${first?.message ?? 'does not fit the schema'}` };
  };
  return {
    check,
    decode(text) {
      if (isTooDeep(text, limits.jsonDepth)) {
        return { ok: false, path: '/', message: `JSON may nest at most ${limits.jsonDepth} levels.` };
      }
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch (error) {
        return { ok: false, path: '/', message: `Not JSON: ${(error as Error).message}` };
      }
      return check(value);
    },
    encode: (message) => JSON.stringify(message),
  };
}

/** Whether JSON text nests deeper than `levels`; brackets inside strings do not count. */
export function isTooDeep(text: string, levels: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inString) {
      if (c === 0x5c) i++;
      else if (c === 0x22) inString = false;
    } else if (c === 0x22) inString = true;
    else if (c === 0x7b || c === 0x5b) {
      if (++depth > levels) return true;
    } else if (c === 0x7d || c === 0x5d) depth--;
  }
  return false;
}
