/** Every row of a paged list, in one array: for lists that a person asked to see whole. */
export async function everyRow<T>(rows: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const row of rows) list.push(row);
  return list;
}
