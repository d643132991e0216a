import type { RawRequest } from './api-raw.ts';

/** One operation of an OpenAPI document, as far as the generator looks into it. */
export interface FuzzOperation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: unknown }[];
  readonly bodySchema: unknown;
  readonly mediaType: string | undefined;
}

/** Numbers from a seed. */
export interface Dice {
  next(): number;
  pick<T>(values: readonly T[]): T;
  below(limit: number): number;
}

/** mulberry32: small, seeded, good enough to choose attacks. */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return { next, below, pick: (values) => values[below(values.length)] as never };
}

export interface FuzzCase {
  readonly kind: string;
  readonly request: RawRequest;
  /** The status that alone is right; `refused` for any 4xx; absent when it depends. */
  readonly expected: number | 'refused' | undefined;
}

interface Making {
  readonly dice: Dice;
  readonly operation: FuzzOperation;
  /** Ids that exist, so that attacks get past the first look-up. */
  readonly known: readonly string[];
  readonly token: string;
}
type Attack = (making: Making) => Partial<RawRequest>;

const json = { 'content-type': 'application/json' };

/** Every attack leaves the rest of the request as it should be. */
const attacks: Readonly<Record<string, Attack>> = {
  'valid shape': () => ({}),
  'wrong types': ({ dice, operation }) => jsonBody(wreck(sample(operation.bodySchema, dice), dice)),
  'no object': ({ dice }) => jsonBody(dice.pick([null, [], 'text', 5, true, [[]], ''])),
  'unknown field': ({ dice, operation }) =>
    jsonBody({ ...(sample(operation.bodySchema, dice) as object), [dice.pick(strangeNames)]: 1 }),
  'missing field': ({ dice, operation }) => jsonBody(withoutOne(sample(operation.bodySchema, dice), dice)),
  'huge string': ({ dice, operation }) =>
    jsonBody(replaceLeaf(sample(operation.bodySchema, dice), 'x'.repeat(dice.pick([300, 5_000, 70_000])), dice)),
  'huge body': ({ dice }) => ({
    headers: json,
    body: `{"a":"${'x'.repeat(dice.pick([66_000, 1_100_000, 3_000_000]))}"}`,
  }),
  'long list': ({ dice, operation }) =>
    jsonBody(
      replaceLeaf(
        sample(operation.bodySchema, dice),
        Array.from({ length: 5_000 }, (_, i) => `t${i}`),
        dice,
      ),
    ),
  'deep JSON': ({ dice }) => {
    const depth = dice.pick([17, 100, 5_000, 200_000]);
    return { headers: json, body: `${dice.pick(['[', '{"a":']).repeat(depth)}1` };
  },
  'bad UTF-8': ({ dice, operation }) => {
    const text = Buffer.from(JSON.stringify(sample(operation.bodySchema, dice)));
    text[dice.below(text.length)] = dice.pick([0x80, 0xc0, 0xff, 0xfe]);
    return { headers: json, body: text };
  },
  'no JSON': ({ dice }) => ({
    headers: json,
    body: dice.pick(['{', '{]', 'NaN', "{'a':1}", '{"a":1}}', '\u0000', '[1,]', '﻿{}']),
  }),
  'prototype keys': ({ dice }) => ({
    headers: json,
    body: dice.pick([
      '{"__proto__":{"id":"x"}}',
      '{"constructor":{"prototype":{}}}',
      '{"\\u005f_proto__":1}',
      '{"toString":1}',
    ]),
  }),
  'media type': ({ dice, operation }) => ({
    headers: { 'content-type': dice.pick(mediaTypes) },
    body: JSON.stringify(sample(operation.bodySchema, dice) ?? {}),
  }),
  'content encoding': ({ dice, operation }) => ({
    headers: { ...json, 'content-encoding': dice.pick(['gzip', 'br', 'deflate', 'x'.repeat(500)]) },
    body: JSON.stringify(sample(operation.bodySchema, dice) ?? {}),
  }),
  'path tricks': ({ dice, operation }) => ({ path: trickPath(operation.path, dice) }),
  query: ({ dice, operation, known }) => ({ path: `${fill(operation, dice, known)}?${dice.pick(queries)}` }),
  'wrong method': ({ dice }) => ({
    method: dice.pick(['PUT', 'DELETE', 'PATCH', 'POST', 'GET', 'OPTIONS', 'TRACE', 'LINK']),
  }),
  'no credential': () => ({ headers: { ...json, authorization: '' } }),
  'garbage credential': ({ dice }) => ({ headers: { ...json, authorization: dice.pick(credentials) } }),
  'odd headers': ({ dice }) => ({ headers: { ...json, ...dice.pick(oddHeaders) } }),
};
export const attackKinds: readonly string[] = Object.keys(attacks);

/** Makes one case of a kind against an operation. */
export function makeCase(kind: string, making: Making): FuzzCase {
  const { dice, operation, known, token } = making;
  const attack = attacks[kind]?.(making) ?? {};
  const hasBody = operation.bodySchema !== undefined;
  const usualBody = hasBody ? JSON.stringify(sample(operation.bodySchema, dice)) : undefined;
  const usual = {
    authorization: `Bearer ${token}`,
    ...(operation.mediaType ? { 'content-type': operation.mediaType } : {}),
  };
  const method = attack.method ?? operation.method;
  const mayHaveBody = method !== 'GET' && method !== 'TRACE';
  const body = mayHaveBody ? (attack.body ?? usualBody) : undefined;
  const headers = Object.fromEntries(
    Object.entries({ ...usual, ...attack.headers }).filter(([, value]) => value !== ''),
  );
  return {
    kind,
    expected: expectedOf(kind, operation),
    request: { method, path: attack.path ?? fill(operation, dice, known), headers, body },
  };
}

const alwaysWrong = ['no object', 'deep JSON', 'bad UTF-8', 'no JSON', 'content encoding', 'huge body'];

function expectedOf(kind: string, { path, bodySchema }: FuzzOperation): FuzzCase['expected'] {
  const isOpen = ['enrol', 'challenge', 'token'].some((name) => path === `/device/v1/${name}`);
  if (kind.endsWith('credential') && !isOpen) return 401;
  if (bodySchema === undefined) return undefined;
  if (alwaysWrong.includes(kind)) return 'refused';
  // Devices may be newer than the server: what it does not know in their messages it ignores.
  return kind === 'unknown field' && path.startsWith('/api/') ? 'refused' : undefined;
}

function jsonBody(value: unknown): Partial<RawRequest> {
  return { headers: json, body: JSON.stringify(value) ?? 'null' };
}

const strangeNames = ['zz', '', 'a'.repeat(300), '$where', 'constructor', 'id ', 'ID', '0'];
const mediaTypes = [
  'text/plain',
  'application/xml',
  'multipart/form-data; boundary=x',
  'application/jsonp',
  '',
  ';',
  'a/b/c',
  'application/json; charset=utf-16',
];
const credentials = [
  'Bearer',
  'Bearer ',
  `Bearer ${'a'.repeat(3_000)}`,
  'Basic YTpi',
  'Bearer fop_wrong',
  'Bearer a~b~c~d~e',
  'bearer \u00ff',
  '~',
];
const queries = [
  'limit=0',
  'limit=501',
  'limit=-1',
  'limit=1e9',
  'limit=abc',
  'limit=',
  'limit=1&limit=2',
  'after=%00',
  `after=${'a'.repeat(1_000)}`,
  'zz=1',
  'after[]=1',
  '&&&',
  '%',
  'limit=%zz',
  'status=nope',
  'filter=type%20%3D%3D',
  'order=sideways',
  'version=../..',
  'after=not-a-cursor&limit=1',
  'fleet=NOPE',
  'object=%27%3B%20drop%20table%20x',
  'after=999999999999999999999999',
  '__proto__=1',
  'constructor=1',
];
const oddHeaders: readonly Record<string, string>[] = [
  { 'x-forwarded-for': '1.2.3.4', host: 'evil.example' },
  { accept: 'text/html;q=nope' },
  { range: 'bytes=0-0' },
  { expect: '100-continue' },
  { expect: 'miracles' },
  { 'upload-offset': '-1' },
  { 'upload-offset': '99999999999999999999' },
  { 'x-long': 'x'.repeat(8_000) },
  { cookie: 'a=b; '.repeat(500) },
  { 'if-none-match': '*' },
  { 'x-http-method-override': 'DELETE' },
  { upgrade: 'websocket', connection: 'upgrade' },
  { te: 'trailers', connection: 'te' },
];

const badSegments = [
  '..',
  '.',
  '%2e%2e',
  '..%2f..%2fetc%2fpasswd',
  '%00',
  '%',
  '%zz',
  '%E0%A4%A',
  '%ff%fe',
  'a'.repeat(600),
  '%20',
  '..\\..',
  '*',
  '%F0%9F%92%A9',
  'NaN',
  '-1',
  '__proto__',
  'constructor',
  "';--",
  '{}',
  '%0d%0aX:1',
  '~root',
  'a%2fb',
];

function trickPath(path: string, dice: Dice): string {
  const filled = path.replace(/\{\w+\}/g, () => dice.pick(badSegments));
  return dice.pick([
    filled,
    `${filled}/`,
    `/${filled}`,
    filled.replace('/api/', '/api//'),
    `${filled}/../..`,
    `${filled};x=1`,
    `${filled}#frag`,
    filled.toUpperCase(),
    `${filled}/${'a/'.repeat(500)}`,
  ]);
}

function fill(operation: FuzzOperation, dice: Dice, known: readonly string[]): string {
  return operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const schema = operation.parameters.find((parameter) => parameter.name === name)?.schema;
    const fitting = known.filter((id) => fits(schema, id));
    return encodeURIComponent(
      fitting.length > 0 && dice.next() < 0.8 ? dice.pick(fitting) : String(sample(schema, dice)),
    );
  });
}

function fits(schema: unknown, text: string): boolean {
  const { pattern } = (schema ?? {}) as { pattern?: string };
  return pattern === undefined || new RegExp(pattern).test(text);
}

const texts = [
  'abc',
  'routers',
  '1.0.0',
  'fettle',
  '0'.repeat(64),
  'dep_00000000000000000000000000',
  'QUJD',
  'code-1',
  '2030-01-01T00:00:00Z',
  'x',
  'fleet.read',
  '',
];

/** A value that fits a JSON Schema, as far as the schemas of this API go. */
export function sample(schema: unknown, dice: Dice): unknown {
  if (typeof schema !== 'object' || schema === null) return {};
  const s = schema as Record<string, never>;
  if (Array.isArray(s.enum)) return dice.pick(s.enum);
  const union = (s.anyOf ?? s.oneOf) as unknown[] | undefined;
  if (union) return sample(dice.pick(union), dice);
  if (s.type === 'object') return sampleObject(s, dice);
  if (s.type === 'array') {
    const { minItems = 0, items } = s as { minItems?: number; items?: unknown };
    return Array.from({ length: minItems + dice.below(2) }, () => sample(items, dice));
  }
  if (s.type === 'integer' || s.type === 'number') {
    const { minimum = 0, maximum = 1_000 } = s as { minimum?: number; maximum?: number };
    return dice.pick([minimum, maximum, Math.min(maximum, minimum + 1)]);
  }
  if (s.type === 'boolean') return dice.next() < 0.5;
  if (s.type === 'null') return null;
  return dice.pick([...texts.filter((text) => fits(s, text)), 'abc'].slice(0, 6));
}

function sampleObject(s: Record<string, never>, dice: Dice): Record<string, unknown> {
  const required = new Set((s.required ?? []) as string[]);
  const made: Record<string, unknown> = {};
  for (const [key, value] of Object.entries((s.properties ?? {}) as Record<string, unknown>)) {
    if (required.has(key) || dice.next() < 0.7) made[key] = sample(value, dice);
  }
  const [rest] = Object.values((s.patternProperties ?? {}) as Record<string, unknown>);
  if (rest !== undefined && dice.next() < 0.7) made[`key${dice.below(3)}`] = sample(rest, dice);
  return made;
}

const wrecks = [
  null,
  true,
  -1,
  0.5,
  1e308,
  -0,
  9_007_199_254_740_992,
  '',
  'x',
  [],
  {},
  [[]],
  '\u0000',
  '\ud800',
  '../..',
  { $ne: 1 },
];

/** Puts something that does not belong there in one place of a value. */
function wreck(value: unknown, dice: Dice): unknown {
  return replaceLeaf(value, dice.pick(wrecks), dice);
}

function replaceLeaf(value: unknown, leaf: unknown, dice: Dice): unknown {
  if (typeof value !== 'object' || value === null) return leaf;
  const keys = Object.keys(value);
  if (keys.length === 0 || dice.next() < 0.1) return leaf;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...value };
  const key = dice.pick(keys);
  Reflect.set(copy, key, replaceLeaf(Reflect.get(copy, key), leaf, dice));
  return copy;
}

function withoutOne(value: unknown, dice: Dice): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value);
  if (keys.length === 0) return value;
  const dropped = dice.pick(keys);
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== dropped));
}
