import { TimeHeap } from '../kernel/time-heap.ts';

interface Entry<T> {
  readonly at: number;
  readonly item: T;
}

export interface LazyHeapRules<T> {
  /** Whether an item is still due at the moment under which it was added. */
  readonly isTrue: (item: T, at: number) => boolean;
  /** Orders what is due at the same moment; of items with the same key one is true at most. */
  readonly keyOf: (item: T) => string;
}

/** What is due first, where what is due may change: entries that are no longer true are dropped when they come up. */
export class LazyHeap<T> {
  readonly #rules: LazyHeapRules<T>;
  readonly #heap: TimeHeap<T>;
  /** What was due when somebody asked, in order: most of it is dealt with before somebody asks again. */
  #asked: readonly Entry<T>[] = [];

  constructor(rules: LazyHeapRules<T>) {
    this.#rules = rules;
    this.#heap = new TimeHeap((a, b) => rules.keyOf(a) < rules.keyOf(b));
  }

  add(at: number, item: T): void {
    this.#heap.add(at, item);
  }

  /** The first few that are due by then, in order; they stay. */
  due(until: number, limit: number): T[] {
    const found: Entry<T>[] = [];
    let used = 0;
    while (found.length < limit) {
      const asked = this.#asked[used];
      const isAsked = asked !== undefined && !this.#comesBefore(asked);
      if ((isAsked ? asked.at : this.#heap.firstAt) > until) break;
      const entry = isAsked ? asked : { at: this.#heap.firstAt, item: this.#heap.take() as T };
      if (isAsked) used++;
      // The same item may have been added for the same moment twice: then it comes twice running.
      if (found.at(-1)?.item !== entry.item && this.#rules.isTrue(entry.item, entry.at)) found.push(entry);
    }
    if (found.length > 0 || used > 0) this.#asked = [...found, ...this.#asked.slice(used)];
    return found.map(({ item }) => item);
  }

  /** Whether something was added since that comes before one that somebody asked for. */
  #comesBefore({ at, item }: Entry<T>): boolean {
    const { first, firstAt } = this.#heap;
    if (first === undefined || firstAt !== at) return firstAt < at;
    return this.#rules.keyOf(first) < this.#rules.keyOf(item);
  }
}
