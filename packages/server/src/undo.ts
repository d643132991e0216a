/** What has to be let go of, newest first. */
export type Undo = (() => unknown)[];

export async function letGo(undo: Undo): Promise<void> {
  for (let step = undo.pop(); step; step = undo.pop()) await step();
}
