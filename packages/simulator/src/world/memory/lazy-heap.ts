/**
 * What is due first, where what is due may change: entries that are no longer true are dropped when they come up.
 * Cost: logarithmic.
 */
export class LazyHeap<T> {
  readonly #entries: { readonly at: number; readonly key: string; readonly item: T }[] = [];
  readonly #isTrue: (item: T, at: number) => boolean;

  /** @param isTrue whether an item is still due at the moment under which it was added */
  constructor(isTrue: (item: T, at: number) => boolean) {
    this.#isTrue = isTrue;
  }

  /** @param key orders what is due at the same moment */
  add(at: number, key: string, item: T): void {
    const entries = this.#entries;
    const entry = { at, key, item };
    let place = entries.length;
    entries.push(entry);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = entries[parent] as typeof entry;
      if (!isBefore(entry, above)) break;
      entries[place] = above;
      place = parent;
    }
    entries[place] = entry;
  }

  /** The first few that are due by then, in order; they stay. */
  due(until: number, limit: number): T[] {
    const found: { readonly at: number; readonly key: string; readonly item: T }[] = [];
    const taken = new Set<T>();
    while (found.length < limit) {
      const first = this.#entries[0];
      if (!first || first.at > until) break;
      this.#drop();
      if (taken.has(first.item) || !this.#isTrue(first.item, first.at)) continue;
      taken.add(first.item);
      found.push(first);
    }
    for (const { at, key, item } of found) this.add(at, key, item);
    return found.map(({ item }) => item);
  }

  #drop(): void {
    const entries = this.#entries;
    const last = entries.pop();
    if (last === undefined || entries.length === 0) return;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const a = entries[left];
      if (a === undefined) break;
      const b = entries[left + 1];
      const child = b !== undefined && isBefore(b, a) ? left + 1 : left;
      const below = entries[child] as typeof a;
      if (!isBefore(below, last)) break;
      entries[place] = below;
      place = child;
    }
    entries[place] = last;
  }
}

function isBefore(a: { at: number; key: string }, b: { at: number; key: string }): boolean {
  return a.at < b.at || (a.at === b.at && a.key < b.key);
}
