/** Part of a list: `after` is the `next` of the page before; lists are keyset-paged. */
export interface PageRequest {
  readonly after?: string | undefined;
  /** 1 to `limits.pageSize`. */
  readonly limit: number;
}
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}
