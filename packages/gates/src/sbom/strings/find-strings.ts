import { prepareManyTexts } from './many-texts.ts';
import type { StringRule } from './string-rule.ts';
import { stringRules } from './string-rules.ts';

/** What a text in a program tells. */
export interface StringFind {
  readonly rule: StringRule;
  /** Empty when the text has none. */
  readonly version: string;
  /** The version that data know it by, where it is another one. */
  readonly upstream: string | undefined;
}

const afterBytes = 320;
const maxKept = 256;
// Bytes that were made to look like nothing else cost no more than a moment.
const maxHits = 20_000;
const anchors = stringRules.map(({ anchor }) => Buffer.from(anchor, 'latin1'));
const search = prepareManyTexts(anchors);

/** Bytes of the window before that a next window has to begin with. */
export const overlapBytes = Math.max(...anchors.map(({ length }) => length)) + afterBytes;

/**
 * Looks for the texts of known products, all at once.
 * @param into finds by product and version, shared by the windows of one file; of one file at most 256 are kept
 */
export function findStrings(bytes: Buffer, into: Map<string, StringFind>): void {
  let hits = 0;
  search(bytes, (index, end) => {
    const rule = stringRules[index];
    if (!rule || into.size >= maxKept || ++hits > maxHits) return;
    const after = bytes.toString('latin1', end, Math.min(bytes.length, end + afterBytes));
    const version = rule.version(after);
    if (version === null) return;
    noteFind(into, { rule, version, upstream: rule.upstream?.(after) });
  });
}

/** What says more stays: packed bytes hold the beginnings of texts, too. */
export function noteFind(into: Map<string, StringFind>, find: StringFind): void {
  const key = `${find.rule.product}@${find.version}`;
  if (into.get(key)?.upstream === undefined) into.set(key, find);
}

/** The finds of one file: those without version go where the product has one with. */
export function settledFinds(found: ReadonlyMap<string, StringFind>): StringFind[] {
  const versioned = new Set(
    [...found.values()].filter(({ version }) => version !== '').map(({ rule }) => rule.product),
  );
  return [...found.values()].filter(({ rule, version }) => version !== '' || !versioned.has(rule.product));
}
