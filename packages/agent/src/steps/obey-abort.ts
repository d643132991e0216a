import type { Kit } from '../kit.ts';
import { decideEnding } from '../transitions.ts';

/** The server wants the deployment given up, and the new slot has not run yet. */
export async function obeyAbort(kit: Kit): Promise<void> {
  const ending = { status: 'aborted', error: null } as const;
  // On trial already: one write takes it back, and only then is it told.
  if (kit.work.stage === 'activated') {
    await kit.journal.save(decideEnding(kit.journal.journal, 'undoing', ending, kit.at()));
  } else await kit.finish(ending);
}
