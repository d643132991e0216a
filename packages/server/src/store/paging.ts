import type { Page, PageRequest } from '@fettle/control';
import { FettleError, limits } from '@fettle/model';

/** Sorts after every id, which are ASCII letters, digits and `._:-`. */
export const afterEveryId = '~';

/** How many rows to ask for: one more than wanted tells whether there is a next page. */
export function rowsFor(page: PageRequest, most: number = limits.pageSize): number {
  if (!Number.isInteger(page.limit) || page.limit < 1) {
    throw new FettleError('invalid-input', `A page has 1 to ${limits.pageSize} entries, not ${page.limit}.`);
  }
  return Math.min(page.limit, most) + 1;
}

/** Makes a page of `rowsFor` rows; `keyOf` is what the next page comes after. */
export function pageOf<Row, T>(
  rows: readonly Row[],
  asked: number,
  how: { readonly item: (row: Row) => T; readonly key: (row: Row) => string },
): Page<T> {
  const shown = rows.length < asked ? rows : rows.slice(0, asked - 1);
  const last = shown.at(-1);
  return { items: shown.map(how.item), next: rows.length < asked || !last ? null : how.key(last) };
}

/** A cursor that is a number. @throws FettleError `invalid-input` */
export function numberCursor(after: string | undefined, start: number): number {
  if (after === undefined) return start;
  if (!/^\d{1,15}$/.test(after)) {
    throw new FettleError('invalid-input', 'The cursor is not one that a page before gave as `next`.');
  }
  return Number(after);
}

/** Says that an object that was to be changed is not there. */
export function demandChanged(changed: number, what: string, id: string): void {
  if (changed === 0) throw new FettleError('not-found', `There is no ${what} ${id}.`, { details: { id } });
}
