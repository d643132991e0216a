import type { Page, PageRequest } from '@fettle/control';

const usualLimit = 100;

/** What a list is asked for, with the usual size. */
export function pageOf(query: { readonly after?: string; readonly limit?: number }): PageRequest {
  return { after: query.after, limit: query.limit ?? usualLimit };
}

/** One page of views. */
export function viewPage<T, V>(page: Page<T>, view: (item: T) => V): { items: V[]; next: string | null } {
  return { items: page.items.map(view), next: page.next };
}

/** A list that is bounded by its nature and comes whole. */
export function wholeList<T, V>(items: readonly T[], view: (item: T) => V): { items: V[]; next: null } {
  return { items: items.map(view), next: null };
}
