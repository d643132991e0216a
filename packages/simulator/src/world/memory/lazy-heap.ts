import { Heap } from '../kernel/heap.ts';

interface Entry<T> {
  readonly at: number;
  readonly key: string;
  readonly item: T;
}

/** What is due first, where what is due may change: entries that are no longer true are dropped when they come up. */
export class LazyHeap<T> {
  readonly #heap = new Heap<Entry<T>>((a, b) => a.at < b.at || (a.at === b.at && a.key < b.key));
  readonly #isTrue: (item: T, at: number) => boolean;

  /** @param isTrue whether an item is still due at the moment under which it was added */
  constructor(isTrue: (item: T, at: number) => boolean) {
    this.#isTrue = isTrue;
  }

  /** @param key orders what is due at the same moment */
  add(at: number, key: string, item: T): void {
    this.#heap.add({ at, key, item });
  }

  /** The first few that are due by then, in order; they stay. */
  due(until: number, limit: number): T[] {
    if (limit === 1) return this.#firstDue(until);
    const found: Entry<T>[] = [];
    const taken = new Set<T>();
    while (found.length < limit) {
      const { first } = this.#heap;
      if (!first || first.at > until) break;
      this.#heap.take();
      if (taken.has(first.item) || !this.#isTrue(first.item, first.at)) continue;
      taken.add(first.item);
      found.push(first);
    }
    for (const entry of found) this.#heap.add(entry);
    return found.map(({ item }) => item);
  }

  #firstDue(until: number): T[] {
    for (let { first } = this.#heap; first && first.at <= until; first = this.#heap.first) {
      if (this.#isTrue(first.item, first.at)) return [first.item];
      this.#heap.take();
    }
    return [];
  }
}
