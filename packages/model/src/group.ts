import type { Device } from './device.ts';

/** One comparison of a filter. `tag.x` and `attribute.x` name a key; `type` and `id` the device itself. */
export interface FilterTerm {
  readonly field: string;
  readonly operator: '==' | '!=';
  readonly value: string;
}

/** What a filter looks at. */
export type FilterSubject = Pick<Device, 'id' | 'type' | 'attributes' | 'tags'>;

/** A selection of devices: every term must hold. An empty filter selects the whole fleet. */
export interface Filter {
  /** As the operator wrote it, e.g. `tag.site == "berlin" && type == "router"`. */
  readonly text: string;
  readonly terms: readonly FilterTerm[];
}

export type FilterParse =
  | { readonly ok: true; readonly filter: Filter }
  | { readonly ok: false; readonly message: string; readonly position: number };

const termPattern =
  /\s*(type|id|tag\.[A-Za-z0-9_-]{1,64}|attribute\.[A-Za-z0-9_-]{1,64})\s*(==|!=)\s*"((?:[^"\\]|\\["\\])*)"\s*/y;
const maxFilterLength = 2_000;

/**
 * Parses the first filter expression: comparisons joined by `&&`; its syntax is a subset of CEL.
 * @returns the filter, or what is wrong and at which character (0-based)
 */
export function parseFilter(text: string): FilterParse {
  if (text.length > maxFilterLength) {
    return { ok: false, message: `A filter has at most ${maxFilterLength} characters.`, position: maxFilterLength };
  }
  if (text.trim() === '') return { ok: true, filter: { text: '', terms: [] } };
  const terms: FilterTerm[] = [];
  let position = 0;
  for (;;) {
    termPattern.lastIndex = position;
    const match = termPattern.exec(text);
    if (!match) {
      return {
        ok: false,
        message: 'Expected `type`, `id`, `tag.NAME` or `attribute.NAME`, then == or !=, then a "text".',
        position,
      };
    }
    terms.push({
      field: match[1] as string,
      operator: match[2] as '==' | '!=',
      value: (match[3] as string).replace(/\\(["\\])/g, '$1'),
    });
    position = termPattern.lastIndex;
    if (position >= text.length) return { ok: true, filter: { text, terms } };
    if (!text.startsWith('&&', position)) return { ok: false, message: 'Expected && or the end.', position };
    position += 2;
  }
}

/** Whether the device is in the selection. An absent key equals no text. */
export function matchesFilter(filter: Filter, device: FilterSubject): boolean {
  return filter.terms.every((term) => (read(term.field, device) === term.value) === (term.operator === '=='));
}

function read(field: string, device: FilterSubject): string | undefined {
  if (field === 'type') return device.type;
  if (field === 'id') return device.id;
  const dot = field.indexOf('.');
  const key = field.slice(dot + 1);
  const source = field.startsWith('tag.') ? device.tags : device.attributes;
  if (!Object.hasOwn(source, key)) return undefined;
  return String(source[key]);
}
